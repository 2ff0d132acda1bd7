"""The plan as a document: what stands where and in which words, the same for every format.

Takes a published plan (plan.json of the contract) and gives plain values that the templates and writers set as they
are. Every text of a person passes through ``printable`` once, here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.common.clock import local
from konferanse.common.language import date_range, date_words, number
from konferanse.plan.wording import (
    CHAPTER_LABELS,
    STATUS_LABELS,
    TYPE_LABELS,
    chapter_number,
    reason_words,
    support_words,
    web_part,
)

UNSHOWN = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}  # control characters as ␀, ␁ …
UNSHOWN |= dict.fromkeys([*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF], 0xFFFD)
UNSHOWN |= {0x7F: 0x2421, 0xFEFF: 0x2060}  # a byte order mark inside a text means what U+2060 means


def printable(value: Any) -> Any:
    """``value`` (JSON values) with what XML, HTML and PDF cannot hold shown by a sign that stands for it."""
    if isinstance(value, str):
        return value.translate(UNSHOWN)
    if isinstance(value, Mapping):
        return {key: printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printable(inner) for inner in value]
    return value


def outline(content: Mapping[str, Any]) -> dict[str, Any]:
    """The document's parts in reading order, in the language in force.

    ``title edition published facts introduction mandate chapters basis contents``; a chapter holds ``title intro themes``,
    a theme ``name lines``, a line ``id number text support fields quotes``, a field ``label value blank``.
    """
    content = printable(content)
    header, mandate, version = (content.get(name) or {} for name in ("header", "mandate", "version"))
    lines = list(content.get("lines") or [])
    places = Places(content.get("tables") or {}, content.get("tasks") or {})
    return {
        "title": " ".join((header.get("title") or mandate.get("title") or _("Plan")).split()),
        "edition": _edition(version),
        "published": when(version.get("published")),
        "facts": _front(mandate, header.get("conferences") or [content.get("conference") or {}]),
        "contents": _("Innhold"),
        "page": _("Side"),
        "introduction": {"title": _("Innledning"), "paragraphs": _paragraphs(header.get("introduction"))},
        "mandate": _mandate(mandate, lines),
        "chapters": [chapter for key in CHAPTER_LABELS if (chapter := _chapter(key, lines, places))],
        "basis": _basis(content, places),
    }


def _paragraphs(text: str | None) -> list[str]:
    return [part.strip("\n") for part in (text or "").split("\n\n") if part.strip()]


def _edition(version: Mapping[str, Any]) -> str:
    """Utgave 2 – Høringsutkast; a plan not yet published has its name only."""
    numbered = version.get("number") and version.get("published")
    edition = _("Utgave %(n)s", n=version["number"]) if numbered else ""
    return " – ".join(part for part in (edition, version.get("name")) if part)


def when(value: Any) -> str:
    """A date or moment in ISO form in words, Norwegian time; what is not one, as it stands."""
    text = "" if value is None else str(value)
    try:
        return date_words(date.fromisoformat(text))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return date_words(local(moment).date() if moment.tzinfo else moment.date())


def _front(mandate: Mapping[str, Any], conferences: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What the title page tells under the title: label and words, one conference a line."""
    held = []
    for conference in conferences:
        days = [date.fromisoformat(day) for day in (conference.get("from"), conference.get("to")) if day]
        around = [date_range(min(days), max(days)) if days else "", conference.get("place") or ""]
        held.append(", ".join(part for part in (conference.get("title"), *around) if part))
    facts = (
        (_("Oppdrag fra"), ", ".join(part for part in (mandate.get("giver"), mandate.get("reference")) if part)),
        (_("Bygger på"), "\n".join(words for words in held if words)),
        (_("Rapporteres innen"), when(mandate.get("report_by"))),
    )
    return [(label, value) for label, value in facts if value]


def _mandate(mandate: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "title": _("Oppdraget"),
        "paragraphs": _paragraphs(mandate.get("summary")),
        "facts": [fact for fact in ((_("Mål"), mandate.get("target")),) if fact[1]],
        "must_hold": {"title": _("Planen skal inneholde"), "items": list(mandate.get("plan_must_hold") or [])},
        "glance": {
            "title": _("Planen i tall"),
            "head": [_("Del av planen"), _("Linjer"), _("Uten ansvarlig"), _("Uten frist"), _("Uten indikator")],
            "rows": _glance(lines),
            "none": _("Planen har ingen linjer ennå."),
        },
    }


