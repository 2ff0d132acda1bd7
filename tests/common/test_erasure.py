"""The list of what was erased loses no line, whatever happens while it is shortened."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from konferanse.common.clock import now
from konferanse.common.erasure import ErasureList, erasures

pytestmark = pytest.mark.usefixtures("app")


def test_what_is_noted_while_the_list_is_shortened_stays_on_it() -> None:
    uids = [uuid4() for _ in range(100)]
    done = threading.Event()

    def shorten() -> None:
        mine = ErasureList()  # another process has an object of its own
        mine.path = erasures.path
        while not done.is_set():
            mine.forget_old()

    others = [threading.Thread(target=shorten) for _ in range(2)]
    for other in others:
        other.start()
    for uid in uids:
        erasures.note("registration", [uid])
    done.set()
    for other in others:
        other.join()
    assert erasures.uids("registration") == uids


def test_old_lines_go_and_new_ones_stay() -> None:
    old, young = uuid4(), uuid4()
    erasures.path.write_text(f"registration {old} {(now() - timedelta(days=31)).isoformat()}\n")
    erasures.note("registration", [young])
    erasures.forget_old()
    assert erasures.uids("registration") == [young]


@pytest.mark.parametrize("torn", ["registration", "registration 01234567-89", f"file {UUID(int=1)} 2026-01-0", "\0\0\0"])
def test_a_line_torn_by_a_crash_stops_nothing_and_harms_no_other(app: Flask, torn: str) -> None:
    before, after = uuid4(), uuid4()
    erasures.note("registration", [before])
    with erasures.path.open("a") as out:
        out.write(torn)
    erasures.note("registration", [after])
    with erasures.path.open("a") as out:
        out.write(torn)
    erasures.forget_old()
    assert erasures.entries() == [("registration", before), ("registration", after)]
    assert app.test_cli_runner().invoke(args=["retention", "run"]).exit_code == 0
