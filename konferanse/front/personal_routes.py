"""A participant's own page: everything about one person in one place. GET changes nothing; what acts is in the packages."""

import json

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from konferanse.access.forms import ActForm
from konferanse.access.requires import requires
from konferanse.answers.priorities import at_hand
from konferanse.front import stored
from konferanse.front.my_table import my_tables
from konferanse.front.routes import bp
from konferanse.registration import line
from konferanse.registration.access import PARTICIPANT_LINK
from konferanse.registration.day import papers
from konferanse.registration.labels import NEED_KINDS, NEED_STATUSES
from konferanse.registration.mail import calendar_entries
from konferanse.registration.models import Registration
from konferanse.registration.needs import needs
from konferanse.registration.personal import substitution
from konferanse.registration.questions import questions


@bp.get("/min/<token>")
@requires(PARTICIPANT_LINK)
def mine(registration: Registration, token: str) -> ResponseReturnValue:
    """My page."""
    answers = questions.held(registration)
    return render_template(
        "front/mine.html",
        conference=registration.conference,
        registration=registration,
        token=token,
        place=line.place(registration),
        hours=calendar_entries.hours(registration.conference),
        needs=needs.of(registration),
        need_kinds=NEED_KINDS,
        need_statuses=NEED_STATUSES,
        proven=papers.proven_days(registration),
        act=ActForm(),
        mine=questions.mine(registration, answers),
        can_hand_over=substitution.possible(registration),
        my_tables=my_tables(registration),
        vote=at_hand(registration.conference, "participants"),
    )


@bp.get("/min/<token>/opplysninger.json")
@requires(PARTICIPANT_LINK)
def about_me(registration: Registration, token: str) -> ResponseReturnValue:
    """Everything that is stored about me, to save."""
    text = json.dumps(stored.about(registration), default=stored.as_json, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="opplysninger.json"', "Cache-Control": "no-store"}
    return Response(text, mimetype="application/json", headers=headers)
