"""The mail brake. Whoever fills in the form again and again with other people's addresses would have us mail them all: past
so many sign-ups an hour from one network their mail is held until an organiser has looked. Nobody is kept from signing up.
"""

import pysqlite3.dbapi2 as sqlite
from limits import parse

from konferanse.common import outbox
from konferanse.extensions import limiter, network
from konferanse.registration.seats import Outcome

FREE = parse("60 per hour")


def holds() -> bool:
    """Count one more sign-up from the network of this request; whether its mail is to be held. Never with limits off."""
    if not limiter.enabled:
        return False
    try:
        return not limiter.limiter.hit(FREE, "sign-up mail", network())
    except sqlite.Error:  # the counters cannot be reached; the limit on the form has the same trouble and says so in the log
        return False


def hold(outcome: Outcome) -> None:
    """Hold the mail of one sign-up: all of a newcomer's, and what tells somebody who was signed up before."""
    if outcome.registration:
        outbox.hold(outcome.registration.uid)
    elif outcome.earlier:
        outbox.hold(outcome.earlier.uid, kinds=("already",))
