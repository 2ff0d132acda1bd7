"""What speakers told us in private goes by the conference's clock; what they agreed to show stays until they take it back."""

from io import BytesIO

from flask import Flask
from sqlalchemy import select

from konferanse.common import audit, outbox
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now
from konferanse.common.erasure import erasures
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import files
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import forgetting
from konferanse.presentations.models import Presentation
from konferanse.programme import speaker_editing
from konferanse.programme.models import Speaker


def told(conference: Conference, name: str, *, agrees: bool) -> Speaker:
    picture = files.keep(BytesIO(b"RIFF"), name="innleder.webp", content_type="image/webp")
    row = Speaker(conference=conference, name=name, email=f"{name}@example.org", wishes="Rampe", bio="Om meg.", picture=picture)
    row.available, row.answered, row.consent = [["2026-06-01T08:00+00:00"] * 2], now(), now() if agrees else None
    db.session.add(row)
    db.session.flush()
    outbox.write(kind="speaker-link", recipient=row.email, subject="Hei", body="Hei", scope=conference.slug, about=row.uid)
    audit.record("speaker", "speaker.described", scope=conference.slug, subject=row.uid)
    for published in (None, now()):
        deck = files.keep(BytesIO(b"%PDF"), name="d.pdf", content_type="application/pdf")
        about = {"title": "Lysbilder", "file": deck, "published": published, "summary": "Kort."}
        db.session.add(Presentation(conference_id=conference.id, speaker_id=row.id, **about))
    db.session.flush()
    return row


def left(row: Speaker) -> tuple[object, ...]:
    return (row.name, row.email, row.wishes, row.available, row.answered, row.bio, row.picture_id is None)


def test_private_data_go_and_the_name_and_what_they_agreed_to_stay(app: Flask, conference: Conference) -> None:
    begin_write()
    yes, no = told(conference, "ja", agrees=True), told(conference, "nei", agrees=False)
    counts = forgetting.forget_speakers(conference)
    db.session.commit()
    db.session.expire_all()
    assert dict(counts) == {"speakers": 2, "slides": 2, "speaker_mails": 2}
    assert left(yes) == ("ja", "", "", [], None, "Om meg.", False)
    assert left(no) == ("nei", "", "", [], None, "", True)
    assert [deck.published is None for deck in db.session.scalars(select(Presentation))] == [False, False]
    assert db.session.scalars(select(OutboxMail)).all() == []
    assert db.session.scalars(select(AuditEntry.subject).where(AuditEntry.actor == "speaker")).all() == ["", ""]
    begin_write()
    assert dict(forgetting.forget_speakers(conference)) == {}


def test_a_restored_backup_forgets_them_again_and_shows_nothing_that_was_taken_back(app: Flask, conference: Conference) -> None:
    begin_write()
    gone, back = told(conference, "borte", agrees=True), told(conference, "angrer", agrees=True)
    old = back.consent
    speaker_editing.describe(
        back, speaker_editing.AboutValues("Om meg.", "", consent=False, wishes="", no_slides=False, hours={}), "speaker"
    )
    erasures.note(forgetting.FORGOTTEN, [gone.uid])
    back.consent = old  # as the backup had it
    forgetting.forget_again()
    db.session.commit()
    db.session.expire_all()
    assert (gone.email, gone.wishes, back.consent, back.email) == ("", "", None, "angrer@example.org")
