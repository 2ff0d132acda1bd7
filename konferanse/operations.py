"""What an operator runs: the worker, backup and restore, and a check of the whole installation."""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pysqlite3.dbapi2
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import func, make_url, select, text

from konferanse.cli import Commands, refuse
from konferanse.common import links, postman, worker
from konferanse.common.clock import now
from konferanse.common.erasure import erasures
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.extensions import begin_write, db
from konferanse.front import daily
from konferanse.registration.mail import bounces

backup = Commands("backup", help="Backup and restore: database, uploads and keys in one file.")
outbox_group = Commands("outbox", help="The mail that is waiting, sent or failed.")
LARGEST_NOTICE = 5_000_000
PARTS = ("database", "files", "secret_key")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(backup)
    app.cli.add_command(outbox_group)
    app.cli.command("worker")(run_worker)
    app.cli.command("check")(check)


@outbox_group.command("send")
def send_outbox() -> None:
    """Send what is due now, as the worker does each minute."""
    if not current_app.config["MAIL_DELIVERY"]:
        refuse("KONFERANSE_MAIL_URL is not set, so mail stays in the outbox; `flask outbox list` shows it")
    sent = worker.deliver_due()
    query = select(OutboxMail.status, func.count()).where(OutboxMail.status != "sent").group_by(OutboxMail.status)
    left = {row[0]: row[1] for row in db.session.execute(query)}
    failed = left.get("failed", 0) + left.get("bounced", 0)
    waiting = left.get("queued", 0) + left.get("sending", 0)
    click.echo(f"{sent} sent, {waiting} waiting, {left.get('held', 0)} held, {failed} failed")
    if trouble := postman.trouble():
        refuse(f"the mail server does not answer: {trouble.reason}")


@outbox_group.command("bounced")
def take_in_bounce() -> None:
    """Read one delivery status notification (RFC 3464) from standard input, and mark the mail it is about as come back."""
    raw = sys.stdin.buffer.read(LARGEST_NOTICE + 1)
    if len(raw) > LARGEST_NOTICE:
        refuse(f"a notice is no larger than {LARGEST_NOTICE // 1_000_000} MB")
    begin_write()
    mail = bounces.take_in(raw)
    uid = mail.uid
    db.session.commit()
    click.echo(f"{uid}: came back")


