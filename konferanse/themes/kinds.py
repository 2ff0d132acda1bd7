"""What kind of input an answer is, by how it is put rather than by what it is about.

Cues (words of lacking, of duty, of doing something each time …) are weighed by a small logistic model whose weights are
written below, and what a whole task is mostly about then settles the unclear ones.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from konferanse.themes.cues import cue
from konferanse.themes.deadlines import deadline

_ORDER = ("arbeidsform", "hindring", "rutine", "samarbeid", "tiltak")

_CUES = {
    "lack": cue(
        """
        mangl* lite ingen verken knapt lack* no for_lite for_lita for_liten for_få for_høy* for_høg* for_streng*
        for_dårl* for_seint for_sent for_kort* for_stiv* for_mange for_mye for_mykje for_svak* for_lav* for_låg*
        for_dyr* for_vid* for_gaml* for_gammel* for_stor* for_små altfor too_few too_little too_much too_many
        too_high
        """
    ),
    "not": cue("ikke ikkje aldri uten utan not never", r"n't\b"),
    "fear": cue(
        """
        redd redde frykt* redsel redsle uro usikker* bekymr* skeps* skeptisk* fordom* stigma* motstand* vegr*
        angst uviten* ukjen* tør tørr torer våg* negativ* afraid unsure fear* worr*
        """
    ),
    "trouble": cue(
        """
        uklar* utydel* vanskel* umul* problem* utfordr* hindr* hinder* barriere* streng* tungvin* krøket* papir*
        byråkrat* dårl* stram* trang* trong tronge press* slit* sparekrav* innspar* ventetid* kø mist* steng*
        drukn* forsvinn* faller_mellom faller_ut faller_bort fell_mellom fell_ut tar_for_lang tek_for_lang
        difficult* unclear*
        """
    ),
    "question": cue("", r"\?"),
    "must": cue("må skal bør burde should must need_to needs_to"),
    "want": cue("vi_vil vi_ønsk* vi_ynskj* vi_treng* me_treng* vi_foreslå* vi_føreslå* trengs trengst we_need we_want"),
    "opinion": cue("""
        kvote* kvoter* mener meiner tror_ikke tror_på trur_ikkje trur_på feil_vei feil_veg hjelper_ikke
        hjelper_ikkje enig enige einig uenig* imot
        """),
    "fresh": cue(
        """
        flere fleire mer meir opprett* etabler* innfør* start* ansett sett_av setter_av set_av øremerk*
        øyremerk* bygg*
        """,
        r"\b\w*(?:kurs|opplæring|ordning|program|kampanje|prosjekt|pott|midler|midlar|tilskudd"
        r"|tilskot|plass|plasser|plassar|veileder"
        r"|rettleiar|verktøy|pris|stipend|pilot|fond|nettside|app|film|filmer|filmar|koordinator"
        r"|leder|trainee|lærling|fagbrev|senter"
        r"|tilbud|tilbod|støtte)(?:en|et|a|ar|ane|ene|er|s)?\b",
    ),
    "steady": cue(
        """
        alltid hver_gang kvar_gong rutine* prosedyre* mal malen malar maler skjema* fast_tekst fast_tema
        fast_punkt rapport* årlig årleg minst_én minst_en minst_éin minst_ein utlys* annons* intervju* innstill*
        sjekk* guide* standard* begrunn* grunngj* kartlegg* medarbeidersamtal* medarbeidarsamtal* krysse_av
        kryss_av avkryss* kall_inn kalle_inn kall*_inn skriftl* plan_for oppfølgingsplan* mål målt måles tell*
        telj* andel* prosentdel* i_forkant på_dagsorden always every ask
        """,
        r"\b(?:hvert|kvart|hver|kvar)\s+(?:år|tertial|kvartal|måned|månad|uke|veke|halvår)",
        r"\b(?:før|ved|etter)\s+(?:hver|kvar|alle|første|fyrste)\b",
    ),
    "together": cue(
        """
        team* arbeidsdeling* oppgavedeling* oppgåvedeling* oppgave* oppgåve* fordel* fleksi* deltid* medvirk*
        medverk* tillitsval* verneombud* vernet* sammen saman på_tvers organiser* arbeidslag* rotasjon*
        hjemmekontor* heimekontor* arbeidsgrupp* styringsgrupp* ansvarsgrupp* med_fra_start* med_frå_start*
        med_fra_dag* med_frå_dag* turnus* brukerrepresentant* brukarrepresentant* skreddersy* trapp*_opp
        """
    ),
    "partners": cue(
        """
        samarbeid* partner* partnar* nettverk* mellom kontaktperson* kontakt felles dialog* møt* rolle*
        ansvarsdeling* hospiter* ekstern* omvisning* omvising* besøk* invit* treff* begge utveksl* who_does
        """,
        r"\b\w*avtal\w*",
    ),
    "parties": cue(
        "kommun* fylke* frivill* universitet* næringsliv* direktorat* politi* forening*",
        r"\b(?-i:[A-ZÆØÅ]{3,})\b",
        r"\b\w*(?:bedrift(?:en|ene|er|a|ar|ane)?|organisasjon\w*|spesialist\w*)\b",
    ),
    "tells": cue(
        """
        er blir har får fikk ble vart blei vet veit kjenner finnes finst gjør_at gjer_at opplev* tar tek står
        skjer is are have
        """
    ),
    "doing": cue(
        "",
        r"\A\W*(?:lag|gi|gje|bruk|sett|set|innfør|opprett|kall|ta|få|vis|la|start|prøv|skriv|spør"
        r"|sørg|syt|utpek|peik|pek|ansett"
        r"|tilsett|ha|send|inviter|samle|rydd|kutt|fjern|styrk|øk|auk|bygg|etabler|lær|del|fordel"
        r"|evaluer|mål|tell|telj|rapporter"
        r"|drøft|legg|tilby|stopp|slutt|vurder|krev|gjør|gjer|hold|hald|arranger|avklar|involver"
        r"|forenk\w*|kopier|regn|finn|følg|følgj"
        r"|løft|kjør|køyr|meld|bli|les|lys|øremerk|øyremerk|skil|se|sjå|informer|planlegg"
        r"|prioriter|bidra|bestill|kjøp|rekrutter"
        r"|utvikl\w*|utarbeid|utnytt|flytt|skaff|senk|hev|gå|inngå|share|ask|make|give|use|create"
        r"|let|put|set|provide)\b(?!\s+(?:er|blir|har)\b)",
    ),
    "to do": cue(
        "",
        r"\A\W*(?:å\s+)?(?:lage|bruke|flytte|sette|gi|ha|få|legge|inngå|melde|kalle|ta|dra"
        r"|klargjør[ea]?|klargjere|bygge|styrke|øke|auke"
        r"|fjerne|kutte|etablere|innføre|opprette|tilby|arrangere|rapportere|evaluere|invitere"
        r"|sende|samle|forplikte|fordele|sortere|drøfte"
        r"|kartlegge|utvikle|utarbeide|sikre|involvere|informere|lære|måle|følge|følgje|holde"
        r"|halde|skrive|vise|dele)\b",
    ),
}
_AT_MOST = 2
_SHORT = 6
NAMES = (*_CUES, "due", "short")
# One row per name, one column per kind in _ORDER; learnt once (logistic, C = 0.5), see docs/adr/0004.
_WEIGHTS: dict[str, tuple[float, ...]] = {
    "lack": (-0.1, 1.5, -0.3, -0.4, -0.7),
    "not": (-0.5, 0.9, 0.3, -0.2, -0.5),
    "fear": (-0.2, 1.3, -0.2, -0.5, -0.5),
    "trouble": (-0.2, 1.5, -0.5, -0.2, -0.7),
    "question": (0.2, 0.4, -0.1, -0.2, -0.4),
    "must": (-0.4, -0.9, 0.5, 0.5, 0.4),
    "want": (-0.1, -0.5, 0.4, 0.2, 0.0),
    "opinion": (-0.1, -0.9, -0.3, -0.1, 1.3),
    "fresh": (-0.0, -0.5, -0.4, -0.0, 0.9),
    "steady": (-0.0, -0.8, 1.8, -0.3, -0.7),
    "together": (2.1, -0.2, -0.6, -0.4, -0.9),
    "partners": (-0.4, -1.1, 0.2, 2.0, -0.7),
    "parties": (-0.0, -0.7, -0.2, 1.8, -0.9),
    "tells": (-0.4, 0.8, -0.0, -0.3, -0.2),
    "doing": (0.2, -1.3, 1.0, 0.2, -0.1),
    "to do": (0.9, -0.3, -0.3, 0.3, -0.6),
    "due": (-0.6, -0.8, 0.4, 0.1, 0.9),
    "short": (-0.1, 0.1, -0.4, 0.2, 0.2),
}
_START = (-0.9, 1.1, -0.7, -0.3, 0.8)
_USUAL = np.array([0.06, 0.34, 0.13, 0.27, 0.20])
_TRUST = 0.8  # how far a task's own mix of kinds is believed
_PRIOR_ANSWERS = 3.0
_ROUNDS = 10

Shares = npt.NDArray[np.float64]


def kinds(texts: Sequence[str], tasks: Sequence[str]) -> list[str]:
    """The kind of each text: one of hindring, tiltak, arbeidsform, rutine, samarbeid. ``tasks``: the task of each."""
    return [_ORDER[int(best)] for best in np.round(kind_shares(texts, tasks), 6).argmax(axis=1)]


def kind_shares(texts: Sequence[str], tasks: Sequence[str] | None = None) -> Shares:
    """How likely each text is of each kind: a row per text that sums to 1. ``tasks`` as in ``kinds``, if any."""
    alone = np.array([_shares(text) for text in texts]).reshape(len(texts), len(_ORDER))
    settled = alone.copy()
    for task in sorted(set(tasks or ())):
        rows = np.array([own == task for own in tasks or ()])
        settled[rows] = _settled(alone[rows])
    return np.asarray(np.round(settled, 6), dtype=np.float64)


def cues_of(text: str) -> list[float]:
    """How a text is put: a number for each of ``NAMES``."""
    found = [float(min(_AT_MOST, len(pattern.findall(text)))) for pattern in _CUES.values()]
    return [*found, float(bool(deadline(text))), float(len(text.split()) <= _SHORT)]


def _shares(text: str) -> Shares:
    score = np.array(_START) + sum(n * np.array(_WEIGHTS[name]) for name, n in zip(NAMES, cues_of(text), strict=True) if n)
    odds = np.exp(score - score.max())
    return np.asarray(odds / odds.sum(), dtype=np.float64)


def _settled(alone: Shares) -> Shares:
    """Shares once it is known which mix of kinds the task holds (expectation–maximisation on the mix alone)."""
    mix = alone.mean(axis=0)
    settled = alone
    for _ in range(_ROUNDS):
        settled = alone * (mix / _USUAL) ** _TRUST
        settled /= settled.sum(axis=1, keepdims=True)
        mix = (settled.sum(axis=0) + _PRIOR_ANSWERS * _USUAL) / (len(alone) + _PRIOR_ANSWERS)
    return settled
