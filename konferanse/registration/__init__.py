"""Who comes: sign-up, seats, waiting list, self-service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.registration import (  # noqa: F401 - the routes share one blueprint, the tasks one queue, bounces listen
        answer_routes,
        bounces,
        bulk_routes,
        check_in_routes,
        cli,
        contact_routes,
        desk_routes,
        export_routes,
        figure_routes,
        forgetting_routes,
        import_routes,
        invitation_routes,
        mail_routes,
        mail_tasks,
        mail_text_routes,
        mailing_routes,
        needs_routes,
        offer_routes,
        paper_routes,
        party_routes,
        personal_routes,
        public_list_routes,
        question_routes,
        routes,
        selection_routes,
        setup_routes,
        substitution_routes,
        tasks,
    )

    app.register_blueprint(routes.bp)
    cli.register(app)
