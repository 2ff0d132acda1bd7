"""The page of themes and points."""

from collections.abc import Callable

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.themes import runs, tasks
from konferanse.themes.models import Point
from tests.conftest import StrictClient
from tests.factories.gathering import gather, texts

SignIn = Callable[..., StrictClient]


def gathered(conference: Conference) -> None:
    begin_write()
    gather(conference)
    db.session.commit()


def test_before_any_answers_the_page_says_what_will_be_here(conference: Conference, sign_in: SignIn) -> None:
    page = sign_in("plan", conference=conference).get(f"/admin/k/{conference.slug}/temaer").get_data(as_text=True)
    assert "Det er ingen svar ennå" in page
    assert "Lag temaer og poeng" not in page


def test_the_button_queues_a_run_for_the_worker(conference: Conference, sign_in: SignIn) -> None:
    gathered(conference)
    staff = sign_in("plan", conference=conference)
    path = f"/admin/k/{conference.slug}/temaer"
    assert staff.submit(path).status_code == 303
    waiting = runs.newest(conference)
    assert waiting is not None
    assert waiting.status == "queued"
    assert "Venter på tur" in staff.get(path).get_data(as_text=True)
    assert staff.submit(path, page="/admin/k/prove/oppdrag").status_code == 409  # one at a time
    tasks.carry_out_forgotten.call_local()
    assert "svar ble til" in staff.get(path).get_data(as_text=True)


def test_from_theme_to_point_to_the_words_at_the_table(conference: Conference, sign_in: SignIn) -> None:
    gathered(conference)
    run = tasks.run_now(conference, "system")
    point = next(p for p in run.points if any(q.version.answer.ref == "g016" for q in p.quotes))
    page = sign_in("read", conference=conference).get(
        f"/admin/k/{conference.slug}/temaer?tema={point.theme_ref}&poeng={point.ref}"
    )
    words = page.get_data(as_text=True)
    for quote in point.quotes:
        assert quote.text.replace('"', "&#34;") in words
    assert f"{point.tables} bord" in words
    assert "slått sammen med dette" in words


def test_what_was_laid_aside_is_shown_with_its_reason(conference: Conference, sign_in: SignIn) -> None:
    gathered(conference)
    tasks.run_now(conference, "system")
    page = sign_in("read", conference=conference).get(f"/admin/k/{conference.slug}/temaer?tema=lagt-til-side")
    assert texts()["g020"]["text"] in page.get_data(as_text=True)
    assert "Praktisk beskjed" in page.get_data(as_text=True)


def test_an_unknown_theme_or_point_is_not_found(conference: Conference, sign_in: SignIn) -> None:
    gathered(conference)
    tasks.run_now(conference, "system")
    staff = sign_in("read", conference=conference)
    point = db.session.scalars(db.select(Point)).first()
    assert point is not None
    path = f"/admin/k/{conference.slug}/temaer"
    assert staff.get(f"{path}?tema=finnes-ikke").status_code == 404
    assert staff.get(f"{path}?tema={point.theme_ref}&poeng=finnes-ikke").status_code == 404


def test_a_reader_cannot_start_a_run(conference: Conference, sign_in: SignIn) -> None:
    gathered(conference)
    staff = sign_in("read", conference=conference)
    path = f"/admin/k/{conference.slug}/temaer"
    assert "csrf_token" in staff.get(path).get_data(as_text=True)
    assert staff.submit(path, page=path).status_code == 403
    assert runs.newest(conference) is None
