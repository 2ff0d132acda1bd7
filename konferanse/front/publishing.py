"""Publishing the programme: the release, and drafts to those it concerns. Nothing is sent before somebody says so."""

from datetime import date
from typing import NamedTuple

from konferanse.conference.models import Conference
from konferanse.programme import change_letters, releases
from konferanse.programme.change_letters import Drafted
from konferanse.programme.models import ProgrammeRelease
from konferanse.registration.mail import mailings, programme_news
from konferanse.registration.models import Mailing


class Published(NamedTuple):
    """The release, the draft to participants (None where nobody is concerned) and those to speakers."""

    release: ProgrammeRelease
    news: Mailing | None
    speakers: Drafted


class Waiting(NamedTuple):
    """Drafts that nobody has sent or thrown away: the one to participants, with how many get it and the days it is limited
    to; letters to speakers; and letters to those whose address we do not have."""

    news: Mailing | None
    people: int
    days: list[date]
    letters: int
    unreachable: int

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self.news or self.letters or self.unreachable)


def publish(conference: Conference, name: str, note: str, actor: str) -> Published:
    """Make the working copy public and write the drafts; the caller has begun a write and commits. Raises ``Refused``."""
    release = releases.publish(conference, name, actor, note)
    return Published(release, programme_news.draft(conference, release, actor), change_letters.draft(conference, release))


def waiting(conference: Conference) -> Waiting:
    """What waits to be looked at."""
    news = programme_news.unseen(conference)
    people = mailings.count(conference, news.audience) if news else 0
    days = programme_news.days(news) if news else []
    letters, unreachable = change_letters.drafts(conference), change_letters.unreachable(conference)
    return Waiting(news, people, days, len(letters), len(unreachable))
