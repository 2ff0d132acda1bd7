"""A run carried out, in the worker or on the command line. Each stage commits, so that progress shows and work is kept."""

from collections.abc import Callable

import structlog
from huey import crontab
from sqlalchemy import select

from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.worker import queue
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.themes import runs
from konferanse.themes.models import AggregationRun, TextVector

log = structlog.get_logger()
# How far along a stage begins and ends, in per cent.
STAGES = {"translating": (2, 12), "embedding": (12, 80), "points": (80, 92), "themes": (92, 98)}
_STEP = 4

Told = Callable[[int], None]


@queue.task()  # type: ignore[untyped-decorator]
def carry_out(run_id: int) -> None:
    """Carry out a queued run in the worker."""
    execute(run_id)


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def carry_out_forgotten() -> None:
    """Carry out what a lost wake-up left in the queue."""
    for run_id in db.session.scalars(select(AggregationRun.id).where(AggregationRun.status == "queued")).all():
        execute(run_id)


def run_now(conference: Conference, actor: str, told: Told | None = None) -> AggregationRun:
    """Start a run and carry it out here. Raises ``Refused``."""
    begin_write()
    run = runs.start(conference, actor)
    db.session.commit()
    execute(run.id, told)
    return run


def execute(run_id: int, told: Told | None = None) -> None:
    """Carry out the run with this id if nobody else has taken it; ``told`` hears the per cent done.

    Raises ``Refused`` when the result could not be kept; the row then says why.
    """
    begin_write()
    run = db.session.get(AggregationRun, run_id, with_for_update=True)
    if run is None or run.status != "queued":
        db.session.rollback()
        return
    run.status, run.heartbeat = "running", now()
    db.session.commit()
    try:
        _carry_out(run, _Progress(run, told))
    except Exception as error:
        db.session.rollback()
        begin_write()
        run.status, run.finished = "failed", now()
        run.error = error.message if isinstance(error, Refused) else type(error).__name__
        db.session.commit()
        log.exception("themes.run.failed", run=str(run.uid))
        raise


def _carry_out(run: AggregationRun, progress: "_Progress") -> None:
    from konferanse.themes.computing import compute  # the engine is the worker's; this module is the web's too

    conference = db.session.get_one(Conference, run.conference_id)
    answers = runs.read(conference)
    results = compute(answers, _keep_vectors, progress.report)
    begin_write()
    runs.keep(run, answers, results)
    db.session.commit()
    progress.tell(100)


def _keep_vectors(rows: list[TextVector]) -> None:
    begin_write()
    for row in rows:
        db.session.merge(row)  # another run may have kept the same in the meantime
    db.session.commit()


class _Progress:
    """Tells the row, and whoever listens, how far a run is."""

    def __init__(self, run: AggregationRun, told: Told | None) -> None:
        self.run, self.told, self.last = run, told, 0

    def report(self, stage: str, done: int, of: int) -> None:
        """The engine's own report, as per cent of the whole; written when it has moved a little."""
        begin, end = STAGES.get(stage, (self.last, self.last))
        percent = begin + (end - begin) * done // max(of, 1)
        if percent < self.last + _STEP:
            return
        begin_write()
        self.run.progress, self.run.heartbeat = percent, now()
        db.session.commit()
        self.tell(percent)

    def tell(self, percent: int) -> None:
        """Tell whoever listens."""
        self.last = percent
        if self.told:
            self.told(percent)
