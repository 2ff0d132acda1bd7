"""Whom a mail to many goes to."""

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import Seating, Table
from konferanse.registration.mail import mailings
from konferanse.registration.models import Question, QuestionAnswer
from tests.registration.conftest import fill


def test_a_filter_picks_out_those_it_says(conference: Conference) -> None:
    first, last = conference.dates
    place = fill(conference, 2, dates=[first])
    screen = fill(conference, 3, dates=[last], attendance="digital")
    line = fill(conference, 4, status="waiting")
    offered = fill(conference, 5, status="offered")
    fill(conference, 6, status="cancelled")
    fill(conference, 7, email="", email_key="")
    everybody = [*place, *screen, *line, *offered]
    for audience, expected in (
        ({}, everybody),
        ({"status": "all"}, everybody),
        ({"status": "confirmed"}, [*place, *screen]),
        ({"status": "waiting"}, line),
        ({"status": "offered"}, offered),
        ({"attendance": "digital"}, screen),
        ({"status": "confirmed", "day": first.isoformat()}, place),
        ({"only": "unheard of"}, []),
    ):
        found = db.session.scalars(mailings.audience_query(conference, audience)).all()
        assert [row.id for row in found] == [row.id for row in expected], audience
        assert mailings.count(conference, audience) == len(expected)


def test_those_who_lack_answers_are_found(conference: Conference) -> None:
    a, b, c, d = fill(conference, 4)
    begin_write()
    about = {"conference_id": conference.id}
    dinner = Question(kind="choice", label="Middag?", options=["ja", "nei"], required=True, **about)
    db.session.add(dinner)
    db.session.flush()
    dish = Question(kind="text", label="Rett?", required=True, shown_if_id=dinner.id, shown_if_value="ja", **about)
    optional, old = Question(kind="text", label="Annet?", **about), Question(kind="text", label="Før?", required=True, **about)
    old.retired = now()
    db.session.add_all([dish, optional, old])
    db.session.flush()
    answers = [(a, dinner, "nei"), (b, dinner, "ja"), (c, dinner, "ja"), (c, dish, "fisk")]
    db.session.add_all([QuestionAnswer(registration_id=who.id, question_id=what.id, value=v) for who, what, v in answers])
    db.session.commit()
    found = db.session.scalars(mailings.audience_query(conference, {"only": "lacking"})).all()
    assert [row.id for row in found] == [b.id, d.id]


def test_those_without_a_table_are_found(conference: Conference) -> None:
    seated, moved, free, _screen = [*fill(conference, 3), *fill(conference, 1, attendance="digital")]
    begin_write()
    table = Table(conference_id=conference.id, number=1, code="B01")
    db.session.add(table)
    db.session.flush()
    db.session.add(Seating(table_id=table.id, registration_id=seated.id))
    db.session.add(Seating(table_id=table.id, registration_id=moved.id, ended=now()))
    db.session.commit()
    found = db.session.scalars(mailings.audience_query(conference, {"only": "no_table"})).all()
    assert [row.id for row in found] == [moved.id, free.id]
