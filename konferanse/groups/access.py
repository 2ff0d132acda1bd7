"""Access for whoever holds a table's link: no sign-in, the token in the path is the key."""

from flask_babel import gettext as _

from konferanse.access.by_link import row_of
from konferanse.access.requires import Arguments
from konferanse.common import links
from konferanse.groups.models import Table


class _AtTable:
    """The view gets ``table`` instead of ``token``. Unknown is 404; a link of an earlier generation is 403."""

    name = "link:table"

    def admit(self, arguments: Arguments) -> Arguments:
        stopped = _(
            "Lenken til bordet er byttet ut. Spør arrangøren om en ny, eller skann koden på det nye bordskiltet. "
            "Svarene dere har levert, er trygge. Venter det svar på denne telefonen, blir de sendt når dere "
            "åpner den nye lenken her."
        )
        table = row_of(Table, "bord", arguments["token"], stopped)
        return {k: v for k, v in arguments.items() if k != "token"} | {"table": table}


TABLE = _AtTable()


def token_of(table: Table) -> str:
    """The token of the table's link as it is now."""
    return links.token("bord", table.uid, table.generation)
