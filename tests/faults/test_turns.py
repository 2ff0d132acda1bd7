"""Turns at writing: first come first served, let go by the dead, and never taken twice by one."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from konferanse import turns
from konferanse.extensions import begin_write, db

HOLD = """import fcntl, sys, time
file = open(sys.argv[1], "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("mine", flush=True)
time.sleep(60)"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.dispose()


def test_writers_get_their_turn_in_the_order_they_came(engine: Engine) -> None:
    order: list[int] = []

    def write(number: int) -> None:
        turn = turns.take(engine)
        order.append(number)
        turn.close()

    first = turns.take(engine)
    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
        time.sleep(0.05)
    assert order == []
    first.close()
    for writer in writers:
        writer.join(5)
    assert order == list(range(8))


def test_a_killed_process_lets_go_of_its_turn(engine: Engine) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, f"{engine.url.database}-turn"], stdout=subprocess.PIPE)
    assert other.stdout
    assert other.stdout.readline() == b"mine\n"
    taken: list[turns.Turn] = []
    waits = threading.Thread(target=lambda: taken.append(turns.take(engine)))
    waits.start()
    waits.join(0.3)
    assert not taken
    other.kill()
    waits.join(5)
    assert len(taken) == 1
    taken[0].close()
    other.communicate()


def test_a_write_ends_its_turn_however_it_ends(app: Flask) -> None:
    for end in (db.session.commit, db.session.rollback, db.session.remove):
        begin_write()
        end()
    begin_write()
    begin_write()  # what was begun is thrown away, its turn too
    db.session.rollback()


def test_a_write_inside_a_write_says_so_instead_of_waiting_for_itself(app: Flask) -> None:
    begin_write()
    with app.app_context(), pytest.raises(RuntimeError, match="inside another write"):
        begin_write()
    db.session.rollback()


def test_after_somebody_has_given_up_the_others_look_only_briefly(engine: Engine) -> None:
    first = turns.take(engine)
    assert first.patience == turns.PATIENCE
    first.close()
    second = turns.take(engine)
    second.gave_up()
    second.close()
    third = turns.take(engine)
    assert third.patience < 1
    third.close()
    path = Path(f"{engine.url.database}-turn")
    os.utime(path, (0, time.time() - turns.PATIENCE - 1))
    fourth = turns.take(engine)
    assert fourth.patience == turns.PATIENCE
    fourth.close()
