"""Who comes: sign-up, seats, waiting list, self-service.

Here lie the sign-up itself and the counting of seats; each folder is a concern of its own.
"""

from importlib import import_module

from flask import Flask

# The routes share one blueprint, the tasks one queue; bounces listen to the outbox, moving to the dates, and the programme asks
# for facilitators.
PARTS = (
    *("facilitators", "moving", "party_routes", "setup_routes", "tasks"),
    *("personal.routes", "personal.answer_routes", "personal.forgetting_routes", "personal.offer_routes"),
    *("personal.substitution_routes", "questions.routes", "needs.routes", "selection.routes"),
    *("invitations.routes", "invitations.contact_routes"),
    *("mail.bounces", "mail.outbox_routes", "mail.mailing_routes", "mail.mailing_tasks", "mail.text_routes"),
    *("lists.bulk_routes", "lists.desk_routes", "lists.export_routes", "lists.figure_routes", "lists.import_routes"),
    *("lists.public_list_routes", "day.check_in_routes", "day.paper_routes"),
)


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.registration import cli, routes

    for part in PARTS:
        import_module(f"konferanse.registration.{part}")
    app.register_blueprint(routes.bp)
    cli.register(app)
