"""The organiser's way: eleven steps from assignment to follow-up, each with its state in words."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from konferanse.conference.models import Conference


class Step(NamedTuple):
    """``state`` is done, waits or ahead; ``url`` is empty for a step that has no page yet."""

    key: str
    title: str
    state: str
    status: str
    url: str


def way(conference: Conference) -> list[Step]:
    """The steps of ``conference``, in order."""
    mandate = conference.mandate
    missing = not mandate.report_by
    return [
        Step(
            "oppdrag",
            _("Oppdrag"),
            "waits" if missing else "done",
            _("Mangler frist for rapportering") if missing else _("Skrevet"),
            url_for("conference.mandate", slug=conference.slug),
        )
    ]
