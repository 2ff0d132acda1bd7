"""Photographs of flip charts, and the answers typed from them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = "fk_answer_flip_chart_id_flip_chart"


def upgrade() -> None:
    op.create_table(
        "flip_chart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_flip_chart_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["table_id"], ["discussion_table.id"], name=op.f("fk_flip_chart_table_id_discussion_table")),
        sa.ForeignKeyConstraint(["task_id"], ["group_task.id"], name=op.f("fk_flip_chart_task_id_group_task")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_flip_chart_file_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flip_chart")),
        sa.UniqueConstraint("uid", name=op.f("uq_flip_chart_uid")),
    )
    for column in ("conference_id", "table_id", "task_id"):
        op.create_index(op.f(f"ix_flip_chart_{column}"), "flip_chart", [column])
    with op.batch_alter_table("answer") as batch:
        batch.add_column(sa.Column("flip_chart_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(KEY), "flip_chart", ["flip_chart_id"], ["id"], ondelete="SET NULL")
        batch.create_index(op.f("ix_answer_flip_chart_id"), ["flip_chart_id"])


def downgrade() -> None:
    with op.batch_alter_table("answer") as batch:
        batch.drop_index(op.f("ix_answer_flip_chart_id"))
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.drop_column("flip_chart_id")
    op.drop_table("flip_chart")
