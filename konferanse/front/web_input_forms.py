"""The form people who were not there give input on."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from konferanse.answers.models import MAX_LENGTH
from konferanse.common.fields import Form, Paragraphs
from konferanse.groups.models import GroupTask
from konferanse.registration.forms import a_uuid


class GiveForm(Form):
    """A text for each task, at least one of them. ``key`` makes a repeat harmless. ``about`` adds the tasks' fields."""

    key = HiddenField()
    leave_empty = StringField(_l("La dette feltet stå tomt"))  # a trap: people do not see it, programs fill in everything
    tasks: Sequence[GroupTask] = ()

    validate_key = a_uuid

    @classmethod
    def about(cls, tasks: Sequence[GroupTask]) -> "GiveForm":
        """The form for these tasks, with what was sent."""
        fields: dict[str, Any] = {_name(task): Paragraphs(task.title, max_length=MAX_LENGTH) for task in tasks}
        form: GiveForm = type("GiveForm", (cls,), {"tasks": tasks, **fields})(key=str(uuid4()))
        return form

    def text_of(self, task: GroupTask) -> Any:
        """The field for ``task``."""
        return self[_name(task)]

    def texts(self) -> dict[str, str]:
        """What was written, by the task's ref."""
        return {task.ref: self.text_of(task).data or "" for task in self.tasks}

    def validate(self, extra_validators: Any = None) -> bool:
        """Each text can be kept, and there is one, where something is asked."""
        if not super().validate(extra_validators):
            return False
        if self.tasks and not any(self.texts().values()):
            self.text_of(self.tasks[0]).errors = [_("Svar på minst én av oppgavene før du sender")]
            return False
        return True


def _name(task: GroupTask) -> str:
    return f"svar-{task.ref}"
