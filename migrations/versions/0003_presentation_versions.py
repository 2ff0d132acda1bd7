"""Every upload of slides is a version with pages; slides and films may be published at a set time; a film may belong to an item."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presentation_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("presentation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("preview", sa.String(length=10), nullable=False),
        sa.Column("claimed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_presentation_version_file_id_file")),
        sa.ForeignKeyConstraint(
            ["presentation_id"],
            ["presentation.id"],
            name=op.f("fk_presentation_version_presentation_id_presentation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation_version")),
        sa.UniqueConstraint("presentation_id", "number", name=op.f("uq_presentation_version_presentation_id_number")),
    )
    op.create_index(op.f("ix_presentation_version_file_id"), "presentation_version", ["file_id"], unique=False)
    op.create_index(op.f("ix_presentation_version_preview"), "presentation_version", ["preview"], unique=False)
    op.create_table(
        "presentation_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("alt", sa.String(length=1000), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["file.id"], name=op.f("fk_presentation_page_picture_id_file")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["presentation_version.id"],
            name=op.f("fk_presentation_page_version_id_presentation_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation_page")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_presentation_page_version_id_number")),
    )
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("language", sa.String(length=5), nullable=False, server_default="nb"))
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.alter_column("language", server_default=None)
    with op.batch_alter_table("video", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_video_item_id_programme_item"), "programme_item", ["item_id"], ["id"], ondelete="SET NULL"
        )
    op.execute(
        "INSERT INTO presentation_version (presentation_id, number, file_id, created, actor, preview, attempts, page_count) "
        "SELECT presentation.id, 1, file.id, file.created, 'system', 'waiting', 0, 0 "
        "FROM presentation JOIN file ON file.id = presentation.file_id"
    )


def downgrade() -> None:
    """The version everybody sees stays. The files of the others stay too, with nothing that leads to them."""
    with op.batch_alter_table("video", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_video_item_id_programme_item"), type_="foreignkey")
        batch_op.drop_column("item_id")
        batch_op.drop_column("publish_at")
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.drop_column("language")
        batch_op.drop_column("publish_at")
    op.drop_table("presentation_page")
    op.drop_index(op.f("ix_presentation_version_preview"), table_name="presentation_version")
    op.drop_index(op.f("ix_presentation_version_file_id"), table_name="presentation_version")
    op.drop_table("presentation_version")
