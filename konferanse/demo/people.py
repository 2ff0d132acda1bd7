"""The people of the demo: drawn from a fixed seed, in real organisations, with names nobody has.

First names are plants and birds, surnames end in what a test writes. Every address is in a domain reserved for examples
(RFC 2606), so no mail can reach anybody.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

FIRST_DAY = date(2019, 6, 26)
DAYS = (FIRST_DAY, date(2019, 6, 27))
INVITED = date(2019, 5, 6)
FULL = date(2019, 6, 20)
FACILITATORS = 24
HOLIDAYS = {date(2019, 5, 17), date(2019, 5, 30), date(2019, 6, 10)}
# Mornings after a mail was sent: the invitation, two reminders and the last call.
BURSTS = {date(2019, 5, 6): 9, date(2019, 5, 7): 7, date(2019, 5, 21): 6, date(2019, 6, 4): 8, date(2019, 6, 13): 7}

# fmt: off
FIRST_NAMES = [
    "Tiril", "Lyng", "Rype", "Lind", "Tinde", "Siv", "Kvist", "Linnea", "Blåklokke", "Multe", "Tyri", "Hegg",
    "Osp", "Rogn", "Selje", "Einer", "Bjørk", "Or", "Alm", "Lønn", "Marihand", "Reinrose", "Myrull", "Kattefot",
    "Tyrihjelm", "Fjellflokk", "Røsslyng", "Smørbukk", "Gullris", "Kvann", "Tiur", "Orre", "Spove", "Lom", "Teist",
    "Lunde", "Alke", "Terne", "Heilo", "Vipe", "Snipe", "Erle", "Meis", "Stær", "Trost", "Sisik", "Svale", "Falk",
    "Ørn", "Havella",
]
STEMS = ["Prøve", "Test", "Øve", "Eksempel", "Skisse", "Utkast", "Demo", "Liksom"]
ENDINGS = [
    "fjord", "vik", "nes", "holm", "sund", "bakken", "lia", "myra", "haug", "dal", "strand", "tind", "øya", "elv",
    "skar",
]
# fmt: on

# type: how many of 200 people, and where they work (organisation, county)
NORTH = {
    "Nordlandssykehuset HF": "nordland",
    "Universitetssykehuset Nord-Norge HF": "troms",
    "Helgelandssykehuset HF": "nordland",
    "Finnmarkssykehuset HF": "finnmark",
}
TRUSTS = {**NORTH, "Sykehusapotek Nord HF": "troms", "Helse Nord IKT HF": "troms"}
WHERE: dict[str, tuple[int, dict[str, str]]] = {
    "rhf": (9, {"Helse Nord RHF": "nordland"}),
    "helseforetak": (66, TRUSTS),
    "nav": (30, {"NAV Nordland": "nordland", "NAV Troms": "troms", "NAV Finnmark": "finnmark"}),
    "tiltaksbedrift": (
        15,
        {
            "Bodø industri": "nordland",
            "Tiltaksbedrift i Rana": "nordland",
            "Tiltaksbedrift i Vefsn": "nordland",
            "Tiltaksbedrift i Hadsel": "nordland",
            "Tiltaksbedrift i Vestvågøy": "nordland",
            "Tiltaksbedrift i Narvik": "nordland",
            "Tiltaksbedrift i Harstad": "troms",
            "Tiltaksbedrift i Tromsø": "troms",
            "Tiltaksbedrift i Hammerfest": "finnmark",
            "Tiltaksbedrift i Sør-Varanger": "finnmark",
        },
    ),
    "ips": (9, {f"{name}, IPS": county for name, county in NORTH.items()}),
    "vernetjeneste": (13, TRUSTS),
    "tillitsvalgt": (20, TRUSTS),
    "arbeidsgiverorganisasjon": (5, {"Arbeidsgiverforeningen Spekter": "oslo"}),
    "annen-helseregion": (
        8,
        {
            "Helse Sør-Øst RHF": "innlandet",
            "Vestre Viken HF": "buskerud",
            "Helse Vest RHF": "rogaland",
            "Helse Midt-Norge RHF": "trondelag",
        },
    ),
    "statlig": (5, {"Arbeidstilsynet": "trondelag", "Helsedirektoratet": "oslo", "Nord universitet": "nordland"}),
    "kommune": (
        6,
        {
            "Bodø kommune": "nordland",
            "Rana kommune": "nordland",
            "Tromsø kommune": "troms",
            "Hammerfest kommune": "finnmark",
        },
    ),
    "bruker": (12, {f"Brukerutvalget ved {name}": county for name, county in NORTH.items()}),
    "annet": (2, {"Møteleder utenfra": "nordland", "Tegnspråktolk": "nordland"}),
}
ALLERGIES = (
    "Tåler ikke melk",
    "Cøliaki, spiser glutenfritt",
    "Allergisk mot skalldyr",
    "Allergisk mot nøtter",
    "Tåler ikke egg",
)
ACCESS_NEEDS = (
    "Bruker rullestol og trenger plass ved bordet",
    "Bruker høreapparat med teleslynge",
    "Trenger tegnspråktolk begge dager",
    "Svaksynt, vil gjerne ha lysbildene på forhånd",
    "Trenger et stille rom å hvile i",
    "Har med ledsager",
)


@dataclass(frozen=True)
class Person:
    """Somebody who signs up. ``created_offset`` counts from midnight, Norwegian time, 26 June 2019, and is negative."""

    name: str
    email: str
    organisation: str
    organisation_type: str
    county: str
    attendance: str
    days: tuple[date, ...]
    role: str
    created_offset: timedelta
    allergy: str = ""
    access_need: str = ""


def people(seed: int = 2019, n: int = 200) -> list[Person]:
    """``n`` people who come in person. The 200 hold 24 facilitators and stand in the order they signed up."""
    return _drawn(seed, n)[:n]


def digital(seed: int = 2019, n: int = 5) -> list[Person]:
    """``n`` people who follow on the net and take no physical seat; others than the first 200 of ``people``."""
    drawn = _drawn(seed, 200 + n)[200 : 200 + n]
    times = _sign_up_times(random.Random(f"{seed} digital"), n)  # noqa: S311 - repeatable on purpose
    return [
        replace(
            person,
            attendance="digital",
            role="participant",
            created_offset=offset,
            allergy="",
            access_need="",
            days=DAYS if index % 2 else DAYS[:1],
        )
        for index, (person, offset) in enumerate(zip(drawn, times, strict=True))
    ]


def waiting(seed: int = 2019, n: int = 6) -> list[Person]:
    """``n`` people who sign up the day after the seats are gone; others than ``people`` and ``digital``."""
    drawn = _drawn(seed, 300 + n)[300 : 300 + n]
    first = datetime.combine(FULL + timedelta(days=1), time(8, 12)) - datetime.combine(FIRST_DAY, time())
    return [
        replace(person, role="participant", days=DAYS, created_offset=first + timedelta(minutes=71 * index))
        for index, person in enumerate(drawn)
    ]


def _drawn(seed: int, n: int) -> list[Person]:
    """The first ``n`` of one endless row of people, so that a longer list begins with the shorter one."""
    rows: list[Person] = []
    batch = 0
    while len(rows) < n:
        rng = random.Random(f"{seed} {batch}")  # noqa: S311 - repeatable on purpose
        rows += _batch(rng, batch)
        batch += 1
    return rows


def _batch(rng: random.Random, batch: int) -> list[Person]:
    """200 people of every type, sorted by sign-up, named so that no two batches share a name."""
    places = [(kind, place) for kind, (count, where) in WHERE.items() for place in _spread(rng, where, count)]
    rng.shuffle(places)
    facilitators = _facilitators(rng, [kind for kind, _ in places])
    names = _names(rng, len(places), batch)
    allergic = dict(zip(rng.sample(range(len(places)), 19), ALLERGIES * 4, strict=False))
    needs = dict(zip(rng.sample(range(len(places)), 9), ACCESS_NEEDS * 2, strict=False))
    one_day = set(rng.sample([index for index in range(len(places)) if index not in facilitators], 7))
    return [
        Person(
            name=name,
            email=_address(name, place[0]),
            organisation=place[0],
            organisation_type=kind,
            county=place[1],
            attendance="physical",
            days=DAYS[:1] if index in one_day else DAYS,
            role="facilitator" if index in facilitators else "participant",
            created_offset=offset,
            allergy=allergic.get(index, ""),
            access_need=needs.get(index, ""),
        )
        for index, (name, (kind, place), offset) in enumerate(zip(names, places, _sign_up_times(rng, len(places)), strict=True))
    ]


def _spread(rng: random.Random, where: dict[str, str], count: int) -> list[tuple[str, str]]:
    """``count`` places: each of ``where`` in turn while they last, then by chance with the first ones likelier."""
    places = list(where.items())
    weights = [(rank + 1.5) ** -1.5 for rank in range(len(places))]
    return (places + rng.choices(places, weights, k=max(0, count - len(places))))[:count]


def _facilitators(rng: random.Random, kinds: list[str]) -> set[int]:
    """24 who know how to lead a table: people of the trusts and NAV."""
    able = [index for index, kind in enumerate(kinds) if kind in {"rhf", "helseforetak", "nav"}]
    return set(rng.sample(able, FACILITATORS))


def _names(rng: random.Random, n: int, batch: int) -> list[str]:
    """``n`` different names; batches take different parts of one shuffled set."""
    every = [f"{first} {stem}{ending}" for first in FIRST_NAMES for stem in STEMS for ending in ENDINGS]
    random.Random(0).shuffle(every)  # noqa: S311 - the same set of names for every seed
    own = every[batch * n : (batch + 1) * n]
    rng.shuffle(own)
    return own


def _address(name: str, organisation: str) -> str:
    """An address under example.org that looks like where the person works, in plain ASCII."""
    ascii_letters = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
    local = name.lower().translate(ascii_letters).replace(" ", ".")
    words = organisation.lower().translate(ascii_letters).replace(",", "").replace("-", " ").split()
    domain = "-".join(word for word in words if word not in {"hf", "rhf", "i", "ved"})
    return f"{local}@{domain}.example.org"


def _sign_up_times(rng: random.Random, n: int) -> list[timedelta]:
    """``n`` sign-ups, earliest first: bursts when mail goes out, working hours, weekends and holidays nearly still."""
    days = [INVITED + timedelta(days=count) for count in range((FULL - INVITED).days + 1)]
    weights = [0.0 if day in HOLIDAYS else 0.15 if day.weekday() > 4 else 1.0 + BURSTS.get(day, 0) for day in days]
    moments = []
    for day in rng.choices(days, weights, k=n):
        hour = min(22.9, max(6.2, rng.gauss(11.2, 2.6)))
        moments.append(datetime.combine(day, time()) + timedelta(seconds=int(hour * 3600)))
    return [moment - datetime.combine(FIRST_DAY, time()) for moment in sorted(moments)]