def _glance(lines: list[Mapping[str, Any]]) -> list[list[str]]:
    """Lines in each chapter, and how many lack what; a barrier needs none of it."""
    rows = []
    for key, title in CHAPTER_LABELS.items():
        own = [line for line in lines if line.get("chapter") == key]
        fields = (("owner",), ("deadline", "deadline_text"), ("indicator",))
        blank = [sum(not any(map(line.get, names)) for line in own) for names in fields]
        counts = ["–"] * len(blank) if key == "utfordring" else [number(count) for count in blank]
        if own:
            rows.append([f"{chapter_number(key)} {title}", number(len(own)), *counts])
    return rows


def _chapter(key: str, lines: list[Mapping[str, Any]], places: "Places") -> dict[str, Any] | None:
    themes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        if line.get("chapter") == key:
            themes[" ".join((line.get("theme") or _("Uten tema")).split())].append(_line(line, places))
    intros = {
        "utfordring": _("Dette sa bordene står i veien for målet."),
        "tiltak": _("Dette skal gjøres."),
        "arbeidsform": _("Slik skal det arbeides."),
        "rutine": _("Dette skal gjøres likt hver gang."),
        "samarbeid": _("Dette skal gjøres sammen med andre."),
    }
    shown = [{"id": f"{key}-{place}", "name": name, "lines": of} for place, (name, of) in enumerate(themes.items(), 1)]
    title = f"{chapter_number(key)} {CHAPTER_LABELS[key]}"
    return {"id": key, "title": title, "intro": intros[key], "themes": shown} if shown else None


def _line(line: Mapping[str, Any], places: "Places") -> dict[str, Any]:
    return {
        "id": f"linje-{line.get('id', '')}",
        "number": str(line.get("number") or ""),
        "text": line.get("text") or "",
        "support": support_words({"tables": 0, "answers": 0, **(line.get("support") or {})}),
        "fields": _fields(line),
        "quotes": [places.quote(evidence) for evidence in line.get("evidence") or []],
    }


