"""What the commands share: exit 0 done, 1 refused with one clear line and nothing changed, 2 usage."""

import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from konferanse.common.errors import Refused


def refuse(message: str) -> NoReturn:
    """Say why on one line and leave with 1."""
    click.echo(" ".join(message.split()), err=True)
    sys.exit(1)


class Commands(AppGroup):
    """A group of commands, run in an app context, in which ``Refused`` becomes exit 1 with its message."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            refuse(refusal.message)


def write_out(out: Path | None, content: bytes) -> None:
    """Write to ``out``, or to standard output when it was omitted."""
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(content)