@outbox_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="With the text, personal links filled in: keep it safe.")
def list_outbox(as_json: bool) -> None:
    """Every mail, oldest first."""
    rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    if as_json:
        click.echo(json.dumps([_mail_values(row) for row in rows], ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row.status:8} {row.created:%Y-%m-%d %H:%M} {row.recipient}\t{row.subject}")


def _mail_values(row: OutboxMail) -> dict[str, Any]:
    names = ("scope", "kind", "recipient", "reply_to", "language", "subject", "calendar", "status", "attempts", "error")
    times = {name: moment.isoformat() if (moment := getattr(row, name)) else None for name in ("created", "due", "sent")}
    return {"uid": str(row.uid), **{name: getattr(row, name) for name in names}, "body": links.fill_in(row.body), **times}


def run_worker() -> None:
    """Deliver mail and do the heavy work, until told to stop."""
    worker.run(current_app._get_current_object())  # type: ignore[attr-defined]


@backup.command("create")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def create(file: Path) -> None:
    """Write a backup to FILE. The server may run meanwhile. The file holds personal data and keys: keep it safe, ≤ 30 days."""
    if not file.parent.is_dir():
        refuse(f"there is no folder {file.parent}")
    instance: Path = current_app.config["INSTANCE"]
    erasures.forget_old()
    with tempfile.TemporaryDirectory(dir=instance) as folder:
        snapshot = Path(folder) / "database"
        _dump(snapshot)
        about = Path(folder) / "about.json"
        about.write_text(json.dumps({"created": now().isoformat(), "database": _dialect(), "revision": _revision()}))
        part = file.with_name(f"{file.name}.part")
        with tarfile.open(part, "w:gz") as archive:
            archive.add(about, "about.json")
            archive.add(snapshot, "database")
            for name in PARTS[1:]:
                if (instance / name).exists():
                    archive.add(instance / name, name)
        part.chmod(0o600)
        part.replace(file)  # a half-written backup never carries the name of a whole one
    click.echo(f"{file}: {file.stat().st_size} bytes")


@backup.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(file: Path) -> None:
    """Put FILE in place of what is there. Stop web and worker first. What people had erased since stays erased."""
    instance: Path = current_app.config["INSTANCE"]
    with tempfile.TemporaryDirectory(dir=instance) as folder:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
            about = json.loads((Path(folder) / "about.json").read_text())
        except (OSError, tarfile.TarError, EOFError, ValueError) as error:
            refuse(f"{file} is not a whole konferanse backup ({type(error).__name__}); nothing was changed")
        if about.get("database") != _dialect():
            refuse(f"the backup is of {about.get('database')} and this installation runs {_dialect()}; nothing was changed")
        _load(Path(folder) / "database")
        for name in PARTS[1:]:
            _swap(Path(folder) / name, instance / name)
    upgrade()
    gone = daily.forget_restored()
    click.echo(f"restored the backup of {about['created']}; {gone} rows erased since then were erased again")


def _dialect() -> str:
    return db.engine.dialect.name


def _revision() -> str:
    revision = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    db.session.rollback()
    return str(revision)


def _dump(target: Path) -> None:
    if _dialect() == "sqlite":
        with db.engine.connect() as connection:
            source = connection.connection.dbapi_connection
            copy = pysqlite3.dbapi2.connect(str(target))
            source.backup(copy)  # type: ignore[union-attr]
            copy.close()
    else:
        _postgres("pg_dump", "--format=custom", f"--file={target}")


def _load(source: Path) -> None:
    if _dialect() != "sqlite":
        _postgres("pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", str(source), into=True)
        return
    copy = pysqlite3.dbapi2.connect(str(source))
    whole = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if whole != "ok":
        raise Refused("the database in the backup is damaged; nothing was changed")
    with db.engine.connect() as connection:
        connection.rollback()
        copy.backup(connection.connection.dbapi_connection)
    copy.close()
    db.engine.dispose()


def _postgres(program: str, *arguments: str, into: bool = False) -> None:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    target = f"--dbname={url.render_as_string(hide_password=False)}"
    path = shutil.which(program)
    if path is None:
        raise Refused(f"{program} is not installed; install PostgreSQL's client programs")
    if into:
        db.session.remove()
        db.engine.dispose()
    done = subprocess.run([path, target, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason given'}")


def _swap(source: Path, target: Path) -> None:
    if not source.exists():
        return
    if target.is_dir():
        shutil.rmtree(target)
    shutil.move(source, target)


def check() -> None:
    """A line each for database, storage, worker, mail, clock and configuration; exit 1 when one is wrong."""
    parts: dict[str, Callable[[], str]] = {
        "database": _check_database,
        "storage": _check_storage,
        "worker": _check_worker,
        "mail": _check_mail,
        "clock": _check_clock,
        "configuration": _check_configuration,
    }
    failed = False
    for name, look in parts.items():
        try:
            click.echo(f"{name}: ok – {look()}")
        except (Refused, OSError) as error:
            failed = True
            click.echo(f"{name}: WRONG – {error}")
    sys.exit(1 if failed else 0)


def _check_database() -> str:
    if _dialect() == "sqlite":
        fault = db.session.execute(text("PRAGMA quick_check")).scalar()
        if fault != "ok":
            raise Refused(f"SQLite says: {fault}")
    return f"{_dialect()}, schema {_revision()}"


def _check_storage() -> str:
    instance: Path = current_app.config["INSTANCE"]
    with tempfile.NamedTemporaryFile(dir=instance) as probe:
        probe.write(b"x")
    free = shutil.disk_usage(instance).free
    if free < 500_000_000:
        raise Refused(f"only {free // 1_000_000} MB are free where {instance.name}/ is")
    return f"{free // 1_000_000_000} GB free"


def _check_worker() -> str:
    pulse = worker.pulse()
    if pulse is None or (datetime.now(UTC) - pulse).total_seconds() > 150:
        raise Refused("no worker has shown itself for two minutes; start `flask worker` (make run does)")
    return f"last seen {pulse:%H:%M:%S} UTC"


def _check_mail() -> str:
    def counted(status: str) -> int:
        return db.session.scalar(select(func.count()).where(OutboxMail.status == status)) or 0

    if trouble := postman.trouble():
        raise Refused(f"no answer since {trouble.since:%Y-%m-%d %H:%M} UTC ({trouble.reason}); {counted('queued')} waiting")
    if failed := counted("failed"):
        raise Refused(f"{failed} mails failed; look in the outbox")
    where = current_app.config.get("MAIL_SERVER") or "no mail server: mail stays in the outbox"
    return f"{where}; {counted('queued')} waiting, {counted('held')} held, {counted('sent')} sent"


def _check_clock() -> str:
    moved = abs((datetime.now(UTC) - now()).total_seconds()) > 60
    return f"moved to {now():%Y-%m-%d %H:%M} by KONFERANSE_NOW" if moved else f"{now():%Y-%m-%d %H:%M} UTC"


def _check_configuration() -> str:
    if not current_app.config["RATE_LIMITS"]:
        raise Refused("KONFERANSE_RATE_LIMITS=off is for load tests only")
    return (
        "production"
        if current_app.config["PRODUCTION"]
        else "not production (KONFERANSE_ENV=production refuses unsafe settings)"
    )
