"""The demo's data holds together: whoever loads it can trust what it says."""

import csv
import json
import unicodedata
import zipfile
from collections import Counter
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from email_validator import validate_email
from PIL import Image
from pypdf import PdfReader
from stdnum.no import orgnr

from konferanse.conference.models import KINDS, Conference, Host
from konferanse.demo import slides
from konferanse.demo.people import FIRST_DAY, Person, digital, people, waiting
from konferanse.groups.models import TASK_KINDS, GroupTask, Table
from konferanse.mandate.models import Mandate
from konferanse.presentations.models import Presentation, Video
from konferanse.programme.models import ITEM_KINDS, ProgrammeItem
from konferanse.registration.models import COUNTIES, ORGANISATION_TYPES, Registration

RESERVED = ("example.org", "example.com", "example.net")


def conference(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((slides.DATA / f"{name}.json").read_text(encoding="utf-8"))
    return data


def rows(name: str) -> list[dict[str, str]]:
    with (slides.DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


INCLUSION = conference("inkludering-2019")
OPEN = conference("demo-apen")
BOTH = pytest.mark.parametrize("data", [INCLUSION, OPEN], ids=["inkludering-2019", "demo-apen"])


def fits(model: Any, values: dict[str, Any]) -> list[str]:
    """Names of the texts in ``values`` that are longer than the model's column takes."""
    columns = model.__table__.columns
    return [
        name
        for name, value in values.items()
        if isinstance(value, str) and name in columns and len(value) > (getattr(columns[name].type, "length", 0) or 10**6)
    ]


# -- the conferences


def test_the_facts_of_the_june_2019_meeting_are_as_published():
    told = INCLUSION["conference"]
    assert (told["title"], told["kind"]) == ("Innspillsmøte om inkluderingsdugnaden i Helse Nord", "innspillskonferanse")
    assert (told["from"], told["to"], told["published"], told["updated"]) == (
        "2019-06-26",
        "2019-06-27",
        "2019-06-25",
        "2019-07-01",
    )
    assert (len(told["goals"]), told["seats"], told["tables"]) == (5, 200, 24)
    assert (INCLUSION["host"]["name"], INCLUSION["host"]["org_nr"]) == ("Helse Nord RHF", "883658752")
    assert INCLUSION["mandate"]["report_by"] == "2019-10-01"
    assert [p["title"] for p in INCLUSION["presentations"]] == [
        "Program",
        "Bodø industri",
        "Beate Brinchmann",
        "NAV-Nordland",
        "Vestre Viken og Spekter",
        "Inkluderingsworkshop – gruppeoppgaver",
    ]


@BOTH
def test_every_text_fits_its_column(data: dict[str, Any]):
    too_long = fits(Mandate, data["mandate"]) + fits(Host, data["host"]) + fits(Conference, data["conference"])
    for model, key in ((ProgrammeItem, "items"), (GroupTask, "tasks"), (Presentation, "presentations")):
        too_long += [f"{name} of {row['title']}" for row in data[key] for name in fits(model, row)]
    assert too_long + (fits(Video, data["video"]) if data["video"] else []) == []


@BOTH
def test_codes_are_those_the_product_knows(data: dict[str, Any]):
    assert data["conference"]["kind"] in KINDS
    assert {item["kind"] for item in data["items"]} == set(ITEM_KINDS)
    assert {task["kind"] for task in data["tasks"]} <= set(TASK_KINDS)
    assert orgnr.is_valid(data["host"]["org_nr"])


@BOTH
def test_items_lie_in_rooms_that_exist_and_end_after_they_start(data: dict[str, Any]):
    rooms = {room["name"] for room in data["rooms"]}
    for item in data["items"]:
        assert item["room"] in rooms or (item["kind"] == "digital" and item["room"] == ""), item["title"]
        assert time.fromisoformat(item["start"]) < time.fromisoformat(item["end"]), item["title"]


@BOTH
def test_items_stand_in_the_order_they_happen_and_no_room_is_taken_twice(data: dict[str, Any]):
    moments = [(item["day"], item["start"]) for item in data["items"]]
    assert moments == sorted(moments)
    for one in data["items"]:
        for other in data["items"]:
            if one is not other and one["room"] and (one["day"], one["room"]) == (other["day"], other["room"]):
                assert one["end"] <= other["start"] or other["end"] <= one["start"], (one["title"], other["title"])


def test_the_days_of_2019_are_those_of_the_conference():
    days = [day["date"] for day in INCLUSION["days"]]
    assert days == ["2019-06-26", "2019-06-27"]
    assert {item["day"] for item in INCLUSION["items"]} == set(days)
    first = INCLUSION["items"][0]
    assert (first["start"], first["title"]) == ("09:30", "Registrering og kaffe")


def test_the_open_conference_is_dated_from_today_and_has_a_try_out_task():
    assert OPEN["conference"]["from_offset_days"] > OPEN["conference"]["signup_closes_offset_days"] > 0
    days = OPEN["conference"]["to_offset_days"] - OPEN["conference"]["from_offset_days"] + 1
    assert {item["day"] for item in OPEN["items"]} == {day["index"] for day in OPEN["days"]} == set(range(days))
    assert [task["id"] for task in OPEN["tasks"] if task["tryout"]] == ["prove"]
    assert OPEN["conference"]["seats"] == 60


@BOTH
def test_no_text_calls_anybody_by_an_address_that_could_be_real(data: dict[str, Any]):
    for address in (data["host"]["privacy_email"], data["conference"]["contact_email"]):
        assert validate_email(address, check_deliverability=False).domain.endswith(RESERVED)
    assert "example.org" in data["host"]["accessibility_url"]


def test_each_presentation_belongs_to_an_item_and_has_a_summary_of_three_to_six_sentences_or_so():
    titles = [item["title"] for item in INCLUSION["items"]]
    assert len(titles) == len(set(titles))
    for presentation in INCLUSION["presentations"]:
        assert presentation["item"] in titles
        assert 3 <= presentation["summary"].count(". ") + 1 <= 7, presentation["key"]


def test_tasks_last_as_long_as_their_group_work_and_the_slides_tell_the_same_times():
    rounds = [item for item in INCLUSION["items"] if item["kind"] == "group_work"]
    told = slides.deck("gruppeoppgaver")[2:5]
    for task, item, slide in zip(INCLUSION["tasks"], rounds, told, strict=True):
        start, end = (datetime.combine(FIRST_DAY, time.fromisoformat(item[key])) for key in ("start", "end"))
        assert end - start == timedelta(minutes=task["minutes"]), task["id"]
        assert slide.points[0].startswith(f"{task['minutes']} minutter, ")
        assert slide.points[0].endswith(f"kl. {start:%H.%M}–{end:%H.%M}")


# -- answers


def test_the_497_answers_come_from_24_tables_and_three_tasks():
    answers = rows("answers.csv")
    assert list(answers[0]) == ["id", "task", "table", "text"]
    assert (len(answers), len({answer["id"] for answer in answers})) == (497, 497)
    assert Counter(answer["task"] for answer in answers) == {"oppg1": 165, "oppg2": 188, "oppg3": 144}
    assert {answer["task"] for answer in answers} == {task["id"] for task in INCLUSION["tasks"]}
    assert all(answer["text"] == unicodedata.normalize("NFC", answer["text"].strip()) for answer in answers)


def test_every_table_that_answered_is_described():
    tables = rows("tables.csv")
    assert [row["table"] for row in tables] == [f"B{number:02}" for number in range(1, 25)]
    assert {row["table"] for row in tables} == {answer["table"] for answer in rows("answers.csv")}
    assert [row for row in tables if not row["sector_mix"] or fits(Table, {"composition": row["sector_mix"]})] == []


# -- people


def everybody() -> list[Person]:
    return people() + digital() + waiting()


def test_two_hundred_people_come_in_person_and_24_of_them_lead_a_table():
    assert Counter(person.attendance for person in people()) == {"physical": 200}
    assert Counter(person.role for person in people()) == {"participant": 176, "facilitator": 24}
    assert {person.role for person in digital() + waiting()} == {"participant"}
    assert {person.attendance for person in digital()} == {"digital"}


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert people() == people()
    assert people(n=50) == people()[:50]
    assert people(seed=1) != people()


def test_nobody_is_two_people_and_no_mail_can_reach_anybody():
    addresses = [person.email for person in everybody()]
    assert len(addresses) == len(set(addresses)) == len({person.name for person in everybody()}) == 211
    for address in addresses:
        assert validate_email(address, check_deliverability=False).domain.endswith(RESERVED)


def test_every_type_of_organisation_takes_part_and_codes_are_known():
    assert {person.organisation_type for person in people()} == set(ORGANISATION_TYPES)
    assert {person.county for person in everybody()} <= set(COUNTIES)
    north = sum(person.county in {"nordland", "troms", "finnmark"} for person in people())
    assert north > 150
    assert [person for person in everybody() if fits(Registration, vars(person))] == []


def test_people_sign_up_after_the_invitation_and_those_waiting_after_the_seats_are_gone():
    midnight = datetime.combine(FIRST_DAY, time())
    came = [midnight + person.created_offset for person in people()]
    assert came == sorted(came)
    assert date(2019, 5, 6) <= came[0].date()
    assert came[-1] < midnight + waiting()[0].created_offset < midnight - timedelta(days=1)
    assert {person.days for person in waiting()} == {(date(2019, 6, 26), date(2019, 6, 27))}
    assert all(person.days[0] == FIRST_DAY for person in everybody())


def test_some_have_an_allergy_or_a_need_and_most_have_none():
    assert 10 < sum(bool(person.allergy) for person in people()) < 40
    assert 5 < sum(bool(person.access_need) for person in people()) < 20


# -- files


def made(presentation: dict[str, str]) -> tuple[bytes, list[slides.Slide]]:
    if presentation["key"] == "program":
        pages = slides.programme(INCLUSION["days"], INCLUSION["items"])
    else:
        pages = slides.deck(presentation["key"])
    return slides.make(presentation["format"], presentation["title"], pages), pages


def of_format(file_format: str) -> list[Any]:
    return [pytest.param(p, id=p["key"]) for p in INCLUSION["presentations"] if p["format"] == file_format]


@pytest.mark.parametrize("presentation", of_format("pdf"))
def test_a_pdf_is_tagged_norwegian_titled_and_holds_one_page_a_slide(presentation: dict[str, str]):
    content, pages = made(presentation)
    reader = PdfReader(BytesIO(content))
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nb", True)
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == presentation["title"]
    assert len(reader.pages) == len(pages) + 1
    for page, slide in zip(reader.pages[1:], pages, strict=True):
        assert slide.title in " ".join(page.extract_text().split())


@pytest.mark.parametrize("presentation", of_format("pptx"))
def test_a_powerpoint_file_holds_every_point_and_says_it_is_norwegian(presentation: dict[str, str]):
    content, pages = made(presentation)
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        texts = [file.read(f"ppt/slides/slide{number}.xml").decode() for number in range(1, len(pages) + 2)]
        assert f"<dc:title>{presentation['title']}</dc:title>" in file.read("docProps/core.xml").decode()
        assert not [name for name in file.namelist() if name.endswith(".xml") and b'"en-US"' in file.read(name)]
    for text, slide in zip(texts[1:], pages, strict=True):
        said = [node.text for node in ElementTree.fromstring(text).iter() if node.tag.endswith("}t")]  # noqa: S314
        assert "".join(map(str, said)) == slide.title + "".join(slide.points)
        assert 'lang="nb-NO"' in text


@pytest.mark.parametrize("presentation", of_format("odp"))
def test_an_odp_file_starts_with_its_type_and_lists_what_it_holds(presentation: dict[str, str]):
    content, pages = made(presentation)
    assert content[30:38] == b"mimetype"
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        assert file.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert file.read("mimetype").decode() == slides.MEDIA_TYPES["odp"]
        manifest = file.read("META-INF/manifest.xml").decode()
        assert [name for name in file.namelist()[1:-1] if f'"{name}"' not in manifest] == []
        trees = {name: ElementTree.fromstring(file.read(name)) for name in file.namelist()[1:]}  # noqa: S314
    paragraphs = [node.text for node in trees["content.xml"].iter() if node.tag.endswith("}p")]
    said = [presentation["title"], slides.SUBTITLE]
    assert paragraphs == said + [text for slide in pages for text in (slide.title, *slide.points)]


@pytest.mark.parametrize("presentation", INCLUSION["presentations"], ids=lambda p: p["key"])
def test_a_file_is_small_and_comes_out_the_same_every_time(presentation: dict[str, str]):
    content, pages = made(presentation)
    assert 4 <= len(pages) <= 8
    assert len(content) < 60_000
    assert made(presentation)[0] == content


def test_text_with_angle_brackets_stays_text():
    pages = [slides.Slide("A < B & C", ("<script>x</script>",))]
    for file_format in ("pptx", "odp"):
        with zipfile.ZipFile(BytesIO(slides.make(file_format, "<b>T</b>", pages))) as file:
            name = "ppt/slides/slide2.xml" if file_format == "pptx" else "content.xml"
            said = [node.text for node in ElementTree.fromstring(file.read(name)).iter() if node.text]  # noqa: S314
        assert {"A < B & C", "<script>x</script>"} <= set(said)
    text = PdfReader(BytesIO(slides.pdf("T", pages))).pages[1].extract_text()
    assert "<script>x</script>" in text


def test_captions_follow_each_other_to_the_end_and_say_what_the_transcript_says():
    video = INCLUSION["video"]
    head, *cues = (slides.DATA / video["captions"]).read_text(encoding="utf-8").strip().split("\n\n")
    assert head == "WEBVTT"
    ends, said = [timedelta()], ""
    for cue in cues:
        _, times, *lines = cue.split("\n")
        start, end = (time.fromisoformat(moment) for moment in times.split(" --> "))
        begins, stops = (timedelta(minutes=t.minute, seconds=t.second, microseconds=t.microsecond) for t in (start, end))
        assert ends[-1] <= begins < stops
        ends.append(stops)
        said += " ".join(lines) + " "
    assert ends[-1] == timedelta(seconds=16)
    assert said.split() == video["transcript"].split()


def test_the_film_is_a_small_webm_and_the_picture_a_small_wide_webp():
    film = (slides.DATA / INCLUSION["video"]["file"]).read_bytes()
    assert film[:4] == b"\x1aE\xdf\xa3"
    assert b"webm" in film[:64]
    assert len(film) < 150_000
    picture = slides.DATA / INCLUSION["conference"]["picture"]
    assert picture.stat().st_size < 80_000
    with Image.open(picture) as image:
        assert (image.format, image.size) == ("WEBP", (1600, 600))
