"""Tables that are joined while a task runs."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = "fk_discussion_table_joined_to_id_discussion_table"


def upgrade() -> None:
    with op.batch_alter_table("discussion_table") as batch:
        batch.add_column(sa.Column("joined_to_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("joined", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f(KEY), "discussion_table", ["joined_to_id"], ["id"], ondelete="SET NULL")
        batch.create_index(op.f("ix_discussion_table_joined_to_id"), ["joined_to_id"])


def downgrade() -> None:
    with op.batch_alter_table("discussion_table") as batch:
        batch.drop_index(op.f("ix_discussion_table_joined_to_id"))
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.drop_column("joined")
        batch.drop_column("joined_to_id")
