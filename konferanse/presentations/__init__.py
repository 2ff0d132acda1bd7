"""Slides and films: upload, checks, versions, previews, serving."""

from flask import Flask, Response, request


def init_app(app: Flask) -> None:
    """Register pages and tasks."""
    from konferanse.presentations import (  # noqa: F401 - they join the blueprint, and the queue
        reminder_tasks,
        routes,
        speaker_routes,
        speaker_staff_routes,
        staff_routes,
        tasks,
        version_routes,
        video_routes,
    )

    app.register_blueprint(routes.bp)
    app.after_request(tell_where)


def tell_where(response: Response) -> Response:
    """Let the script that shows how far an upload has come (upload.js) go where the form leads: a browser would follow the
    redirect behind its back, and spend the message that waits on the next page."""
    if request.headers.get("X-Upload") and response.status_code == 303:
        response.headers["X-Location"] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
    return response