def _fields(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Owner, deadline and indicator, said to be unsettled when blank – save for a barrier, which has none unless given."""
    deadline, words = when(line.get("deadline")), line.get("deadline_text") or ""
    given = [
        (_("Ansvarlig"), line.get("owner") or ""),
        (_("Frist"), f"{deadline} («{words}»)" if deadline and words and words != deadline else deadline or words),
        (_("Indikator"), line.get("indicator") or ""),
    ]
    if line.get("chapter") == "utfordring":
        given = [field for field in given if field[1]]
    if line.get("contributors"):
        given.insert(1, (_("Medvirkende"), ", ".join(line["contributors"])))
    return [{"label": label, "value": value or _("ikke fastsatt"), "blank": not value} for label, value in given]


class Places:
    """Where an answer came from, in few words. Takes ``tables`` (code → number) and ``tasks`` (reference → title)."""

    def __init__(self, tables: Mapping[str, int], tasks: Mapping[str, str]) -> None:
        self.tables = tables
        self.tasks = {ref: (_("oppgave %(n)s", n=place), title) for place, (ref, title) in enumerate(tasks.items(), 1)}

    def quote(self, evidence: Mapping[str, Any], name: str = "") -> dict[str, str]:
        """The words and where they were said; ``name`` is what to call the answer, if anything."""
        table, task = evidence.get("table"), evidence.get("task") or ""
        said = [
            _("fra nettet") if evidence.get("web") else _("bord %(n)s", n=self.tables.get(str(table), table)) if table else "",
            self.tasks.get(task, (task, ""))[0],
            _("slått sammen") if evidence.get("merged_into") else "",
            name,
            _("foreslår i eget felt ansvarlig «%(who)s»", who=evidence["owner"]) if evidence.get("owner") else "",
            _("foreslår i eget felt frist «%(when)s»", when=evidence["deadline"]) if evidence.get("deadline") else "",
        ]
        return {"text": evidence.get("quote") or "", "place": ", ".join(part for part in said if part)}


def _basis(content: Mapping[str, Any], places: Places) -> dict[str, Any]:
    totals = content.get("totals") or {}
    kinds = [(key, str(label), totals[key]) for key, label in STATUS_LABELS.items() if totals.get(key)]
    return {
        "title": _("Grunnlaget for planen"),
        "people": _people(content.get("header") or {}),
        "tasks": {
            "title": _("Oppgavene bordene fikk"),
            "head": [_("Oppgave"), _("Tittel")],
            "rows": [[name.capitalize(), title] for name, title in places.tasks.values()],
        },
        "totals": {
            "title": _("Hvor svarene ble av"),
            "intro": " ".join(
                filter(None, [_("Hvert svar er talt med på én av linjene, så tallene går opp."), web_part(totals)])
            ),
            "head": [_("Svar"), _("Antall")],
            "rows": [*([label, number(n)] for _key, label, n in kinds), [_("Alle svar"), number(totals.get("answers") or 0)]],
            "shares": [n for _key, _label, n in kinds],
        },
        "parked": _parked(content.get("parked") or [], places),
        "method": _method(content),
    }


def _people(header: Mapping[str, Any]) -> dict[str, Any]:
    """Participants by type as the content tells them (few of a kind are already told with others), and all of them last."""
    people = header.get("participants") or {}
    total, tables = people.get("total") or 0, header.get("tables") or 0
    rows = [[str(TYPE_LABELS.get(row["type"], row["type"])), number(row["count"])] for row in people.get("types") or []]
    return {
        "title": _("Hvem som deltok"),
        "intro": ngettext("Deltakerne satt ved %(num)d bord.", "Deltakerne satt ved %(num)d bord.", tables) if tables else "",
        "head": [_("Hvem"), _("Antall")],
        "rows": [*rows, [_("Alle deltakere"), number(total)]] if total else [],
        "none": _("Hvor mange som deltok, er ikke oppgitt."),
    }


def _parked(parked: Sequence[Mapping[str, Any]], places: Places) -> dict[str, Any]:
    """Counts by reason, the most usual first, and the answers behind them by name, with their words when these are told."""
    reasons: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for answer in parked:
        reasons[reason_words(answer.get("reason") or _("Ingen grunn er oppgitt"))].append(answer)
    ordered = sorted(reasons.items(), key=lambda row: (-len(row[1]), row[0]))
    return {
        "title": _("Det som ikke ble tatt inn"),
        "intro": _("Disse svarene er lest, men ikke med i planen."),
        "none": _("Ingen svar er lagt til side."),
        "head": [_("Grunn"), _("Antall")],
        "rows": [[reason, number(len(answers))] for reason, answers in ordered],
        "groups": [
            {
                "reason": reason,
                "quotes": [places.quote(answer, str(answer.get("answer", ""))) for answer in answers if answer.get("quote")],
                "names": ", ".join(str(answer.get("answer", "")) for answer in answers if not answer.get("quote")),
            }
            for reason, answers in ordered
        ],
    }


def _method(content: Mapping[str, Any]) -> dict[str, Any]:
    engine = content.get("engine") or {}
    made_by = ", ".join(f"{name} {value}" for name, value in engine.items() if value and name != "mode")
    apart = _("Innspill fra nettet er lest av arrangøren før de ble med. De er talt for seg og aldri lagt sammen med svarene.")
    return {
        "title": _("Slik er planen laget"),
        "paragraphs": [
            _("Bordene svarte skriftlig på oppgavene. Et program foreslår hvilke svar som sier det samme. "
              "Mennesker avgjør hva som står i planen."),
            _("Støtten til en linje er tallet på bord og svar bak den. Et bord teller én gang, uansett hvor mange ganger "
              "det sier det samme. Det få har sagt, er også med."),
            _("Sitatene er ordrett det bordene skrev. Ansvarlig, frist og indikator er bare fylt ut når et svar sier det "
              "eller et menneske har fastsatt det."),
            *([apart] if (content.get("totals") or {}).get("web") else []),
        ],
        "engine": _("Programmet som samlet svarene: %(engine)s.", engine=made_by) if made_by else "",
    }  # fmt: skip
