"""A database that is locked for a while and a disk that is full: no false receipt, nothing lost, and it mends itself."""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import pysqlite3.dbapi2
import pytest
import requests

from konferanse import create_app
from tests import databases
from tests.faults.test_kill import prepared, stored
from tests.serving import Server, serve

PHONES = 20
Full = Callable[[Server, Path], AbstractContextManager[None]]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path


@contextmanager
def hall(instance: Path) -> Iterator[tuple[Server, str]]:
    """A server whose state lies in ``instance``, and the token of a table with an open task."""
    databases.fresh_sqlite(instance)
    environ = databases.environment(instance, None, KONFERANSE_RATE_LIMITS="off")
    token = prepared(create_app(environ))[0]
    with serve(environ, workers=2) as server:
        yield server, token


def put(server: Server, token: str, ref: str, text: str = "Faste faddere") -> requests.Response:
    """As the page's script sends an answer; on a connection of its own."""
    body = {"task": "oppg1", "text": text, "base_version": 0, "written_at": None}
    return requests.put(f"{server.url}/api/bord/{token}/svar/{ref}", json=body, timeout=60)


@contextmanager
def locked(instance: Path) -> Iterator[None]:
    """Another program holds the database and takes no turns."""
    other = pysqlite3.dbapi2.connect(str(instance / "konferanse.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def refs_stored(instance: Path, token: str) -> list[str]:
    """What a fresh look finds at the table, in a database that says it is whole."""
    found, health = stored(create_app(databases.environment(instance, None)))
    assert health == "ok"
    return sorted(found[token])


@pytest.mark.slow
def test_everybody_waits_out_a_lock_of_three_seconds(instance: Path) -> None:
    refs = sorted(str(uuid4()) for _ in range(PHONES))
    with hall(instance) as (server, token), ThreadPoolExecutor(PHONES) as phones:
        with locked(instance):
            sent = [phones.submit(put, server, token, ref) for ref in refs]
            time.sleep(3)
        assert [one.result().status_code for one in sent] == [201] * PHONES
    assert refs_stored(instance, token) == refs


@pytest.mark.slow
def test_a_lock_of_half_a_minute_is_said_to_everybody_meanwhile_and_what_is_sent_again_is_stored_once(instance: Path) -> None:
    refs = sorted(str(uuid4()) for _ in range(PHONES))
    with hall(instance) as (server, token), ThreadPoolExecutor(PHONES) as phones:
        with locked(instance):
            begun = time.monotonic()
            sent = [phones.submit(put, server, token, ref) for ref in refs]
            replies = [one.result() for one in sent]
            took = time.monotonic() - begun
            page = requests.get(f"{server.url}/bord/{token}", timeout=10)
            time.sleep(max(0, 30 - took))
        assert [reply.status_code for reply in replies] == [503] * PHONES
        assert all(reply.json()["saved"] is False and int(reply.headers["Retry-After"]) > 0 for reply in replies)
        assert took < 30, "nobody waited until the lock was gone"
        assert page.status_code == 200, "reading goes on"
        assert refs_stored(instance, token) == []
        again = [phones.submit(put, server, token, ref) for ref in [*refs, *refs]]
        assert sorted(one.result().status_code for one in again) == [200] * PHONES + [201] * PHONES
    assert refs_stored(instance, token) == refs


@contextmanager
def quota(server: Server, instance: Path) -> Iterator[None]:
    """The server's files may not grow."""
    assert server.process is not None
    first = server.process.pid
    pids = [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]
    size = max(path.stat().st_size for path in instance.glob("konferanse.db*"))
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)) for pid in pids]
    try:
        yield
    finally:
        for pid, limits in zip(pids, before, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def filled(_server: Server, instance: Path) -> Iterator[None]:
    """No byte is left on the disk."""
    filler = instance / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own, of 8 MB."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    assert mount
    assert umount
    subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


def written_until_full(server: Server, token: str) -> list[str]:
    """Send answers until one is refused; the ids of those acknowledged."""
    kept: list[str] = []
    for _ in range(500):
        ref = str(uuid4())
        reply = put(server, token, ref, "Et svar som tar litt plass. " * 100)
        if reply.status_code != 201:
            assert reply.status_code == 503
            assert reply.json()["saved"] is False
            return kept
        kept.append(ref)
    raise AssertionError("the disk never filled")


def mends_itself(instance: Path, full: Full) -> None:
    """Fill the disk under a running server, and make room again."""
    with hall(instance) as (server, token):
        waiting = str(uuid4())
        with full(server, instance):
            kept = written_until_full(server, token)
            assert put(server, token, waiting).status_code == 503
            page = requests.get(f"{server.url}/bord/{token}", timeout=10)
            assert page.status_code == 200, "reading goes on"
        assert put(server, token, waiting).status_code == 201
        assert put(server, token, waiting).status_code == 200
    assert refs_stored(instance, token) == sorted([*kept, waiting])


@pytest.mark.slow
def test_files_that_may_not_grow_give_no_false_receipt_and_mend_themselves(instance: Path) -> None:
    mends_itself(instance, quota)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small disk; the test above stands for it")
def test_a_full_disk_gives_no_false_receipt_and_mends_itself(instance: Path) -> None:
    with small_disk(instance):
        mends_itself(instance, filled)
