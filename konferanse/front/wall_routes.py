"""The screen in the room. Whoever has its link sees it; there is nothing to press."""

from dataclasses import asdict
from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.by_link import row_of
from konferanse.access.requires import Arguments, requires
from konferanse.answers import wall
from konferanse.answers.models import Wall
from konferanse.common.clock import now
from konferanse.front.routes import bp
from konferanse.plan.masking import masked
from konferanse.themes.sensitive import sensitive

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
    """The answers to the task in hand, the newest first."""
    return render_template("front/wall.html", conference=wall.conference, token=token, moment=now(), **_shown(wall))


def _shown(ours: Wall) -> dict[str, object]:
    there = wall.standing(ours)
    return {
        "task": there.task,
        "count": there.total,
        "answers": [OnWall(_readable(answer.text), answer.table.name) for answer in there.answers if answer.table],
    }


def _readable(text: str) -> str:
    shown = " ".join(masked(text, 0, len(text), [asdict(span) for span in sensitive(text)]).split())
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST].rsplit(' ', 1)[0]} …"
