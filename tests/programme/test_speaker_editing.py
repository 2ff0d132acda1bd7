"""Speakers changed, merged and removed; consent and links that stop."""

from datetime import time

import pytest

from konferanse.common import links, outbox
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import speaker_editing, speakers
from konferanse.programme.models import Speaker
from konferanse.programme.speaker_editing import AboutValues, SpeakerValues
from tests.programme.making import add

ABOUT = AboutValues("Leder NAV.", "", consent=True, wishes="Mikrofon", no_slides=False, hours={})


def person(conference: Conference, name: str, **more: str) -> Speaker:
    who = {"name": name, "role": "", "organisation": "", "email": "", "language": "nb"} | more
    return speaker_editing.add(conference, SpeakerValues(**who), "staff:1")


def test_hours_are_typed_and_shown_on_the_norwegian_clock(conference: Conference) -> None:
    begin_write()
    row = person(conference, "Kari")
    typed = {conference.first_date: (time(9), time(11, 30))}
    speaker_editing.describe(row, ABOUT._replace(hours=typed), "staff:1")
    assert speaker_editing.hours(row) == typed
    assert [at.endswith("+00:00") for pair in row.available for at in pair] == [True, True]


def test_the_day_of_a_consent_stands_until_it_is_taken_back(conference: Conference) -> None:
    begin_write()
    row = person(conference, "Kari")
    speaker_editing.describe(row, ABOUT, "speaker")
    given = row.consent
    speaker_editing.describe(row, ABOUT._replace(wishes="Kaffe"), "staff:1")
    assert (row.consent, given is None) == (given, False)
    speaker_editing.describe(row, ABOUT._replace(consent=False), "speaker")
    assert row.consent is None
    actions = [entry.action for entry in db.session.query(AuditEntry).filter(AuditEntry.action.startswith("speaker.consent"))]
    assert actions == ["speaker.consented", "speaker.consent_withdrawn"]


def test_another_address_stops_the_link_and_the_letters_on_their_way(conference: Conference) -> None:
    begin_write()
    row = person(conference, "Kari", email="feil@example.org")
    link = links.token("innleder", row.uid, row.generation)
    outbox.write(kind="speaker-link", recipient=row.email, subject="Hei", body="Hei", scope="prove", about=row.uid)
    db.session.flush()
    speaker_editing.change(row, SpeakerValues("Kari", "", "", "kari@example.org", "nb"), "staff:1")
    assert not links.genuine(link, "innleder", row.uid, row.generation)
    assert db.session.query(OutboxMail).count() == 0


def test_merging_keeps_every_item_and_what_either_had(conference: Conference) -> None:
    begin_write()
    both = add(conference, "09:00", "09:30", "Felles", speaker="Kari, NAV; K. Nordmann")
    one = add(conference, "10:00", "10:30", "Alene", speaker="K. Nordmann")
    kept, other = (next(s for s in speakers.speakers(conference) if s.name == name) for name in ("Kari", "K. Nordmann"))
    kept.wishes, other.wishes, other.email, other.bio, other.consent = "Mikrofon", "Rampe", "k@example.org", "Om K.", now()
    one.speakers[0].part = "chair"
    speaker_editing.merge(kept, other, "staff:1")
    db.session.commit()
    db.session.expire_all()
    assert [s.name for s in speakers.speakers(conference)] == ["Kari"]
    assert [[(r.speaker.name, r.part) for r in item.speakers] for item in (both, one)] == [
        [("Kari", "speaker")],
        [("Kari", "chair")],
    ]
    assert (kept.email, kept.wishes, kept.bio, kept.consent is None) == ("k@example.org", "Mikrofon\nRampe", "Om K.", False)


def test_two_texts_are_both_kept_and_shown_to_nobody_till_somebody_has_chosen(conference: Conference) -> None:
    begin_write()
    kept, other = person(conference, "Kari"), person(conference, "K.")
    kept.bio, kept.consent, other.bio = "Den ene.", now(), "Den andre."
    speaker_editing.merge(kept, other, "staff:1")
    assert (kept.bio, kept.consent) == ("Den ene.\n\nDen andre.", None)


def test_nobody_in_the_programme_can_be_removed(conference: Conference) -> None:
    begin_write()
    add(conference, "09:00", "09:30", "Åpning", speaker="Kari")
    with pytest.raises(Refused):
        speaker_editing.remove(speakers.speakers(conference)[0], "staff:1")
    speaker_editing.remove(person(conference, "Ola"), "staff:1")
    assert [s.name for s in speakers.speakers(conference)] == ["Kari"]
