"""Addresses that do not work: what a mail server said at once, and notices that come back later (RFC 3464).

The organiser sees it as ``mail_trouble`` on the registration, until the address is changed or a mail gets through.
"""

import re
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import event, func, select, update

from konferanse.common import outbox
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.extensions import db
from konferanse.registration.models import Registration

OUR_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


class Notice(NamedTuple):
    """What a notice says. ``about`` is our mail's id when it tells; ``addresses`` those it failed for, as we wrote them
    and as they ended; ``reason`` is "5.1.1 550 no such user"."""

    about: UUID | None
    addresses: tuple[str, ...]
    reason: str


@outbox.when_settled
def mark(mail: OutboxMail) -> None:
    """Note on the registration that its address does not work, or that it works again.

    A mail server that takes a mail for an address it has returned one from before has not thereby delivered it.
    """
    if mail.about is None or (mail.status == "sent" and _came_back_before(mail)):
        return
    trouble = "" if mail.status == "sent" else mail.error[:300]
    # Not through the session: a change of a registration empties the public pages' cache, and this shows on none of them.
    db.session.execute(
        update(Registration)
        .where(Registration.uid == mail.about, Registration.email == mail.recipient, Registration.mail_trouble != trouble)
        .values(mail_trouble=trouble)
        .execution_options(synchronize_session=False)
    )


@event.listens_for(Registration.email, "set", active_history=True)
def _new_address(registration: Registration, value: Any, before: Any, _initiator: Any) -> None:
    """Another address starts without a mark."""
    if isinstance(before, str) and before != value:
        registration.mail_trouble = ""


def take_in(raw: bytes) -> OutboxMail:
    """Mark the mail that the notice ``raw`` is about as come back. Raises ``Refused`` when there is nothing to mark."""
    notice = read(raw)
    mail = _mail(notice)
    if mail is None:
        raise Refused(_("Meldingen gjelder ingen e-post herfra."))
    if mail.status == "sent":
        outbox.failed(mail, notice.reason, "bounced")
    elif mail.status != "bounced":
        raise Refused(_("E-posten er på vei på nytt, så den gamle meldingen er ikke brukt."))
    return mail


def read(raw: bytes) -> Notice:
    """A delivery status notification, read. Raises ``Refused`` for any other mail, and for one that tells of no failure."""
    message = message_from_bytes(raw)
    reports = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    if not reports:
        raise Refused(_("Dette er ikke en melding om levering (RFC 3464)."))
    blocks = [block for report in reports for block in _blocks(report)]
    failed = [block for block in blocks if _field(block, "Action").casefold() == "failed"]
    if not failed:
        raise Refused(_("Meldingen sier ikke at e-posten ikke kom fram."))
    addresses = [_typed(block, name) for block in failed for name in ("Original-Recipient", "Final-Recipient")]
    reason = f"{_field(failed[0], 'Status')} {_typed(failed[0], 'Diagnostic-Code')}"
    return Notice(_our_id(message), tuple(dict.fromkeys(a.casefold() for a in addresses if a)), " ".join(reason.split())[:300])


def _mail(notice: Notice) -> OutboxMail | None:
    if notice.about is not None:
        return db.session.scalar(select(OutboxMail).where(OutboxMail.uid == notice.about).with_for_update())
    return db.session.scalar(
        select(OutboxMail)
        .where(func.lower(OutboxMail.recipient).in_(notice.addresses), OutboxMail.status.in_(("sent", "bounced")))
        .order_by(OutboxMail.sent.desc())
        .limit(1)
        .with_for_update()
    )


def _came_back_before(mail: OutboxMail) -> bool:
    query = select(OutboxMail.id).where(
        OutboxMail.about == mail.about, OutboxMail.recipient == mail.recipient, OutboxMail.status == "bounced"
    )
    return db.session.scalar(query.limit(1)) is not None


def _blocks(report: Message) -> list[Message]:
    payload = report.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _our_id(message: Message) -> UUID | None:
    """The Message-ID of the mail that the notice brings back, whole or as headers only."""
    for part in message.walk():
        text = None
        if part.get_content_type() == "message/rfc822" and (inner := _blocks(part)):
            text = _field(inner[0], "Message-ID")
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            headers = payload.decode(errors="replace") if isinstance(payload, bytes) else ""
            text = _field(message_from_string(headers), "Message-ID")
        if text and (found := OUR_ID.search(text)):
            return UUID(found[1])
    return None


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).replace("\0", "").split())


def _typed(block: Message, name: str) -> str:
    """A field such as ``rfc822; kari@example.org`` without its type."""
    return _field(block, name).partition(";")[2].strip().strip("<>")
