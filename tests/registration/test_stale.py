"""A request that waited for its turn acts on what the one before it left, not on what it had read by then."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, insert, select, update

from konferanse.common.clock import now
from konferanse.common.outbox import OutboxMail
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.mail import mailing_tasks, mailings
from konferanse.registration.models import Invitation, Mailing, QuestionAnswer, Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person
from tests.registration.invitations.test_invitations import invite
from tests.registration.lists.test_bulk import HIDDEN, ask
from tests.registration.questions.asking import ask as ask_question
from tests.registration.questions.asking import field

pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding"


def meanwhile(*statements: Any) -> None:
    """Have another transaction do ``statements`` while the next request waits for the conference's lock.

    SQLite locks before anything is read, so there they are done at once.
    """
    db.session.rollback()

    def act() -> None:
        with db.engine.connect() as other:
            other.execution_options(write=True)
            for statement in statements:
                other.execute(statement)
            other.commit()

    if db.engine.dialect.name == "sqlite":
        act()
        return
    waiting = [act]

    def at_the_lock(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if waiting and "FOR UPDATE" in statement and "FROM conference" in statement:
            waiting.pop()()

    event.listen(db.engine, "before_cursor_execute", at_the_lock)


def now_is(row: Registration, **values: Any) -> Any:
    """An update of one registration."""
    return update(Registration).where(Registration.id == row.id).values(**values)


def test_a_bulk_action_sees_who_signed_off_meanwhile(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    for name in "ab":
        sign_up(f"{name}@example.org")
    page = ask(desk, "cancel", "a", "b")
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page[page.index("<main") :]):
        fields.setdefault(name, []).append(value)
    meanwhile(now_is(person("a@example.org"), status="cancelled", ended_by="self"))
    assert desk.post(f"{BASE}/flere", data=fields).status_code == 409
    assert person("b@example.org").status == "confirmed"


def test_whoever_is_signed_off_twice_at_once_is_told_once(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    row = person("a@example.org")
    path = f"{BASE}/{row.uid}"
    token = desk.get(path).get_data(as_text=True)
    meanwhile(now_is(row, status="cancelled", ended_by="self"))
    assert desk.post(f"{path}/avmeld", data=dict(HIDDEN.findall(token))).status_code == 303
    assert mails("cancelled") == []


def test_a_change_is_compared_with_the_days_as_they_are(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    row = person("a@example.org")
    first, last = conference.dates[0], conference.dates[-1]
    path = f"{BASE}/{row.uid}"
    token = dict(HIDDEN.findall(desk.get(path).get_data(as_text=True)))
    form = token | {"days": [day.isoformat() for day in conference.dates], "attendance": "physical"}
    meanwhile(delete(RegistrationDay).where(RegistrationDay.registration_id == row.id, RegistrationDay.date == last))
    assert first != last
    assert desk.post(path, data=form).status_code == 303
    assert person("a@example.org").dates == conference.dates
    assert len(mails("changed")) == 1


def test_two_new_links_at_once_are_two_generations(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    row = person("a@example.org")
    path = f"{BASE}/{row.uid}"
    token = dict(HIDDEN.findall(desk.get(path).get_data(as_text=True)))
    meanwhile(now_is(row, generation=1))
    assert desk.post(f"{path}/lenke", data=token).status_code == 303
    assert person("a@example.org").generation == 2


def test_two_new_links_to_an_invitation_are_two_generations(conference: Conference, desk: StrictClient) -> None:
    row = invite(desk)
    path = f"{BASE}/invitasjoner/{row.uid}"
    token = dict(HIDDEN.findall(desk.get(path).get_data(as_text=True)))
    meanwhile(update(Invitation).where(Invitation.id == row.id).values(generation=1))
    assert desk.post(f"{path}/lenke", data=token).status_code == 303
    assert db.session.scalars(select(Invitation.generation)).one() == 2


def test_invitations_sent_twice_at_once_are_sent_once(conference: Conference, desk: StrictClient) -> None:
    invite(desk)
    page = f"{BASE}/invitasjoner"
    token = dict(HIDDEN.findall(desk.get(page).get_data(as_text=True)))
    meanwhile(update(Invitation).values(sent=now()))
    assert desk.post(f"{page}/send", data=token).status_code == 303
    assert mails("invitation") == []


def test_reminders_sent_twice_at_once_are_sent_once(
    conference: Conference, desk: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = invite(desk)
    page = f"{BASE}/invitasjoner"
    desk.submit(f"{page}/send", page=page)
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(days=2)).isoformat())
    token = dict(HIDDEN.findall(desk.get(page).get_data(as_text=True)))
    reminded = {"kind": "invitation-reminder", "scope": "prove", "about": row.uid, "recipient": "x", "subject": "", "body": ""}
    meanwhile(insert(OutboxMail).values(**reminded))
    assert desk.post(f"{page}/minn", data=token).status_code == 303
    assert [mail.recipient for mail in mails("invitation-reminder")] == ["x"]


def test_deleting_oneself_twice_at_once_is_no_failure(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    row = person("a@example.org")
    path = path_of(row)
    client.submit(f"{path}/avmeld", page=path)
    token = dict(HIDDEN.findall(client.get(path).get_data(as_text=True)))
    meanwhile(
        delete(RegistrationDay).where(RegistrationDay.registration_id == row.id),
        delete(Registration).where(Registration.id == row.id),
    )
    assert client.post(f"{path}/slett", data=token).status_code == 404


def test_a_mail_to_many_sent_twice_at_once_is_sent_once(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    page, key = f"{BASE}/skriv", uuid4()
    token = dict(HIDDEN.findall(desk.get(page).get_data(as_text=True)))
    form = token | {"key": str(key), "to": "all", "subject": "Hei", "text": "Velkommen.", "when": "now", "side": "before"}
    meanwhile(insert(Mailing).values(uid=key, conference_id=conference.id, texts={}, audience={}, status="sent"))
    assert desk.post(f"{page}/send", data=form | {"anchor": "first_date"}).status_code == 303
    assert mails("message") == []


def test_a_key_of_another_conferences_mail_is_refused(conference: Conference, desk: StrictClient) -> None:
    begin_write()
    other = lifecycle.create("annen", "Annen", "dialogkonferanse", conference.first_date, conference.last_date)
    theirs = mailings.keep(other, uuid4(), mailings.Wanted({}, {}), "system")
    db.session.commit()
    page = f"{BASE}/skriv"
    form = {"key": str(theirs.uid), "to": "all", "subject": "Hei", "text": "Velkommen.", "when": "now", "side": "before"}
    assert desk.submit(f"{page}/utkast", form | {"anchor": "first_date"}, page=page).status_code == 409


def test_no_entry_goes_to_somebody_who_signed_off_while_the_mailing_waited(conference: Conference, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    row = person("a@example.org")
    begin_write()
    texts = {"nb": {"subject": "Ny tid", "text": "Se kalenderen."}}
    mailings.start(mailings.keep(conference, uuid4(), mailings.Wanted(texts, {"entry": "yes"}), "system"))
    db.session.commit()
    meanwhile(now_is(row, status="cancelled", sequence=1))
    mailing_tasks.send_due_mailings()
    assert mails("message") == []


def test_nothing_is_stored_about_somebody_who_was_forgotten_meanwhile(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    text = ask_question(conference, "Tittel")
    sign_up("a@example.org")
    row = person("a@example.org")
    path = f"{path_of(row)}/svar"
    token = dict(HIDDEN.findall(client.get(path).get_data(as_text=True)))
    meanwhile(now_is(row, name="–", forgotten=now()))
    assert client.post(path, data=token | {field(text): "Rådgiver"}).status_code == 403
    assert db.session.scalars(select(QuestionAnswer)).all() == []
