"""Our own stylesheets and scripts are packed at set-up (static/pack.py) and go packed over the wire, kept for a year."""

import gzip

from konferanse.config import ROOT
from tests.conftest import StrictClient
from tests.rules.site import told

STATIC = ROOT / "static"


def test_every_stylesheet_and_script_is_packed_as_it_is_now(client: StrictClient) -> None:
    """A stale copy would be sent in place of what was changed: make static/.packed."""
    wrong = []
    for source in (*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js"), *STATIC.glob("img/*.svg")):
        answer = client.get(f"/static/{source.relative_to(STATIC).as_posix()}?v=1", headers={"Accept-Encoding": "gzip, br"})
        if answer.headers.get("Content-Encoding") != "gzip":
            wrong.append(f"{source.name} is sent plain")
        elif gzip.decompress(answer.get_data()) != source.read_bytes():
            wrong.append(f"{source.name} is sent as it was")
        elif "max-age=31536000" not in answer.headers["Cache-Control"]:
            wrong.append(f"{source.name} is not kept for a year")
    assert not wrong, told(wrong)


def test_those_who_take_no_gzip_get_it_plain(client: StrictClient) -> None:
    answer = client.get("/static/css/base.css")
    assert "Content-Encoding" not in answer.headers
    assert answer.get_data() == (STATIC / "css" / "base.css").read_bytes()
