"""What the commands share: exit 0 done, 1 refused with one clear line and nothing changed, 2 usage."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from konferanse.common.csv_files import BadFile
from konferanse.common.errors import Refused


def refuse(message: str) -> NoReturn:
    """Say why on one line and leave with 1."""
    click.echo(" ".join(message.split()), err=True)
    sys.exit(1)


class Commands(AppGroup):
    """A group of commands, run in an app context, in which ``Refused`` and ``BadFile`` become exit 1 with their message."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            refuse(refusal.message)
        except BadFile as refusal:
            refuse(str(refusal))


def write_out(out: Path | None, content: bytes) -> None:
    """Write to ``out``, whole or not at all, or to standard output when it was omitted. Raises ``BadFile``."""
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise BadFile(f"{out}: filen kan ikke skrives ({error.strerror}).") from error
    half_done = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        half_done.chmod(0o644)
        half_done.replace(out)
    except OSError as error:
        half_done.unlink(missing_ok=True)
        raise BadFile(f"{out}: filen kan ikke skrives ({error.strerror}).") from error
