"""Invariant 8 from outside: a unique text put in the health fields of the real form is found nowhere else, and nowhere at
all once it is deleted – not in the bytes of the database either.
"""

import gzip
import io
import logging
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import click
import pypdf
import pytest
from flask_migrate import stamp
from sqlalchemy import select
from werkzeug.test import TestResponse

from konferanse.common import links
from konferanse.conference.access import find
from konferanse.extensions import db
from konferanse.registration.models import AccessNeed, Registration
from tests.factories.world import ACTORS
from tests.rules.site import Site, told

CANARY = "kanari7q9zx4"
EMAIL = "kari.kanari@example.org"
FIELDS = ("allergies", "access_needs", "interpreter")
# Every command that writes out what is stored; the test fails when a new one is not here.
COMMANDS: dict[str, list[list[str]]] = {
    "access list": [["--json"]],
    "answers export": [["egen", "--format", f] for f in ("csv", "xlsx", "json")],
    "conference list": [[]],
    "groups links": [["egen", "--format", "csv"]],
    "outbox list": [["--json"], []],
    "plan export": [["egen", "--format", f] for f in ("html", "pdf", "odt", "docx", "md", "json", "csv", "xlsx")],
    "programme export": [["egen", "--format", f] for f in ("frab-xml", "c3voc-json", "ics", "csv", "pdf")],
    "registration export": [["egen", "--format", f] for f in ("csv", "xlsx")],
    "themes export": [["egen"]],
    "tasks export": [["egen", "--format", f] for f in ("csv", "xlsx")],
}
WRITES_OUT = re.compile(r"\b(?:export|list|links|show|print|dump)\b")


