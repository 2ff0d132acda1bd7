"""The organiser's own words in letters: used in their language, with fixed placeholders, and the facts always there."""

from collections.abc import Callable

import pytest

from konferanse.common.language import LANGUAGES
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.mail import previews, wording
from konferanse.registration.models import MailText
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person

SignUp = Callable[..., str]
TEXTS = "/admin/k/prove/epost/tekster"


def keep(conference: Conference, kind: str, subject: str, text: str, language: str = "nb") -> None:
    """Store words for a letter."""
    begin_write()
    wording.keep(conference, kind, language, subject, text)
    db.session.commit()


def test_own_words_are_used_in_their_language_and_the_facts_stay(
    conference: Conference, client: StrictClient, desk: StrictClient, sign_up: SignUp
) -> None:
    begin_write()
    conference.place = "Bodø"
    db.session.commit()
    words = {"subject": "Velkommen til {konferanse}", "text": "Vi gleder oss til {dato} i {sted}.\n\nDu kommer {dager}."}
    assert desk.submit(f"{TEXTS}/confirmed/nb", words).status_code == 303
    sign_up("kari@example.org")
    (mail,) = mails("confirmed")
    assert mail.subject == "Velkommen til Prøvekonferansen"
    assert "Vi gleder oss til" in mail.body
    assert " i Bodø.\n\nDu kommer " in mail.body
    assert "Du er påmeldt" not in mail.body
    for fact in ("Når:", "Hvor: Bodø", "[[min:", "Har du ikke meldt deg på selv"):
        assert fact in mail.body
    assert mail.calendar
    assert "Egen tekst" in desk.get(TEXTS).get_data(as_text=True)
    begin_write()
    person("kari@example.org").language = "nn"
    signup.cancel(person("kari@example.org"))
    db.session.commit()
    assert "Prøvekonferansen" in mails("cancelled")[0].subject


def test_other_languages_and_letters_keep_ours(conference: Conference, sign_up: SignUp) -> None:
    keep(conference, "confirmed", "Welcome", "Hello there.", "en")
    sign_up("kari@example.org")
    assert mails("confirmed")[0].subject == "Du er påmeldt: Prøvekonferansen"


def test_only_a_subject_of_ones_own_keeps_our_opening(conference: Conference, sign_up: SignUp) -> None:
    keep(conference, "confirmed", "Velkommen", "")
    sign_up("kari@example.org")
    (mail,) = mails("confirmed")
    assert mail.subject == "Velkommen"
    assert "Du er påmeldt Prøvekonferansen." in mail.body


def test_the_place_in_line_can_be_told(conference: Conference, sign_up: SignUp) -> None:
    keep(conference, "waiting", "Nummer {plass-i-koen}", "Du er nummer {plass-i-koen} i køen.")
    begin_write()
    signup.set_seats(conference, 0, "system")
    db.session.commit()
    sign_up("a@example.org")
    sign_up("b@example.org")
    (mail,) = mails("waiting", "b@example.org")
    assert mail.subject == "Nummer 2"
    assert "Du er nummer 2 i køen." in mail.body


def test_empty_words_bring_ours_back(conference: Conference, desk: StrictClient) -> None:
    keep(conference, "confirmed", "Velkommen", "Hei")
    assert desk.submit(f"{TEXTS}/confirmed/nb", {"subject": "", "text": ""}).status_code == 303
    assert db.session.scalars(db.select(MailText)).all() == []


@pytest.mark.parametrize(
    "text",
    ["{navn}", "{}", "{0}", "{konferanse.title}", "{konferanse!r}", "{ konferanse }", "{plass-i-koen}"],
)
def test_what_is_no_placeholder_is_refused_with_the_known_ones(desk: StrictClient, text: str) -> None:
    for path in ("", "/se-over", "/prove"):
        page = desk.submit(
            f"{TEXTS}/confirmed/nb{path}", {"subject": "Hei", "text": f"Før {text} etter"}, page=f"{TEXTS}/confirmed/nb"
        )
        assert page.status_code == 422
        assert "finnes ikke. Du kan bruke {konferanse}, {dato}, {sted}, {dager}." in page.get_data(as_text=True)
        assert f"Før {text} etter" in page.get_data(as_text=True)
    assert mails() == []


def test_jinja_and_format_marks_are_only_text(conference: Conference, sign_up: SignUp) -> None:
    begin_write()
    conference.title = "Tall {{ 7 * 7 }} {sted} %s [[min:x]]"
    db.session.commit()
    keep(conference, "confirmed", "Hei", "{% raw %} %(title)s {konferanse} 100 %")
    sign_up("kari@example.org")
    assert "{% raw %} %(title)s Tall {{ 7 * 7 }} {sted} %s [ [min:x]] 100 %" in mails("confirmed")[0].body


def test_nothing_a_participant_typed_reaches_the_mail_by_a_placeholder(conference: Conference, sign_up: SignUp) -> None:
    every = " ".join(f"{{{name}}}" for kind in wording.KINDS.values() for name in kind.names)
    keep(conference, "confirmed", every[:140], every)
    typed = {
        "name": "Vinn nå på evil.example",
        "organisation": "evil.example AS",
        "phone": "99 99 99 99",
        "inviter": "evil.example",
    }
    sign_up("offer@example.org", **typed)
    (mail,) = mails("confirmed")
    assert "evil" not in mail.subject + mail.body
    assert "99 99" not in mail.body


@pytest.mark.parametrize("kind", list(previews.WRITERS))
def test_each_letter_is_seen_as_somebody_real_would_get_it_and_nothing_is_kept(
    conference: Conference, desk: StrictClient, sign_up: SignUp, kind: str
) -> None:
    sign_up("kari@example.org")
    words = {"subject": "Mitt emne", "text": "Min innledning"}
    for code in LANGUAGES:
        text = desk.submit(f"{TEXTS}/{kind}/{code}/se-over", words, page=f"{TEXTS}/{kind}/{code}").get_data(as_text=True)
        assert "<strong>Mitt emne</strong>" in text
        assert "Min innledning" in text
        assert path_of(person("kari@example.org")) not in text
        assert ("Kari Nordmann" in text) == (code == "nb")
    row = person("kari@example.org")
    assert (row.status, row.sequence) == ("confirmed", 0)
    assert [mail.kind for mail in mails()] == ["confirmed"]
    assert db.session.scalars(db.select(MailText)).all() == []


def test_a_trial_goes_to_whoever_is_signed_in(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    path = f"{TEXTS}/confirmed/nb"
    page = desk.submit(f"{path}/prove", {"subject": "Mitt emne", "text": "Min innledning"}, page=path)
    assert "En prøve er sendt til organiser@example.org" in page.get_data(as_text=True)
    (mail,) = mails("test")
    assert (mail.recipient, mail.subject, mail.calendar) == ("organiser@example.org", "[Prøve] Mitt emne", None)
    assert "[[" not in mail.body
    assert db.session.scalars(db.select(MailText)).all() == []


@pytest.mark.parametrize("path", ["unheard-of/nb", "confirmed/de", "message/nb"])
def test_there_is_no_page_for_other_letters(desk: StrictClient, path: str) -> None:
    assert desk.get(f"{TEXTS}/{path}").status_code == 404
