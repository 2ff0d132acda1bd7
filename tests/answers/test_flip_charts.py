"""A photograph of a flip chart is kept as evidence, with what it says typed beside it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from konferanse.answers.models import Answer, FlipChart
from konferanse.common.clock import today
from konferanse.common.storage import File, files
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import GroupTask, Table
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

SignIn = Callable[..., StrictClient]
LIST = "/admin/k/prove/svar/bilder"
TAKEN, TIME = 0x0132, "2019:06:26 10:15:00"


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def table(conference: Conference) -> Table:
    return with_tables(conference, 2)[0]


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    return with_task(conference)


def photo(size: tuple[int, int] = (4000, 3000)) -> BytesIO:
    """As a phone takes it: large, and telling when."""
    image, exif, out = Image.new("RGB", size, "white"), Image.Exif(), BytesIO()
    exif[TAKEN] = TIME
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def send(moderator: StrictClient, table: Table, content: BytesIO) -> str:
    """Send it in; the address of its page."""
    form = {"table": table.code, "task": "oppg1", "file": (content, "IMG_0001.JPG")}
    response = moderator.submit(LIST, form, page=LIST)
    assert response.status_code == 303
    return str(response.location)


def test_the_photograph_is_kept_upright_small_enough_and_without_what_the_camera_wrote(
    moderator: StrictClient, table: Table, task: GroupTask
) -> None:
    page = send(moderator, table, photo())
    kept = moderator.get(f"{page}/bilde")
    assert kept.mimetype == "image/webp"
    assert kept.headers["Cache-Control"] == "private, no-cache"
    image = Image.open(BytesIO(kept.get_data()))
    assert image.size == (2400, 1800)
    assert TAKEN not in image.getexif()


def test_what_it_says_is_typed_beside_it_once_however_often_it_is_sent(
    moderator: StrictClient, table: Table, task: GroupTask
) -> None:
    page = send(moderator, table, photo((40, 30)))
    assert "ikke skrevet inn" in moderator.get(LIST).get_data(as_text=True)
    form = {"lines": "Faste faddere\n\nTid til opplæring", "key": "6f1c2f7e-5f0c-4b5e-9d38-0e6a58c1a001"}
    for _ in range(2):
        assert moderator.submit(page, form, page=page).status_code == 303
    answers = db.session.scalars(select(Answer).order_by(Answer.position)).all()
    assert [(a.text, a.channel, a.table_id) for a in answers] == [
        ("Faste faddere", "paper", table.id),
        ("Tid til opplæring", "paper", table.id),
    ]
    shown = moderator.get(page).get_data(as_text=True)
    assert "2 svar er skrevet inn" in shown
    assert "Tid til opplæring" in shown
    listing = moderator.get("/admin/k/prove/svar/liste").get_data(as_text=True)
    assert f'href="{page}"' in listing
    assert "ikke skrevet inn" not in moderator.get(LIST).get_data(as_text=True)


def test_a_line_that_is_too_long_is_named_and_all_that_was_typed_stays(
    moderator: StrictClient, table: Table, task: GroupTask
) -> None:
    page = send(moderator, table, photo((40, 30)))
    refused = moderator.submit(page, {"lines": f"Faste faddere\n{'x' * 4001}", "key": ""}, page=page)
    assert refused.status_code == 422
    assert "Linje 2" in refused.get_data(as_text=True)
    assert "Faste faddere" in refused.get_data(as_text=True)
    assert db.session.scalars(select(Answer)).all() == []


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.4 not a picture"])
def test_what_is_no_photograph_is_refused_in_words_and_nothing_is_kept(
    moderator: StrictClient, table: Table, task: GroupTask, content: bytes
) -> None:
    form = {"table": table.code, "task": "oppg1", "file": (BytesIO(content), "bilde.jpg")}
    refused = moderator.submit(LIST, form, page=LIST)
    assert refused.status_code == 422
    assert "bilde vi kan lese" in refused.get_data(as_text=True)
    assert db.session.scalars(select(File)).all() == []


def test_without_a_file_the_page_asks_for_it(moderator: StrictClient, table: Table, task: GroupTask) -> None:
    refused = moderator.submit(LIST, {"table": table.code, "task": "oppg1"}, page=LIST)
    assert refused.status_code == 422
    assert "Velg bildet av arket" in refused.get_data(as_text=True)


def test_a_deleted_photograph_is_gone_from_the_disk_and_its_answers_stay(
    moderator: StrictClient, table: Table, task: GroupTask
) -> None:
    page = send(moderator, table, photo((40, 30)))
    moderator.submit(page, {"lines": "Faste faddere", "key": ""}, page=page)
    path = files.path(db.session.scalars(select(File)).one())
    assert path.exists()
    assert moderator.submit(f"{page}/slett", page=page).status_code == 303
    assert not path.exists()
    assert db.session.scalars(select(FlipChart)).all() == []
    assert [a.text for a in db.session.scalars(select(Answer))] == ["Faste faddere"]


def test_only_moderators_see_it_and_no_other_conference_does(
    sign_in: SignIn, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    page = send(moderator, table, photo((40, 30)))
    reader = sign_in("read", conference=conference)
    assert [reader.get(path).status_code for path in (LIST, page, f"{page}/bilde")] == [403, 403, 403]
    begin_write()
    lifecycle.create("annen", "En annen", "regionsamling", today(), today())
    db.session.commit()
    elsewhere = page.replace("/prove/", "/annen/")
    assert sign_in("administrator").get(elsewhere).status_code == 404