def texts(content: bytes) -> Iterator[str]:
    """What somebody can read in a file: as it is, unpacked, and out of a PDF's compressed pages."""
    yield content.decode("utf-8", "replace")
    if content[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from texts(archive.read(name))
    elif content[:2] == b"\x1f\x8b":
        yield from texts(gzip.decompress(content))
    elif content[:4] == b"%PDF":
        try:
            yield "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
        except pypdf.errors.PyPdfError:
            return  # the small world's own file is not a whole PDF, and was read as bytes above


def holds(content: bytes) -> bool:
    """Whether the canary can be read in ``content``."""
    return any(CANARY in text.casefold() for text in texts(content))


class Aviary:
    """A site where somebody has told of needs through the form. ``said`` is every answer the person's browser got."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.said: list[TestResponse] = []
        with site.app.app_context():
            conference = find(site.world.ours.slug)
            assert conference
            self.last, days = conference.last_date, [day.isoformat() for day in conference.dates]
        form = {
            "csrf_token": site.token, "key": str(uuid4()), "name": "Kari", "email": EMAIL, "organisation": "NAV",
            "organisation_type": "nav", "county": "oslo", "attendance": "physical", "days": days, "accept_privacy": "y",
            "accept_health": "y", **dict.fromkeys(FIELDS, f"Sterk {CANARY}"),
        }  # fmt: skip
        answer = self.browse("POST", f"/k/{site.world.ours.slug}/pamelding", data=form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.browse("GET", answer.location)
        with site.app.app_context():
            row = db.session.scalars(select(Registration).where(Registration.email_key == EMAIL)).one()
            self.mine = "/min/" + links.token("min", row.uid, row.generation)
            self.needs = list(db.session.scalars(select(AccessNeed.uid).where(AccessNeed.registration_id == row.id)))
        assert len(self.needs) == len(FIELDS)

    def browse(self, method: str, path: str, actor: str = "nobody", **more: object) -> TestResponse:
        """One request of the person's, or of staff; the answer is kept."""
        cookie = {"Cookie": self.site.world.cookie(self.site.app, actor)}
        answer = self.site.client.open(path, method=method, headers=cookie, **more)  # type: ignore[arg-type]
        self.said.append(answer)
        return answer

    def reply(self) -> None:
        """Those who arrange answer, and repeat what it is about."""
        uid = self.needs[0]
        with self.site.app.app_context():
            seen = db.session.scalars(select(AccessNeed.consented).where(AccessNeed.uid == uid)).one().isoformat()
        data = {
            f"b{uid.hex}-seen": seen,
            f"b{uid.hex}-status": "arranged",
            f"b{uid.hex}-reply": f"Vi ordner {CANARY}",
            "csrf_token": self.site.token,
        }
        answer = self.browse("POST", f"/admin/k/{self.site.world.ours.slug}/behov/{uid}", "needs", data=data)
        assert answer.status_code == 303

    def cookies(self, answer: TestResponse) -> str:
        """What an answer's cookies say, unsealed."""
        said = []
        for header in answer.headers.getlist("Set-Cookie"):
            value = header.partition("=")[2].partition(";")[0]
            serializer = self.site.app.session_interface.get_signing_serializer(self.site.app)  # type: ignore[attr-defined]
            said.append(f"{header} {serializer.loads(value)}")
        return "\n".join(said)


@pytest.fixture
def aviary(site: Site) -> Aviary:
    """Somebody has told of needs, and has got a reply."""
    made = Aviary(site)
    made.reply()
    return made


def pages(aviary: Aviary) -> Iterator[tuple[str, bytes]]:
    """Every page, feed and download, as everybody but those who arrange: head and content."""
    site = aviary.site
    for actor in ACTORS:
        if actor == "needs":
            continue
        for route in site.routes:
            if route.method == "GET":
                answer = site.ask(actor, route, route.path(site.world.ours))
                yield f"{actor} {route}", str(answer.headers).encode() + aviary.cookies(answer).encode() + answer.data


def commands(group: click.Group, name: str = "") -> Iterator[str]:
    """Every command there is."""
    for key, command in group.commands.items():
        full = f"{name} {key}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full


def test_the_canary_is_found_where_it_should_be(aviary: Aviary) -> None:
    """The controls: those who arrange and the person see it, and the scans below would find it."""
    base = f"/admin/k/{aviary.site.world.ours.slug}/behov"
    assert holds(aviary.browse("GET", base, "needs").data)
    assert holds(aviary.browse("GET", f"{base}/kjokken", "needs").data)
    assert holds(aviary.browse("GET", aviary.mine).data)
    assert holds(gzip.compress(CANARY.upper().encode()))


def test_no_page_feed_download_cookie_or_address_holds_it(aviary: Aviary) -> None:
    found = [where for where, content in pages(aviary) if holds(content)]
    for answer in (*aviary.said, aviary.browse("GET", f"{aviary.mine}/kalender.ics")):
        head = str(answer.headers) + aviary.cookies(answer) + answer.request.url
        if CANARY in head.casefold() or holds(answer.data):
            found.append(f"the person's own {answer.request.path}")
    assert not found, told(found)


def test_no_command_s_output_holds_it(aviary: Aviary, tmp_path: Path) -> None:
    app = aviary.site.app
    there = {name for name in commands(app.cli) if WRITES_OUT.search(name) and not name.startswith("db ")}
    unknown = sorted(there - set(COMMANDS))
    assert not unknown, f"say in COMMANDS how to run {unknown}"
    found, tried = [], 0
    for name in sorted(there & set(COMMANDS)):
        for arguments in COMMANDS[name]:
            outcome = app.test_cli_runner().invoke(args=[*name.split(), *arguments])
            tried += outcome.exit_code == 0
            if holds(outcome.stdout_bytes + outcome.stderr_bytes):
                found.append(f"{name} {arguments}")
    assert tried > 12
    assert not found, told(found)


def test_no_other_table_file_or_log_line_holds_it(
    site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    Aviary(site).reply()
    found = []
    with site.app.app_context():
        for table in db.metadata.sorted_tables:
            rows = str(db.session.execute(table.select()).all())
            assert (CANARY in rows.casefold()) == (table.name == "access_need"), table.name
    for path in site.folder.rglob("*"):
        if path.is_file() and not path.name.startswith("konferanse.db") and holds(path.read_bytes()):
            found.append(path.name)
    assert not found, told(found)
    assert CANARY not in caplog.text.casefold() + "".join(capfd.readouterr()).casefold()


def database_files(folder: Path) -> dict[str, bool]:
    """Whether each file of the database holds it."""
    return {path.name: CANARY.encode() in path.read_bytes().lower() for path in folder.glob("konferanse.db*")}


@pytest.mark.parametrize("by", ["clock", "withdrawal"])
def test_once_deleted_it_is_in_no_byte_of_the_database_nor_of_a_backup(
    aviary: Aviary, by: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = aviary.site
    with site.app.app_context():
        stamp()
    assert any(database_files(site.folder).values()), "the control: it is there before"
    cli = site.app.test_cli_runner()
    if by == "clock":
        moment = datetime.combine(aviary.last + timedelta(days=30), time(12), UTC)
        monkeypatch.setenv("KONFERANSE_NOW", moment.isoformat())
        assert "needs" in cli.invoke(args=["retention", "run"]).output
    else:
        answer = aviary.browse("POST", f"{aviary.mine}/behov/trekk", data={"csrf_token": site.token})
        assert answer.status_code == 303
        from konferanse.front.daily import run

        with site.app.app_context():
            assert run(compact_always=True).compacted
    assert database_files(site.folder)
    assert not any(database_files(site.folder).values())
    assert cli.invoke(args=["backup", "create", str(tmp_path / "b.tgz")]).exit_code == 0
    with tarfile.open(tmp_path / "b.tgz") as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert content is None or CANARY.encode() not in content.read().lower(), member.name


def test_the_scan_of_bytes_would_find_what_deleting_alone_leaves(open_site: Callable[..., Site]) -> None:
    """Without the database being written anew, the log of changes still has it: the reason why that is done."""
    aviary = Aviary(open_site(1))
    answer = aviary.browse("POST", f"{aviary.mine}/behov/trekk", data={"csrf_token": aviary.site.token})
    assert answer.status_code == 303
    assert any(database_files(aviary.site.folder).values())
