"""The plan's pages: the editor, one line, and what the public reads."""

from flask import Blueprint

bp = Blueprint("plan", __name__)
