"""What somebody meets whose personal link was cut off on the way."""

from collections.abc import Callable

import pytest

from tests.conftest import StrictClient
from tests.registration.conftest import path_of, person


@pytest.mark.parametrize("path", ["/min/abc", "/min/abc/endre", "/invitasjon/abc"])
def test_a_link_that_is_nobodys_says_what_to_do(client: StrictClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Kanskje kom ikke hele adressen med" in answer.get_data(as_text=True)


def test_it_says_the_same_of_a_link_that_is_nearly_somebodys(client: StrictClient, sign_up: Callable[..., str]) -> None:
    sign_up("kari@example.org")
    nearly = path_of(person("kari@example.org"))[:-3] + "xyz"
    assert client.get(nearly).get_data(as_text=True) == client.get("/min/" + "a" * 44).get_data(as_text=True)


def test_any_other_page_that_is_missing_is_only_missing(client: StrictClient) -> None:
    assert "Siden finnes ikke" in client.get("/k/finnes-ikke").get_data(as_text=True)


def test_a_link_that_was_good_once_says_so_and_nothing_of_rights(
    client: StrictClient, desk: StrictClient, sign_up: Callable[..., str]
) -> None:
    sign_up("kari@example.org")
    row = person("kari@example.org")
    old, staff_page = path_of(row), f"/admin/k/prove/pamelding/{row.uid}"
    desk.submit(f"{staff_page}/lenke", page=staff_page)
    answer = client.get(old)
    assert answer.status_code == 403
    assert ">Lenken gjelder ikke lenger</h1>" in answer.get_data(as_text=True)
