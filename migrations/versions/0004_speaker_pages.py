"""What speakers hand in themselves: whose slides they are and whether they may be published, and when they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slide_deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("reminded", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_slide_deadline_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slide_deadline")),
        sa.UniqueConstraint("conference_id", name=op.f("uq_slide_deadline_conference_id")),
    )
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.add_column(sa.Column("no_slides", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("answered", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.alter_column("no_slides", server_default=None)
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("speaker_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("accepted", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_presentation_speaker_id_speaker"), "speaker", ["speaker_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(op.f("ix_presentation_speaker_id"), ["speaker_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_presentation_speaker_id"))
        batch_op.drop_constraint(op.f("fk_presentation_speaker_id_speaker"), type_="foreignkey")
        batch_op.drop_column("accepted")
        batch_op.drop_column("speaker_id")
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.drop_column("answered")
        batch_op.drop_column("no_slides")
    op.drop_table("slide_deadline")
