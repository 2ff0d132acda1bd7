"""The table API (contract.md): JSON, the token in the path instead of a form's token. Committed before 200 or 201 leaves."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from konferanse.access.requires import requires
from konferanse.answers import delivery
from konferanse.answers.assigned import tasks_at
from konferanse.answers.delivery import BadAnswer, Receipt, StaleAnswer
from konferanse.answers.models import OWN
from konferanse.answers.notices import notice_of
from konferanse.answers.packing import packed
from konferanse.answers.priorities import at_hand
from konferanse.answers.routes import bp
from konferanse.common.clock import now
from konferanse.extensions import begin_write, db
from konferanse.groups.access import TABLE
from konferanse.groups.models import GroupTask, Table
from konferanse.groups.tasks import find_task, table_state

MOST_BYTES = 256 * 1024  # 4,000 characters, escaped the longest way, and an order of thousands of ids


@bp.get("/api/bord/<token>")
@requires(TABLE)
def api_table(table: Table) -> ResponseReturnValue:
    """The table's tasks and standing answers, what the organiser says to all, and whether there is something to vote on."""
    moment = now()
    standing = delivery.standing(table)
    tasks = tasks_at(table, standing)
    refs = {task.id: task.ref for task in tasks}
    notice = notice_of(table.conference)
    vote = at_hand(table.conference, "tables") if table.joined_to_id is None else None
    answers = [
        {"id": a.ref, "task": refs[a.task_id], **a.words._asdict(), "version": a.version, "order": a.position} for a in standing
    ]
    response = _json(
        {
            "table": table.code,
            "tasks": [
                {
                    "id": task.ref,
                    "title": task.title,
                    "open": task.is_open(moment),
                    "closes": task.closes.isoformat() if task.closes else None,
                    **({"asks": task.asks} if task.asks else {}),
                }
                for task in tasks
            ],
            "answers": answers,
            "joined_to": table.joined_to.code if table.joined_to else None,
            "message": {"text": notice.text, "sent": notice.sent.isoformat()} if notice else None,
            "vote": {"question": vote.question, "open": vote.state() == "open"} if vote else None,
        }
    )
    response.headers["Table-State"] = table_state(tasks)
    return packed(response)


@bp.put("/api/bord/<token>/svar/<ref>")
@requires(TABLE)
def put_answer(table: Table, ref: str) -> ResponseReturnValue:
    """Store an answer or an edit: 201 the first time, else 200. "owner" and "deadline" may be left out."""
    try:
        body = _body()
        task_ref, text = _text(body, "task"), _text(body, "text")
        base, written_at = _version(body), _moment(body)
        delivery.normalised(text)
        own = {field: delivery.normalised_own(field, _own(body, field)) for field in OWN}
        _task(table, task_ref)
        begin_write()
        receipt = delivery.deliver(table, _task(table, task_ref), ref, text, base, written_at, **own)
        return _stored(receipt)
    except (BadAnswer, StaleAnswer) as refusal:
        return _refusal(refusal)


@bp.delete("/api/bord/<token>/svar/<ref>")
@requires(TABLE)
def delete_answer(table: Table, ref: str) -> ResponseReturnValue:
    """Withdraw an answer."""
    try:
        body = _body()
        base, written_at = _version(body), _moment(body)
        begin_write()
        return _stored(delivery.withdraw(table, ref, base, written_at))
    except (BadAnswer, StaleAnswer) as refusal:
        return _refusal(refusal)


@bp.put("/api/bord/<token>/rekkefolge")
@requires(TABLE)
def put_order(table: Table) -> ResponseReturnValue:
    """The order of a task's answers."""
    try:
        body = _body()
        task_ref, refs = _text(body, "task"), _texts(body, "order")
        _task(table, task_ref)
        begin_write()
        order = delivery.reorder(table, _task(table, task_ref), refs)
        db.session.commit()
        return _json({"task": task_ref, "order": order})
    except BadAnswer as refusal:
        return _refusal(refusal)


def _stored(receipt: Receipt) -> Response:
    db.session.commit()
    return _json({"id": receipt.ref, "version": receipt.version}, 201 if receipt.created else 200)


def _refusal(refusal: BadAnswer | StaleAnswer) -> Response:
    db.session.rollback()
    if isinstance(refusal, StaleAnswer):
        both = {"yours": refusal.yours, "theirs": refusal.theirs}
        own = {f"{whose}_{field}": getattr(words, field) for whose, words in both.items() for field in OWN}
        texts = {whose: words.text for whose, words in both.items()}
        return _json(texts | own | {"version": refusal.version, "message": refusal.message}, 409)
    return _json({"field": refusal.field, "message": refusal.message}, 422)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _body() -> dict[str, Any]:
    request.max_content_length = MOST_BYTES
    try:
        body = json.loads(request.get_data())
    except RequestEntityTooLarge as error:
        raise BadAnswer("body", _("Det som ble sendt, er for stort. Et svar kan ha høyst 4000 tegn.")) from error
    except (ValueError, RecursionError) as error:
        raise BadAnswer("body", _("Det som ble sendt, er ikke lesbar JSON.")) from error
    if not isinstance(body, dict):
        raise BadAnswer("body", _("Send et JSON-objekt."))
    return body


def _text(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str):
        raise BadAnswer(field, _("Feltet «%(field)s» må være en tekst.", field=field))
    return value


def _own(body: dict[str, Any], field: str) -> str | None:
    return None if body.get(field) is None else _text(body, field)


def _texts(body: dict[str, Any], field: str) -> list[str]:
    value = body.get(field)
    if not isinstance(value, list) or not all(isinstance(v, str) and _storable(v) for v in value):
        raise BadAnswer(field, _("Feltet «%(field)s» må være en liste med tekster.", field=field))
    return value


def _version(body: dict[str, Any]) -> int:
    value = body.get("base_version", 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadAnswer("base_version", _("Feltet «base_version» må være et helt tall fra 0 og opp."))
    return value


def _moment(body: dict[str, Any]) -> datetime | None:
    """``written_at`` as ISO 8601; without a zone it is UTC; None when it was left out."""
    value = body.get("written_at")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadAnswer("written_at", _("Skriv tidspunktet slik: 2019-06-26T10:15:00Z.")) from error


def _task(table: Table, ref: str) -> GroupTask:
    task = find_task(table.conference, ref) if _storable(ref) else None
    if task is None:
        raise BadAnswer("task", _("Oppgaven finnes ikke."))
    return task


def _storable(text: str) -> bool:
    """Whether a database can hold ``text``: no NUL, no lone surrogates, no longer than an id."""
    return len(text) <= 64 and "\0" not in text and all(not 0xD800 <= ord(c) <= 0xDFFF for c in text)
