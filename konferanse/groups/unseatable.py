"""Why wishes cannot be met, in words."""

from collections.abc import Callable, Hashable

from flask_babel import gettext as _

from konferanse.groups.allocation import CannotSeat

MOST_NAMED = 8


def in_words(error: CannotSeat, name: Callable[[Hashable], str] = str) -> str:
    """One sentence that names the people, and how to mend it."""
    names = [name(person) for person in error.people[:MOST_NAMED]]
    if len(error.people) > MOST_NAMED:
        names.append(_("%(n)s til", n=len(error.people) - MOST_NAMED))
    who = _("%(some)s og %(last)s", some=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)
    words = {
        "together, too many": _(
            "%(who)s kan ikke alle sitte sammen: et bord har høyst %(n)s plasser. Ta bort et ønske, eller ha færre bord.",
            who=who, n=error.room,
        ),
        "held, too many": _(
            "%(who)s kan ikke alle bli sittende: bordet får høyst %(n)s plasser. Slipp noen av dem, eller ha færre bord.",
            who=who, n=error.room,
        ),
        "no time": _("Tiden gikk ut før alle ønskene var oppfylt. Prøv igjen, eller ta bort noen av ønskene."),
        "together and apart": _("%(who)s kan ikke både sitte sammen og hver for seg. Ta bort ett av ønskene.", who=who),
        "apart, too few tables": _(
            "%(who)s kan ikke alle sitte ved hvert sitt bord: det er bare %(n)s bord. Ta bort et ønske, eller ha flere bord.",
            who=who, n=error.room,
        ),
        "no table": _("Det finnes ikke noe bord der %(who)s kan sitte. Merk et bord til, eller ta bort et ønske.", who=who),
    }  # fmt: skip
    others = _(
        "%(who)s kan ikke alle få det som ønsket ved %(n)s bord. Ta bort ett av ønskene deres, eller endre antallet bord.",
        who=who, n=error.room,
    )  # fmt: skip
    if not names:
        others = _("Ønskene kan ikke alle oppfylles ved så mange bord. Ta bort noen, eller endre antallet bord.")
    return str(words.get(error.why, others))
