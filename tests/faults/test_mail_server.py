"""The mail server refuses, delays, hangs, is down for an hour; the worker is killed: nothing is lost, nothing comes twice."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask

from konferanse import create_app
from konferanse.common import outbox, postman, worker
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from tests.conftest import StrictClient
from tests.mail_server import MailServer
from tests.registration.conftest import form_of
from tests.serving import ROOT

Pass = Callable[[float], None]
WAITING = 500


@pytest.fixture
def posting(environ: dict[str, str], app: Flask, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app, sending to ``mail_server``; short waits."""
    monkeypatch.setattr(postman, "ANSWER", 0.2)
    monkeypatch.setattr(postman, "VERDICT", 0.2)
    application = create_app(environ | {"KONFERANSE_MAIL_URL": mail_server.url})
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def minutes_pass(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """``minutes_pass(5)`` moves the outbox's clock."""
    moved = [0.0]
    monkeypatch.setattr(outbox, "now", lambda: now() + timedelta(minutes=moved[0]))

    def forward(minutes: float) -> None:
        moved[0] += minutes

    return forward


def queue(count: int, start: int = 0) -> None:
    """Put ``count`` mails in the outbox."""
    begin_write()
    for n in range(start, start + count):
        outbox.write(kind="test", recipient=f"p{n}@example.org", subject=f"Nummer {n}", body="Hei.\n")
    db.session.commit()


def rows() -> list[outbox.OutboxMail]:
    """The outbox as a fresh look sees it."""
    db.session.rollback()
    return list(db.session.scalars(db.select(outbox.OutboxMail).order_by(outbox.OutboxMail.id)))


def statuses() -> Counter[str]:
    """How many mails of each status."""
    return Counter(row.status for row in rows())


def refuses_connections(server: MailServer) -> None:
    server.stop()


def is_silent(server: MailServer) -> None:
    server.fall_silent()


def hangs_with_the_mail(server: MailServer) -> None:
    server.delay = 30


def closes_down(server: MailServer) -> None:
    server.answer = "421 closing down"


def puts_everything_off(server: MailServer) -> None:
    server.answer = "451 come back later"


@pytest.mark.slow
@pytest.mark.parametrize("fault", [refuses_connections, is_silent, hangs_with_the_mail, closes_down, puts_everything_off])
def test_an_hour_without_a_mail_server_loses_nothing(
    posting: Flask, mail_server: MailServer, minutes_pass: Pass, fault: Callable[[MailServer], None]
) -> None:
    fault(mail_server)
    queue(WAITING)
    for _minute in range(60):
        assert worker.deliver_due() == 0
        minutes_pass(1)
    assert statuses() == {"queued": WAITING}
    assert max(row.attempts for row in rows()) <= len(outbox.RETRY_AFTER) // 2
    assert mail_server.taken == []
    mail_server.stop()
    mail_server.answer, mail_server.delay = "250 OK", 0.0
    mail_server.start()
    start, minutes = time.perf_counter(), 0
    while worker.deliver_due() < WAITING and statuses() != {"sent": WAITING} and minutes < 10:
        minutes_pass(1)
        minutes += 1
    print(f"{fault.__name__}: empty {minutes} minutes and {time.perf_counter() - start:.1f} seconds of work after")
    assert statuses() == {"sent": WAITING}
    assert Counter(mail_server.recipients) == {f"p{n}@example.org": 1 for n in range(WAITING)}


def test_a_server_that_is_down_is_no_try_and_is_told_of(posting: Flask, mail_server: MailServer, minutes_pass: Pass) -> None:
    queue(3)
    mail_server.stop()
    worker.deliver_due()
    known = postman.trouble()
    assert known
    assert "ConnectionRefusedError" in known.reason
    minutes_pass(1)
    worker.deliver_due()
    assert postman.trouble() == known  # since the first time
    assert [(row.status, row.attempts) for row in rows()] == [("queued", 0)] * 3
    mail_server.start()
    assert worker.deliver_due() == 3
    assert postman.trouble() is None


def test_a_mail_the_server_never_answers_for_is_tried_again_with_the_same_id(
    posting: Flask, mail_server: MailServer, minutes_pass: Pass
) -> None:
    queue(1)
    mail_server.delay = 1
    given: list[str] = []
    mail_server.when_given = lambda message: given.append(str(message["Message-ID"]))
    assert worker.deliver_due() == 0
    assert [(row.status, row.attempts) for row in rows()] == [("queued", 1)]
    mail_server.delay = 0
    minutes_pass(1)
    assert worker.deliver_due() == 1
    time.sleep(1)
    assert set(given) == {outbox.message_id(rows()[0])}


def test_a_refused_address_fails_at_once_and_the_others_get_theirs(posting: Flask, mail_server: MailServer) -> None:
    queue(5)
    mail_server.refused = {"p1@example.org": "550 5.1.1 no such user", "p2@example.org": "450 4.2.1 mailbox busy"}
    assert worker.deliver_due() == 3
    found = {row.recipient[:2]: (row.status, row.attempts) for row in rows()}
    assert found == {"p0": ("sent", 1), "p1": ("failed", 1), "p2": ("queued", 1), "p3": ("sent", 1), "p4": ("sent", 1)}
    assert [row.error for row in rows()][1:3] == ["550 5.1.1 no such user", "450 4.2.1 mailbox busy"]


def test_a_mail_put_off_too_often_is_called_failed(posting: Flask, mail_server: MailServer, minutes_pass: Pass) -> None:
    queue(1)
    mail_server.answer = "451 come back later"
    for _ in range(len(outbox.RETRY_AFTER) + 1):
        assert statuses() == {"queued": 1}
        worker.deliver_due()
        minutes_pass(60 * 24)
    assert statuses() == {"failed": 1}


def test_one_connection_carries_many_mails_and_is_opened_anew_when_the_server_hangs_up(
    posting: Flask, mail_server: MailServer
) -> None:
    queue(30)
    assert worker.deliver_due() == 30
    assert mail_server.connections == 1
    mail_server.hangs_up_after = 10
    mail_server.when_given = lambda _message: time.sleep(0.03)
    queue(30, start=30)
    assert worker.deliver_due() == 30
    assert mail_server.connections >= 4
    assert Counter(mail_server.recipients) == {f"p{n}@example.org": 1 for n in range(60)}


def test_a_mail_that_cannot_be_written_does_not_stop_the_rest(posting: Flask, mail_server: MailServer) -> None:
    begin_write()
    outbox.write(kind="test", recipient="a\nb@example.org", subject="Galt", body="Hei.\n")
    outbox.write(kind="test", recipient="c@example.org", subject="Galt", body="Hei.\n", calendar={"half": "a calendar"})
    db.session.commit()
    queue(2)
    assert worker.deliver_due() == 2
    assert statuses() == {"failed": 2, "sent": 2}


@pytest.mark.postgres
def test_two_workers_at_once_send_each_mail_once(posting: Flask, mail_server: MailServer) -> None:
    queue(60)
    mail_server.delay = 0.005
    sent: list[int] = []

    def work() -> None:
        with posting.app_context():
            sent.append(worker.deliver_due())
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(sent) == 60
    assert min(sent) > 0, "they did not work at once"
    assert Counter(mail_server.recipients) == {f"p{n}@example.org": 1 for n in range(60)}


def test_held_and_returned_mail_is_never_sent(posting: Flask, mail_server: MailServer, minutes_pass: Pass) -> None:
    queue(3)
    begin_write()
    for row, status in zip(rows_for_writing(), ("held", "bounced", "queued"), strict=True):
        row.status = status
    db.session.commit()
    minutes_pass(60 * 24 * 30)
    assert worker.deliver_due() == 1
    assert mail_server.recipients == ["p2@example.org"]


def rows_for_writing() -> list[outbox.OutboxMail]:
    """The outbox inside the running transaction."""
    return list(db.session.scalars(db.select(outbox.OutboxMail).order_by(outbox.OutboxMail.id)))


def test_signing_up_is_quick_while_the_mail_server_hangs(
    posting: Flask, mail_server: MailServer, client: StrictClient, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman, "ANSWER", 3)
    mail_server.fall_silent()
    queue(WAITING)
    held = threading.Event()

    def work() -> None:
        with posting.app_context():
            worker.deliver_due()
            held.set()
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    slowest = 0.0
    for n in range(10):
        start = time.perf_counter()
        path = f"/k/{conference.slug}/pamelding"
        assert client.submit(path, form_of(conference, f"ny{n}@example.org")).status_code == 303
        slowest = max(slowest, time.perf_counter() - start)
    assert not held.is_set(), "the server did not hang meanwhile"
    thread.join(30)
    print(f"slowest registration while the mail server hung: {slowest:.2f} s")
    assert slowest < 1


def test_a_worker_killed_before_it_wrote_down_the_yes_repeats_once_with_the_same_id(
    environ: dict[str, str], app: Flask, mail_server: MailServer, tmp_path: Path
) -> None:
    """The server says 250 while the test holds the database's write lock; then the worker is killed."""
    queue(1)
    lock = sqlite.connect(str(tmp_path / "konferanse.db"), isolation_level=None, check_same_thread=False)

    def hold(_message: EmailMessage) -> None:
        lock.execute("BEGIN IMMEDIATE")

    mail_server.when_given = hold
    command = [sys.executable, "-m", "flask", "outbox", "send"]
    environment = {**os.environ, **environ, "KONFERANSE_MAIL_URL": mail_server.url}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    while not mail_server.taken:
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)  # the answer is read; the worker waits for the lock
    process.kill()
    process.wait(10)
    lock.execute("ROLLBACK")
    lock.close()
    assert [(row.status, row.attempts) for row in rows()] == [("sending", 1)]
    mail_server.when_given = lambda _message: None
    for minutes in (1, 11, 22):
        later = environment | {"KONFERANSE_NOW": (now() + timedelta(minutes=minutes)).isoformat()}
        subprocess.run(command, cwd=ROOT, env=later, check=True, stdout=subprocess.DEVNULL)
    assert [(row.status, row.attempts) for row in rows()] == [("sent", 2)]
    assert [str(message["Message-ID"]) for message in mail_server.taken] == [outbox.message_id(rows()[0])] * 2
