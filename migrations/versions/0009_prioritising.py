"""What tables and participants would begin with: choices, and one vote each."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prioritising",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("voters", sa.String(length=12), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("stacks", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("electorate", sa.Integer(), nullable=True),
        sa.Column("on_wall", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_prioritising_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prioritising")),
        sa.UniqueConstraint("uid", name=op.f("uq_prioritising_uid")),
    )
    op.create_index(op.f("ix_prioritising_conference_id"), "prioritising", ["conference_id"])
    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prioritising_id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("dots", sa.JSON(), nullable=False),
        sa.Column("cast", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["prioritising_id"], ["prioritising.id"], name=op.f("fk_ballot_prioritising_id_prioritising"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["table_id"], ["discussion_table.id"], name=op.f("fk_ballot_table_id_discussion_table")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_ballot_registration_id_registration"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("prioritising_id", "table_id", name=op.f("uq_ballot_prioritising_id_table_id")),
        sa.UniqueConstraint("prioritising_id", "registration_id", name=op.f("uq_ballot_prioritising_id_registration_id")),
    )
    op.create_index(op.f("ix_ballot_table_id"), "ballot", ["table_id"])
    op.create_index(op.f("ix_ballot_registration_id"), "ballot", ["registration_id"])


def downgrade() -> None:
    op.drop_table("ballot")
    op.drop_table("prioritising")
