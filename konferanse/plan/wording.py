"""What chapters, kinds and counts are called on the page."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from konferanse.plan.models import CHAPTERS

CHAPTER_LABELS = {
    "utfordring": _l("Utfordringer"),
    "tiltak": _l("Tiltak"),
    "arbeidsform": _l("Arbeidsformer"),
    "rutine": _l("Rutiner"),
    "samarbeid": _l("Samarbeid"),
}
STATUS_LABELS = {
    "used": _l("Brukt i planen"),
    "merged": _l("Slått sammen med et likt svar"),
    "parked": _l("Lagt til side"),
    "unread": _l("Ikke lest ennå"),
}
TYPE_LABELS = {
    "rhf": _l("Regionalt helseforetak"),
    "helseforetak": _l("Helseforetak"),
    "nav": _l("NAV"),
    "tiltaksbedrift": _l("Tiltaksbedrift"),
    "ips": _l("IPS"),
    "vernetjeneste": _l("Vernetjeneste"),
    "tillitsvalgt": _l("Tillitsvalgt"),
    "arbeidsgiverorganisasjon": _l("Arbeidsgiverorganisasjon"),
    "annen-helseregion": _l("Annen helseregion"),
    "statlig": _l("Statlig virksomhet"),
    "kommune": _l("Kommune"),
    "bruker": _l("Brukerrepresentant"),
    "annet": _l("Annet"),
    "others": _l("Øvrige"),
}


def chapter_number(chapter: str) -> int:
    """1 for the chapter on barriers, 2 for measures and so on; the same whether a chapter has lines or not."""
    return CHAPTERS.index(chapter) + 1


def support_words(support: dict[str, int]) -> str:
    """7 bord · 11 svar + 3 innspill fra nettet; without any table only the latter."""
    tables = ngettext("%(num)d bord", "%(num)d bord", support["tables"])
    answers = ngettext("%(num)d svar", "%(num)d svar", support["answers"])
    words = f"{tables} · {answers}"
    if web := support.get("web"):
        beside: str = ngettext("%(num)d innspill fra nettet", "%(num)d innspill fra nettet", web)
        words = f"{words} + {beside}" if support["answers"] else beside
    return words


def web_part(totals: dict[str, int]) -> str:
    """How many of all answers are from the web, "" for none."""
    if not totals.get("web"):
        return ""
    words: str = ngettext(
        "Av alle svarene er %(num)d innspill fra nettet.", "Av alle svarene er %(num)d innspill fra nettet.", totals["web"]
    )
    return words


def reason_words(reason: str) -> str:
    """Why something was parked, as a reader should meet it; a person's own words are kept."""
    known = {
        "praktisk": _("Praktisk beskjed om selve dagen"),
        "uten ord": _("Uten ord"),
        "trukket": _("Trukket av dem som skrev det"),
        "tatt ut": _("Tatt ut igjen av arrangøren"),
    }
    return str(known.get(reason, reason))
