"""The round of a task, the tables it is for, and how the tables of a round are put together."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("group_task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("tables_changed", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("group_task", schema=None) as batch_op:
        batch_op.alter_column("round", server_default=None)
    op.create_table(
        "task_table",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["group_task.id"], name=op.f("fk_task_table_task_id_group_task"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["discussion_table.id"], name=op.f("fk_task_table_table_id_discussion_table"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "table_id", name=op.f("pk_task_table")),
    )
    with op.batch_alter_table("seating_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("composed", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("seating_run", schema=None) as batch_op:
        batch_op.alter_column("composed", server_default=None)
    op.create_index(op.f("ix_task_table_table_id"), "task_table", ["table_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("seating_run", schema=None) as batch_op:
        batch_op.drop_column("composed")
    op.drop_table("task_table")
    with op.batch_alter_table("group_task", schema=None) as batch_op:
        batch_op.drop_column("tables_changed")
        batch_op.drop_column("round")
