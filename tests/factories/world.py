"""A small world for the rules: our conference, another one, a draft, and everybody who may ask. Made once per process,
copied to each test that wants it."""

import atexit
import pickle
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask

from konferanse import create_app
from konferanse.access.models import SignIn, Staff
from konferanse.access.signin import new_sign_in
from konferanse.common import links
from konferanse.conference import lifecycle
from konferanse.conference.access import PERMISSIONS, find
from konferanse.extensions import begin_write, db
from tests import databases
from tests.factories.filled import Filled, fill
from tests.factories.rows import row

CSRF = "the raw token of the tests"
# Who asks. "stranger" is the organiser of the other conference; a permission is somebody with just that one in ours.
ACTORS = ("nobody", *PERMISSIONS, "stranger", "administrator")


@dataclass
class World:
    """``ours`` and ``theirs`` are filled and published, ``draft`` is filled and not."""

    ours: Filled
    theirs: Filled
    draft: Filled
    staff: dict[str, int]

    def cookie(self, app: Flask, actor: str, csrf: str = CSRF) -> str:
        """The Cookie header of ``actor``, with the form token of the tests in it."""
        session: dict[str, object] = {"csrf_token": csrf}
        if actor != "nobody":
            session |= {"staff": self.staff[actor], "generation": 0}
        value = app.session_interface.get_signing_serializer(app).dumps(session)  # type: ignore[attr-defined]
        return f"{app.config['SESSION_COOKIE_NAME']}={value}"


@cache
def template(rows: int, postgres: bool = False) -> tuple[Path, str | None]:
    """An instance folder with a world of ``rows`` rows of everything, and the URL of its PostgreSQL database if asked."""
    folder = Path(tempfile.mkdtemp(prefix="konferanse-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = databases.new_postgres(template="template1") if postgres else None
    app = create_app(databases.environment(folder, url))
    with app.app_context():
        db.create_all()
        begin_write()
        world = _people_of(World(fill("egen", rows), fill("annen", rows), fill("kladd", rows, published=False), {}))
        for n in range(rows - 1):
            fill(f"til-{n}", 1)
        db.session.commit()
        (folder / "world.pickle").write_bytes(pickle.dumps(world))
        db.session.remove()
        db.engine.dispose()
    return folder, url


def _people_of(world: World) -> World:
    ours, theirs = find(world.ours.slug), find(world.theirs.slug)
    assert ours
    assert theirs
    for actor in ACTORS[1:]:
        person = row(Staff, email=f"{actor}@example.org", name=actor.title(), is_admin=actor == "administrator")
        db.session.flush()
        if actor == "stranger":
            lifecycle.grant(theirs, person, list(PERMISSIONS), "system")
        elif actor in PERMISSIONS:
            lifecycle.grant(ours, person, [actor], "system")
        world.staff[actor] = person.id
    for place in (world.ours, world.theirs, world.draft):
        guest = row(Staff, email=f"gjest@{place.slug}.example.org", name="Gjest")
        db.session.flush()
        place.values |= {"brukere/uid": str(guest.uid), "inn/token": _sign_in(guest)}
    return world


def _sign_in(staff: Staff) -> str:
    made: SignIn = new_sign_in(staff)
    return links.token("inn", made.uid)


def read(folder: Path) -> World:
    """The world that was copied to ``folder``."""
    world: World = pickle.loads((folder / "world.pickle").read_bytes())  # noqa: S301 - written above
    return world
