"""The server is killed hard ten times in 1,000 writes: nothing acknowledged is lost, and resending makes it exactly 1,000."""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import requests
from flask import Flask

from konferanse import create_app
from konferanse.answers import delivery
from konferanse.common.clock import today
from konferanse.conference import lifecycle
from konferanse.extensions import begin_write, db
from konferanse.groups.access import token_of
from konferanse.groups.models import Table
from tests import databases
from tests.groups.room import with_tables, with_task
from tests.serving import Server

WRITES, PHONES, KILLS = 1000, 4, 10


def prepared(app: Flask) -> list[str]:
    """A conference with an open task; the tokens of its tables."""
    with app.app_context():
        begin_write()
        conference = lifecycle.create("prove", "Prøve", "regionsamling", today(), today())
        db.session.commit()
        with_task(conference)
        tokens = [token_of(t) for t in with_tables(conference, PHONES)]
        db.engine.dispose()
    return tokens


def stored(app: Flask) -> tuple[dict[str, list[str]], str]:
    """Every id at each table as a fresh connection sees it, and what the database says of its own health."""
    with app.app_context():
        tables = db.session.scalars(db.select(Table).order_by(Table.number)).all()
        found = {token_of(t): [a.ref for a in delivery.standing(t)] for t in tables}
        health = db.session.execute(db.text("PRAGMA integrity_check")).scalar_one()
        db.engine.dispose()
    return found, health


class Phone(threading.Thread):
    """Writes its answers one by one, resending each until it is acknowledged, as the page's script does."""

    def __init__(self, url: str, token: str, refs: list[str]) -> None:
        super().__init__()
        self.url, self.refs = f"{url}/api/bord/{token}/svar", refs
        self.acknowledged: list[str] = []
        self.surprises: list[int] = []
        self.losses = 0

    def run(self) -> None:
        session = requests.Session()
        for number, ref in enumerate(self.refs):
            body = {"task": "oppg1", "text": f"svar {number}", "base_version": 0, "written_at": None}
            while ref not in self.acknowledged[-1:]:
                try:
                    status = session.put(f"{self.url}/{ref}", json=body, timeout=5).status_code
                except requests.RequestException:
                    self.losses += 1
                    time.sleep(0.05)
                    continue
                if status in (200, 201):
                    self.acknowledged.append(ref)
                elif status != 503:
                    self.surprises.append(status)
                    return


def killed_now_and_then(server: Server, phones: list[Phone], dice: random.Random, look: Callable[[], None]) -> None:
    """Kill at random moments, spread over the writing; after each, what was acknowledged must be on disk."""
    for n in range(1, KILLS + 1):
        goal = int(WRITES * n / (KILLS + 1)) + dice.randrange(WRITES // (2 * KILLS))
        while sum(len(p.acknowledged) for p in phones) < goal and any(p.is_alive() for p in phones):
            time.sleep(0.002)
        time.sleep(dice.random() * 0.02)
        server.kill()
        look()
        server.start()


@pytest.mark.slow
def test_ten_kills_during_a_thousand_writes_lose_nothing(tmp_path: Path) -> None:
    databases.fresh_sqlite(tmp_path)
    environ = databases.environment(tmp_path, None, KONFERANSE_RATE_LIMITS="off", GUNICORN_CMD_ARGS="--preload")
    app = create_app(environ)
    tokens = prepared(app)
    dice = random.Random(20190626)
    refs = {t: [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(WRITES // PHONES)] for t in tokens}
    server = Server(environ, workers=2)
    server.start()
    phones = [Phone(server.url, token, refs[token]) for token in tokens]

    def nothing_acknowledged_is_missing() -> None:
        acknowledged = {t: list(p.acknowledged) for t, p in zip(tokens, phones, strict=True)}
        found, health = stored(app)
        assert health == "ok"
        for token in tokens:
            assert set(acknowledged[token]) <= set(found[token])

    for phone in phones:
        phone.start()
    try:
        killed_now_and_then(server, phones, dice, nothing_acknowledged_is_missing)
        for phone in phones:
            phone.join(60)
    finally:
        server.stop()
    assert [p.surprises for p in phones] == [[]] * PHONES
    assert sum(p.losses for p in phones) >= KILLS, "the kills did not hit anybody"
    found, health = stored(app)
    assert health == "ok"
    assert {t: sorted(found[t]) for t in tokens} == {t: sorted(refs[t]) for t in tokens}
    assert sum(map(len, found.values())) == WRITES
