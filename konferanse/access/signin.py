"""One-time sign-in links by mail."""

import unicodedata
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.access.models import SignIn, Staff
from konferanse.common import audit, links, outbox
from konferanse.common.clock import now
from konferanse.common.errors import Gone, Refused
from konferanse.common.outbox import OutboxMail
from konferanse.extensions import db

LIFETIME = timedelta(minutes=30)
MAILS_IN_A_LIFETIME = 5


def address_key(address: str) -> str:
    """An address as it is compared: trimmed, NFKC and case-folded, so that " User " and "user" are one person."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def create_staff(email: str, name: str, *, is_admin: bool = False) -> Staff:
    """Add a member of staff. Raises ``Refused`` when the address is taken."""
    key = address_key(email)
    if db.session.scalar(select(Staff).where(Staff.email == key)):
        raise Refused(_("Det finnes allerede en bruker med adressen %(email)s.", email=key))
    staff = Staff(email=key, name=name.strip(), is_admin=is_admin)
    db.session.add(staff)
    db.session.flush()
    audit.record("system", "staff.created", subject=staff.uid)
    return staff


def find_staff(email: str) -> Staff | None:
    """The active member of staff with this address."""
    return db.session.scalar(select(Staff).where(Staff.email == address_key(email), Staff.is_active))


def new_sign_in(staff: Staff, lifetime: timedelta = LIFETIME) -> SignIn:
    """A one-time sign-in for ``staff``."""
    sign_in = SignIn(staff=staff, expires=now() + lifetime)
    db.session.add(sign_in)
    db.session.flush()
    return sign_in


def mail_link(email: str, language: str) -> None:
    """Mail a sign-in link if the address belongs to staff; a stranger's address changes nothing and is not told apart."""
    staff = find_staff(email)
    if staff is None or _mailed_lately(staff):
        return
    sign_in = new_sign_in(staff)
    with force_locale(language):
        outbox.write(
            kind="sign-in",
            recipient=staff.email,
            language=language,
            subject=_("Logg inn i konferanse"),
            body=_(
                "Hei, %(name)s.\n\nÅpne lenken og trykk «Logg inn». Den virker én gang, den neste halvtimen:\n%(link)s\n\n"
                "Ba du ikke om den, kan du se bort fra denne meldingen.\n",
                name=links.disarm(staff.name),
                link=outbox.link_placeholder("inn", sign_in.uid, 0),
            ),
        )


def _mailed_lately(staff: Staff) -> bool:
    """Whether this address has got its share of links: nobody's inbox is filled by others, from however many networks."""
    lately = (OutboxMail.kind == "sign-in", OutboxMail.recipient == staff.email, OutboxMail.created > now() - LIFETIME)
    return (db.session.scalar(select(func.count(OutboxMail.id)).where(*lately)) or 0) >= MAILS_IN_A_LIFETIME


def use(sign_in: SignIn) -> Staff:
    """Spend a sign-in. Raises ``Gone`` when it is spent or too old."""
    if sign_in.used or sign_in.expires < now() or not sign_in.staff.is_active:
        raise Gone(_("Lenken er brukt eller for gammel. Be om en ny på innloggingssiden."))
    sign_in.used = now()
    audit.record(sign_in.staff.actor, "staff.signed_in")
    return sign_in.staff
