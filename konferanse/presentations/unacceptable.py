"""Why a file was not taken, in words that say how to mend it."""

from konferanse.common.errors import Refused


class Unacceptable(Refused):
    """The file is not stored."""

    status = 422
