"""A new conference begins from an earlier one: the set-up comes along, moved to the new dates, and no people do."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.access.signin import create_staff
from konferanse.common.clock import OSLO, local, now, today
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference import lifecycle
from konferanse.conference.access import find
from konferanse.conference.models import Conference, Membership
from konferanse.extensions import begin_write, db
from konferanse.front import copying
from konferanse.front.copying import Wanted
from konferanse.groups.models import GroupTask
from konferanse.presentations.models import SlideDeadline
from konferanse.programme import editing
from konferanse.programme.models import Day, Speaker
from konferanse.registration.models import Invitation, MailText, Question, Registration, SeatLimit
from tests.conftest import StrictClient
from tests.factories.filled import fill
from tests.factories.rows import models, row
from tests.programme.making import add

SignIn = Callable[..., StrictClient]


@pytest.fixture
def organiser(conference: Conference) -> Staff:
    """The administrator who copies."""
    begin_write()
    staff = create_staff("kopi@example.org", "Kopierer", is_admin=True)
    db.session.commit()
    return staff


def begin_from(source: Conference, organiser: Staff, by: int = 364, **how: object) -> Conference:
    """The copy, ``by`` days later."""
    begin_write()
    wanted = Wanted("neste", "Neste konferanse", source.first_date + timedelta(by), **how)  # type: ignore[arg-type]
    made = copying.copy(source, wanted, organiser)
    db.session.commit()
    return made


def highest() -> dict[str, int]:
    """The highest id of each table that numbers its rows."""
    return {
        name: db.session.scalar(select(db.func.max(model.id))) or 0 for name, model in models().items() if hasattr(model, "id")
    }


def written_since(before: dict[str, int]) -> dict[str, str]:
    """All that was stored after ``before``, as text, by table."""
    found = {}
    for name, since in before.items():
        table = models()[name].__table__
        rows = db.session.execute(select(table).where(table.c.id > since)).all()
        if rows:
            found[name] = json.dumps([list(r) for r in rows], default=str, ensure_ascii=False)
    return found


def personal(source: Conference) -> set[str]:
    """Names, addresses and more of everybody who was signed up, invited, written to or spoke at ``source``."""
    said: set[str] = set()
    for model, names in (
        (Registration, ("name", "email", "email_key")),
        (Invitation, ("contact_email", "organisation_name")),
        (Speaker, ("name", "email", "bio", "wishes", "picture_alt")),
    ):
        for found in db.session.scalars(select(model).where(model.conference_id == source.id)):
            said |= {getattr(found, name) for name in names}
    said |= set(db.session.scalars(select(OutboxMail.recipient).where(OutboxMail.scope == source.slug)))
    said |= {row.staff.email for row in source.memberships}
    return said - {""}


@pytest.mark.postgres
@pytest.mark.parametrize("with_speakers", [False, True])
def test_nothing_about_people_is_in_the_copy_of_a_full_conference(organiser: Staff, with_speakers: bool) -> None:
    begin_write()
    fill("full", 4)
    db.session.commit()
    source = find("full")
    assert source is not None
    before, secrets = highest(), personal(source)
    assert {"Deltaker 0", "r0@example.org", "kontakt@example.org", "d0@example.org", "Rådgiver 0"} <= secrets
    begin_from(source, organiser, with_speakers=with_speakers)
    copied = written_since(before)
    everything = "\n".join(copied.values())
    for there in (
        "Innlegg 3",
        "Oppgave 1",
        "Spørsmål 3",
        "Vi gleder oss.",
        "virksomhet 3",
        "Sal 3",
        "To dager om",
        "Kari Kontakt",
    ):
        assert there in everything
    named = {f"Rådgiver {n}" for n in range(4)} if with_speakers else set()
    assert {secret for secret in secrets if secret in everything} == named
    tables = {"mandate", "conference", "membership", "file", "programme_day", "room", "programme_item", "slide_deadline"}
    tables |= {"seat_limit", "question", "mail_text", "group_task", "audit_entry"} | ({"speaker"} if with_speakers else set())
    assert set(copied) == tables


@pytest.fixture
def source(conference: Conference) -> Conference:
    """A conference with a little of each kind of set-up, every date and moment of it known."""
    begin_write()
    first = conference.first_date
    conference.signup_opens = datetime.combine(first - timedelta(20), time(9), OSLO)
    conference.signup_closes = datetime.combine(first - timedelta(5), time(23, 59), OSLO)
    conference.asks_interpreter, conference.interpreter_until = True, first - timedelta(14)
    conference.meeting_url, conference.retention_days = "https://example.org/mote", 90
    conference.mandate.report_by, conference.mandate.summary = first + timedelta(60), "Lag en plan."
    hall = editing.save_room(conference, None, "Storsalen", 100)
    row(Day, conference_id=conference.id, date=first, title="Dag én", start=time(8), end=time(16))
    add(conference, "09:00", "10:00", "Åpning", room=hall, speaker="Kari Nordmann, NAV", links="https://example.org/i-fjor")
    add(conference, "18:00", "19:00", "Kari Nordmann spør", day=conference.dates[1], kind="social")
    add(conference, "11:00", "12:00", "Ble ikke noe av", status="cancelled")
    editing.remove_item(add(conference, "14:00", "15:00", "Slettet"), "system", "prove")
    row(SeatLimit, conference_id=conference.id, kind="day", subject=first.isoformat(), seats=50)
    row(SeatLimit, conference_id=conference.id, kind="digital", seats=10)
    parent = row(Question, conference_id=conference.id, kind="choice", label="Mat?", options=["Fisk", "Kjøtt"])
    old = row(Question, conference_id=conference.id, kind="choice", label="Gammel", options=["Ja"], retired=now(), position=1)
    db.session.flush()
    below = {"shown_if_id": parent.id, "shown_if_value": "Fisk", "required": True, "required_by": first - timedelta(7)}
    row(Question, conference_id=conference.id, kind="text", label="Hvilken fisk?", position=2, **below)
    row(
        Question, conference_id=conference.id, kind="text", label="Hang på", position=3, shown_if_id=old.id, shown_if_value="Ja"
    )
    row(MailText, conference_id=conference.id, kind="confirmed", language="nb", subject="Hei", text="Velkommen")
    about = {"minutes": 30, "opened": now(), "closes": now(), "closed": now()}
    row(GroupTask, conference_id=conference.id, ref="oppg1", title="Hindringer", kind="hindring", **about)
    row(SlideDeadline, conference_id=conference.id, due=first - timedelta(3), remind_days=4, reminded=first - timedelta(3))
    db.session.commit()
    return conference


def rows_of(model: type, conference: Conference) -> list:
    return list(db.session.scalars(select(model).where(model.conference_id == conference.id).order_by(model.id)))


@pytest.mark.parametrize("by", [364, 182, -7])  # half a year: from winter time to summer time, or the other way
def test_every_date_moves_as_far_and_clocks_stay(source: Conference, organiser: Staff, by: int) -> None:
    made, far = begin_from(source, organiser, by), timedelta(by)
    assert made.dates == [day + far for day in source.dates]
    assert made.interpreter_until == source.interpreter_until + far
    assert made.mandate.report_by == source.mandate.report_by + far
    assert [(d.date, d.title, d.start, d.end) for d in rows_of(Day, made)] == [(made.first_date, "Dag én", time(8), time(16))]
    old, new = ([i for i in editing.items(c) if i.status != "cancelled"] for c in (source, made))
    wall = [(local(i.start).replace(tzinfo=None), local(i.end).replace(tzinfo=None)) for i in old]
    assert [(local(i.start).replace(tzinfo=None), local(i.end).replace(tzinfo=None)) for i in new] == [
        (start + far, end + far) for start, end in wall
    ]
    assert [limit.subject for limit in rows_of(SeatLimit, made)] == [made.first_date.isoformat(), ""]
    assert [q.required_by for q in rows_of(Question, made)] == [None, made.first_date - timedelta(7)]
    assert [(d.due, d.remind_days, d.reminded) for d in rows_of(SlideDeadline, made)] == [
        (made.first_date - timedelta(3), 4, None)
    ]
    assert made.signup_opens is not None
    assert local(made.signup_opens).replace(tzinfo=None) == datetime.combine(made.first_date - timedelta(20), time(9))


def test_the_copy_is_a_draft_with_everything_closed(source: Conference, organiser: Staff, client: StrictClient) -> None:
    made = begin_from(source, organiser)
    assert (made.status, made.published, made.is_demo, made.meeting_url) == ("draft", None, False, "")
    assert made.people_forgotten is made.health_forgotten is None
    assert made.retention_days == 90
    assert [task.state() for task in rows_of(GroupTask, made)] == ["ahead"]
    assert client.get("/k/neste").status_code == 404


def test_a_sign_up_that_would_already_be_open_stays_shut(source: Conference, organiser: Staff) -> None:
    begin_write()
    source.signup_opens = datetime.combine(today(), time(), OSLO)
    db.session.commit()
    made = begin_from(source, organiser, by=-1)
    assert (made.signup_opens, made.signup_closes is None) == (None, False)


def test_items_come_without_speakers_links_and_what_was_cancelled(source: Conference, organiser: Staff) -> None:
    made = begin_from(source, organiser)
    items = editing.items(made)
    assert [(i.title, i.number, i.kind, i.speaker, i.links) for i in items] == [
        ("Åpning", 1, "plenary", "", ""),
        ("Kari Nordmann spør", 2, "social", "", ""),
    ]
    assert items[0].room is not None
    assert (items[0].room.name, items[0].room.conference_id) == ("Storsalen", made.id)
    assert not {i.uid for i in items} & {i.uid for i in editing.items(source)}


def test_speakers_come_by_name_alone_when_asked(source: Conference, organiser: Staff) -> None:
    begin_write()
    [kari] = rows_of(Speaker, source)
    kari.email, kari.bio, kari.consent, kari.generation, kari.wishes = "kari@example.org", "Om meg", now(), 3, "Mikrofon"
    db.session.commit()
    made = begin_from(source, organiser, with_speakers=True)
    [who] = rows_of(Speaker, made)
    assert (who.name, who.organisation) == ("Kari Nordmann", "NAV")
    assert (who.email, who.bio, who.consent, who.generation, who.wishes) == ("", "", None, 0, "")
    assert editing.items(made)[0].speaker == "Kari Nordmann, NAV"


def test_questions_hang_on_each_other_as_before_and_those_taken_off_stay_behind(source: Conference, organiser: Staff) -> None:
    made = begin_from(source, organiser)
    food, fish = rows_of(Question, made)
    assert (food.label, food.options, fish.label) == ("Mat?", ["Fisk", "Kjøtt"], "Hvilken fisk?")
    assert (fish.shown_if_id, fish.shown_if_value, fish.required) == (food.id, "Fisk", True)


def test_a_new_assignment_begins_as_the_old_and_changing_it_leaves_the_old_alone(source: Conference, organiser: Staff) -> None:
    made = begin_from(source, organiser)
    assert made.mandate_id != source.mandate_id
    assert (made.mandate.title, made.mandate.summary) == ("Neste konferanse", "Lag en plan.")


def test_gatherings_share_one_assignment_and_its_changes(source: Conference, organiser: Staff, sign_in: SignIn) -> None:
    made = begin_from(source, organiser, shares_mandate=True)
    assert made.mandate_id == source.mandate_id
    before = source.revision
    answer = sign_in(admin=True).submit("/admin/k/neste/oppdrag", {"title": "Ett oppdrag"})
    assert answer.status_code == 303
    db.session.rollback()
    assert source.mandate.title == "Ett oppdrag"
    assert source.revision > before  # its public page shows the assignment too


def test_only_who_organises_all_changes_a_shared_assignment(source: Conference, organiser: Staff, sign_in: SignIn) -> None:
    made = begin_from(source, organiser, shares_mandate=True)
    theirs = sign_in("organiser", conference=made)
    answer = theirs.submit("/admin/k/neste/oppdrag", {"title": "Mitt oppdrag"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Flere konferanser deler dette oppdraget. Be en administrator om å endre det." in page
    assert 'value="Mitt oppdrag"' in page
    db.session.rollback()
    assert source.mandate.title == "Prøvekonferansen"


def test_only_colleagues_who_are_ticked_come_along(source: Conference, organiser: Staff) -> None:
    begin_write()
    programmer, reader, gone = (create_staff(f"{who}@example.org", who) for who in ("per", "lise", "borte"))
    for staff, permissions in ((programmer, ["programme", "needs"]), (reader, ["read"]), (gone, ["organiser"])):
        lifecycle.grant(source, staff, permissions, "system")
    gone.is_active = False
    db.session.commit()
    made = begin_from(source, organiser, colleagues={programmer.uid, gone.uid})
    held = {row.staff.name: row.permissions for row in rows_of(Membership, made)}
    assert held == {"Kopierer": ["organiser"], "per": ["programme", "needs"]}


def test_the_picture_is_a_file_of_its_own(organiser: Staff, sign_in: SignIn) -> None:
    begin_write()
    fill("full", 1)
    db.session.commit()
    source = find("full")
    assert source is not None
    made = begin_from(source, organiser)
    assert made.picture is not None
    assert source.picture is not None
    assert (made.picture.uid != source.picture.uid, made.picture.sha256 == source.picture.sha256) == (True, True)
    admin = sign_in(admin=True)
    assert admin.submit("/admin/k/neste/bilde/fjern", page="/admin/k/neste/bilde").status_code == 303
    assert admin.get("/k/full/bilde").status_code == 200


def night_item(conference: Conference) -> date:
    """An item at 02.30, and a first date that puts it in the hour that summer time skips."""
    begin_write()
    add(conference, "02:30", "03:30", "Nattkafé")
    db.session.commit()
    return date(2028, 3, 26)


def test_when_something_cannot_be_copied_nothing_is(source: Conference, organiser: Staff) -> None:
    spring, before = night_item(source), highest()
    begin_write()
    with pytest.raises(Refused, match="«Nattkafé» ville begynt eller sluttet mens klokka stilles om"):
        copying.copy(source, Wanted("neste", "Neste", spring), organiser)
    db.session.rollback()
    assert highest() == before


def test_a_deadline_at_the_end_of_time_is_refused_with_what_to_do(source: Conference, organiser: Staff) -> None:
    begin_write()
    source.mandate.report_by = date(9999, 12, 31)
    db.session.commit()
    begin_write()
    with pytest.raises(Refused, match="Rett den der først"):
        copying.copy(source, Wanted("neste", "Neste", source.first_date + timedelta(364)), organiser)


PAGE = "/admin/kopier/prove"


def asked(source: Conference, **other: object) -> dict[str, object]:
    first = (source.first_date + timedelta(364)).strftime("%d.%m.%Y")
    return {"title": "Neste", "slug": "neste", "first_date": first, "mandate": "new", **other}


def test_the_page_makes_it_and_then_says_what_to_look_over(source: Conference, sign_in: SignIn) -> None:
    admin = sign_in(admin=True)
    assert 'href="/admin/kopier"' in admin.get("/admin/ny").get_data(as_text=True)
    assert f'href="{PAGE}"' in admin.get("/admin/kopier").get_data(as_text=True)
    assert f'href="{PAGE}"' in admin.get("/admin/k/prove/").get_data(as_text=True)
    assert 'value="Prøvekonferansen"' in admin.get(PAGE).get_data(as_text=True)
    answer = admin.submit(PAGE, asked(source))
    assert (answer.status_code, answer.location) == (303, "/admin/k/neste/kopiert")
    page = admin.get("/admin/k/neste/kopiert").get_data(as_text=True)
    assert "2 programposter, 1 rom, 2 grenser for plasser, 2 spørsmål i påmeldingen, 1 e-posttekst, 1 gruppeoppgave" in page
    assert "Avlyste programposter ble ikke med." in page
    assert "Disse nevner noen som holdt innlegg sist: «Kari Nordmann spør»." in page
    for path in (
        "om",
        "oppdrag",
        "program",
        "innledere",
        "pamelding/oppsett",
        "epost/tekster",
        "oppgaver",
        "kolleger",
        "sletting",
    ):
        assert f'href="/admin/k/neste/{path}"' in page
    assert "/admin/k/neste/kopiert" in admin.get("/admin/k/neste/").get_data(as_text=True)


def test_a_conference_that_is_no_copy_has_nothing_to_look_over(source: Conference, sign_in: SignIn) -> None:
    admin = sign_in(admin=True)
    assert admin.get("/admin/k/prove/kopiert").status_code == 404
    assert "/kopiert" not in admin.get("/admin/k/prove/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"slug": "prove"}, "Adressen «prove» er brukt. Velg en annen."),
        ({"slug": "Ikke slik"}, "Adressen kan bare ha små bokstaver"),
        ({"title": ""}, "Skriv hva konferansen heter"),
        ({"first_date": "snart"}, "Skriv datoen slik: 26.06.2019"),
        ({"first_date": "31.12.9999"}, "Skriv et årstall mellom 2000 og 2100"),
        ({"mandate": "tull"}, "Velg om oppdraget er nytt eller det samme"),
    ],
)
def test_what_is_wrong_is_told_and_the_input_kept(
    source: Conference, sign_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    answer = sign_in(admin=True).submit(PAGE, asked(source, title="Den vi planlegger", with_speakers="y") | wrong)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, told in page) == (422, True)
    assert 'value="Den vi planlegger"' in page or "title" in wrong
    assert "checked" in page.split('id="with_speakers"')[0].rsplit("<input", 1)[1]
    assert db.session.query(Conference).count() == 1


def test_a_refusal_from_the_programme_is_told_on_the_page(source: Conference, sign_in: SignIn) -> None:
    spring = night_item(source)
    answer = sign_in(admin=True).submit(PAGE, asked(source, first_date=spring.isoformat()))
    assert (answer.status_code, "mens klokka stilles om" in answer.get_data(as_text=True)) == (422, True)
    assert find("neste") is None


def test_who_may_not_make_conferences_may_not_copy_one(source: Conference, sign_in: SignIn) -> None:
    organiser = sign_in("organiser", conference=source)
    for path in ("/admin/kopier", PAGE):
        assert organiser.get(path).status_code == 404
    assert "kopier" not in organiser.get("/admin/k/prove/").get_data(as_text=True)


def test_somebody_who_was_not_offered_is_not_made_a_colleague(source: Conference, sign_in: SignIn) -> None:
    begin_write()
    stranger = create_staff("fremmed@example.org", "Fremmed")
    db.session.commit()
    assert sign_in(admin=True).submit(PAGE, asked(source, colleagues=[str(stranger.uid), "tull"])).status_code == 303
    made = find("neste")
    assert made is not None
    assert [row.staff_id for row in made.memberships if row.staff_id == stranger.id] == []
