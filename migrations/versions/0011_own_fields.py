"""Who should own what an answer suggests, and by when, as fields of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


OWN = ("owner", "deadline")
ASKS = ("asks_owner", "asks_deadline")


def upgrade() -> None:
    for table in ("answer", "answer_version"):
        with op.batch_alter_table(table) as batch_op:
            for name in OWN:
                batch_op.add_column(sa.Column(name, sa.String(length=200), nullable=False, server_default=""))
        with op.batch_alter_table(table) as batch_op:
            for name in OWN:
                batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("group_task") as batch_op:
        for name in ASKS:
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("group_task") as batch_op:
        for name in ASKS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    for table, names in (("group_task", ASKS), ("answer_version", OWN), ("answer", OWN)):
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.drop_column(name)
