"""Papers to print, and a participant's own certificate. Badges have table numbers, so ``front`` makes them."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.conference.access import ORGANISER, permissions_of
from konferanse.conference.models import Conference
from konferanse.registration.access import PARTICIPANT_LINK
from konferanse.registration.day import attendance, papers
from konferanse.registration.models import Registration
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/utskrifter", endpoint="papers")
@requires(ORGANISER)
def all_papers(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everything that can be printed."""
    return render_template(
        "registration/day/papers.html",
        conference=conference,
        guests=papers.guest_count(conference),
        came={day: attendance.counts(conference, day).came for day in conference.dates[:7]},
        sees_needs="needs" in permissions_of(staff, conference),
    )


@bp.get("/admin/k/<slug>/utskrifter/oppmote.pdf")
@requires(ORGANISER)
def attendance_list(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Who came and when, every day or the one asked for."""
    return as_file(papers.attendance_list(conference, asked_days(conference)), f"oppmote-{conference.slug}.pdf")


@bp.get("/admin/k/<slug>/utskrifter/oppmote.csv")
@requires(ORGANISER)
def attendance_sheet(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The same as a sheet."""
    return as_file(papers.attendance_csv(conference, asked_days(conference)), f"oppmote-{conference.slug}.csv")


@bp.get("/admin/k/<slug>/utskrifter/deltakerbevis.pdf")
@requires(ORGANISER)
def certificates(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A certificate for everybody who was there."""
    return as_file(papers.certificates(conference), f"deltakerbevis-{conference.slug}.pdf")


@bp.get("/min/<token>/bevis")
@requires(PARTICIPANT_LINK)
def certificate(registration: Registration, token: str) -> ResponseReturnValue:
    """My own certificate, once I was there and the day is over."""
    return as_file(papers.certificate(registration), "deltakerbevis.pdf")


def asked_days(conference: Conference) -> list[date]:
    """The day in the address, or all of them."""
    return [day for day in conference.dates if day.isoformat() == request.args.get("dag")] or conference.dates


def as_file(body: bytes, name: str) -> Response:
    """A file to keep, in no cache. ``name`` is made of ASCII only."""
    kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
