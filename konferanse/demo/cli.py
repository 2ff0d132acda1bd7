"""``flask demo load``."""

from datetime import timedelta

import click

from konferanse.access import signin
from konferanse.cli import Commands
from konferanse.common import links
from konferanse.conference import lifecycle
from konferanse.conference.access import find
from konferanse.demo import loader
from konferanse.extensions import begin_write, db
from konferanse.plan import drafting, publishing
from konferanse.themes import runs
from konferanse.themes.tasks import execute

demo = Commands("demo", help="The demo conferences.")
ORGANISER = "arrangor@demo.example.org"


@demo.command("load")
def load() -> None:
    """Load both demo conferences and print a sign-in link to them; what is there already stays as it is."""
    begin_write()
    past, ahead = loader.load_past(), loader.load_open()
    staff = signin.find_staff(ORGANISER) or signin.create_staff(ORGANISER, "Demo-arrangøren", is_admin=True)
    for slug in (loader.PAST, loader.OPEN):
        conference = find(slug)
        if conference is not None:
            lifecycle.grant(conference, staff, ["organiser", "needs"], "system")
    db.session.commit()
    if past is not None:
        click.echo("Finner temaer og poeng i 497 svar …")
        begin_write()
        run = runs.start(past, "system")
        db.session.commit()
        execute(run.id, lambda percent: None)
        begin_write()
        plan = drafting.draft(past.mandate, "system", past.slug)
        publishing.publish(plan, past, "Planutkast", "system")
        db.session.commit()
    for slug, made in ((loader.PAST, past), (loader.OPEN, ahead)):
        click.echo(f"/k/{slug} {'er lastet' if made else 'var der allerede'}")
    begin_write()
    sign_in = signin.new_sign_in(staff, timedelta(days=1))
    db.session.commit()
    click.echo(f"Logg inn som arrangør (én gang, det neste døgnet): {links.url('inn', sign_in.uid)}")
