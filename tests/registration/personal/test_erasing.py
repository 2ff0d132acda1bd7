"""One person's data is deleted, and nobody else's."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.common import outbox
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forgetting, signup
from konferanse.registration.models import Invitation
from tests.registration.conftest import person

EMAIL = "kari@example.org"


@pytest.mark.postgres
def test_erasing_an_old_sign_up_leaves_the_mail_of_a_new_one_and_of_an_invitation(
    conference: Conference, sign_up: Callable[..., str]
) -> None:
    sign_up(EMAIL)
    begin_write()
    old = person(EMAIL)
    signup.cancel(old)
    db.session.commit()
    sign_up(EMAIL)
    begin_write()
    new = person(EMAIL)
    assert new.uid != old.uid
    invitation = Invitation(
        conference_id=conference.id, organisation_name="NAV", contact_name="Kari", contact_email=EMAIL, seats=1
    )
    db.session.add(invitation)
    db.session.flush()
    for about in (invitation.uid, None, old.uid):
        outbox.write(kind="note", recipient=EMAIL, subject="Hei", body="Hei", scope=conference.slug, about=about)
    db.session.flush()
    uids = {new.uid, invitation.uid}
    forgetting.erase(old)
    db.session.commit()
    left = db.session.scalars(select(OutboxMail).where(OutboxMail.recipient == EMAIL)).all()
    assert {mail.about for mail in left} == uids
    assert all(mail.body and mail.status == "queued" for mail in left)
