"""The screen in the room. Whoever has its link sees it; there is nothing to press."""

from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.by_link import row_of
from konferanse.access.requires import Arguments, requires
from konferanse.answers import priorities, wall
from konferanse.answers.models import Wall
from konferanse.answers.readings import UNREAD, marks_of
from konferanse.answers.tally import result
from konferanse.answers.wall import ON_SCREEN
from konferanse.common.clock import now
from konferanse.front.routes import bp
from konferanse.themes.sensitive import spans_of

LONGEST = 220  # characters that can be read from afar


class _WallLink:
    """The view gets ``wall`` and ``token``. Unknown is 404; off, or of an earlier time, is 403."""

    name = "link:wall"

    def admit(self, arguments: Arguments) -> Arguments:
        stopped = _("Veggen er slått av. Arrangøren kan slå den på igjen og gi deg en ny lenke.")
        return arguments | {"wall": row_of(Wall, "vegg", arguments["token"], stopped)}


WALL_LINK = _WallLink()


class OnWall(NamedTuple):
    """An answer as it stands: masked, and cut where it is too long to be read."""

    text: str
    table: str


@bp.get("/vegg/<token>", endpoint="wall_screen")
@requires(WALL_LINK)
def wall_screen(wall: Wall, token: str) -> ResponseReturnValue:
    """The answers to the task in hand, the newest first; or what a prioritising came to, while it is put there."""
    row = priorities.on_wall(wall.conference)
    if row is not None:
        about = {"row": row, "result": result(row), "moment": now(), "most_shown": ON_SCREEN}
        return render_template("front/wall_vote.html", conference=wall.conference, token=token, **about)
    return render_template("front/wall.html", conference=wall.conference, token=token, moment=now(), **_shown(wall))


def _shown(ours: Wall) -> dict[str, object]:
    there = wall.standing(ours)
    marks = marks_of(ours.conference_id)
    return {
        "task": there.task,
        "count": there.total,
        "answers": [
            OnWall(_readable(marks.get(answer.id, UNREAD).words(answer.words, spans_of(answer.text)).text), answer.table.name)
            for answer in there.answers
            if answer.table
        ],
    }


def _readable(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rsplit(' ', 1)[0]} …"
