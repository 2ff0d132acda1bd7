"""Our own stylesheets and scripts go gzipped over the wire, unchanged underneath, and can be kept for a year."""

import gzip

import pytest

from konferanse.config import ROOT
from tests.conftest import StrictClient


@pytest.mark.parametrize("name", ["css/base.css", "js/table.js", "img/icon.svg"])
def test_a_text_file_is_sent_gzipped_to_those_who_take_it(client: StrictClient, name: str) -> None:
    for _first_and_kept in range(2):
        answer = client.get(f"/static/{name}?v=1", headers={"Accept-Encoding": "gzip, br"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert gzip.decompress(answer.get_data()) == (ROOT / "static" / name).read_bytes()


def test_a_text_file_is_sent_plain_to_those_who_do_not(client: StrictClient) -> None:
    answer = client.get("/static/css/base.css")
    assert "Content-Encoding" not in answer.headers
    assert answer.get_data() == (ROOT / "static" / "css" / "base.css").read_bytes()


def test_what_set_up_compressed_is_used(client: StrictClient) -> None:
    answer = client.get("/static/vendor/designsystemet.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.get_data()) == (ROOT / "static" / "vendor" / "designsystemet.css.gz").stat().st_size
