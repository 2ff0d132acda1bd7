"""Input from people who were not there: its window, what waits to be read, and answers without a table."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

answer = sa.table("answer", sa.column("conference_id"), sa.column("table_id"), sa.column("channel"))
table = sa.table(
    "discussion_table",
    sa.column("id"),
    sa.column("uid", sa.Uuid()),
    sa.column("conference_id"),
    sa.column("number"),
    sa.column("code"),
    sa.column("composition"),
    sa.column("generation"),
    sa.column("is_accessible", sa.Boolean()),
    sa.column("is_digital", sa.Boolean()),
)
seating = sa.table("seating", sa.column("table_id"))
CODE = "NETT"  # the table that stood for the web where this was undone


def upgrade() -> None:
    op.create_table(
        "web_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("opens", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes", sa.DateTime(timezone=True), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_web_window_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_window")),
        sa.UniqueConstraint("conference_id", name=op.f("uq_web_window_conference_id")),
    )
    op.create_table(
        "web_window_task",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["web_window.id"], name=op.f("fk_web_window_task_window_id_web_window"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["group_task.id"], name=op.f("fk_web_window_task_task_id_group_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("window_id", "task_id", name=op.f("pk_web_window_task")),
    )
    with op.batch_alter_table("answer") as batch:
        batch.alter_column("table_id", existing_type=sa.Integer(), nullable=True)
    op.execute(sa.update(answer).where(answer.c.channel == "web").values(table_id=None))
    with op.batch_alter_table("answer") as batch:
        batch.create_check_constraint(batch.f("ck_answer_web"), "(table_id IS NULL) = (channel = 'web')")
    used = sa.union_all(*(sa.select(t.c.table_id).where(t.c.table_id.is_not(None)) for t in (answer, seating)))
    op.execute(sa.delete(table).where(table.c.code == CODE, table.c.id.not_in(used)))
    op.create_table(
        "web_input",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_web_input_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["group_task.id"], name=op.f("fk_web_input_task_id_group_task")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_web_input_answer_id_answer"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_input")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_web_input_answer_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_web_input_uid")),
    )
    for column in ("conference_id", "task_id"):
        op.create_index(op.f(f"ix_web_input_{column}"), "web_input", [column], unique=False)


def downgrade() -> None:
    """Answers need a table then: each conference gets one that stands for the web."""
    op.drop_table("web_input")
    op.drop_table("web_window_task")
    op.drop_table("web_window")
    with op.batch_alter_table("answer") as batch:
        batch.drop_constraint(batch.f("ck_answer_web"), type_="check")
    database = op.get_bind()
    for conference in database.scalars(sa.select(answer.c.conference_id).where(answer.c.table_id.is_(None)).distinct()).all():
        last = database.scalar(sa.select(sa.func.max(table.c.number)).where(table.c.conference_id == conference)) or 0
        about = {"number": last + 1, "code": CODE, "composition": "", "generation": 0, "is_accessible": False}
        database.execute(sa.insert(table).values(uid=uuid4(), conference_id=conference, is_digital=False, **about))
        made = sa.select(table.c.id).where(table.c.conference_id == conference, table.c.code == CODE).scalar_subquery()
        here = answer.c.conference_id == conference, answer.c.table_id.is_(None)
        database.execute(sa.update(answer).where(*here).values(table_id=made))
    with op.batch_alter_table("answer") as batch:
        batch.alter_column("table_id", existing_type=sa.Integer(), nullable=False)
