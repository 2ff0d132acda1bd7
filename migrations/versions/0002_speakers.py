"""Speakers with rows of their own; what an item is for, its links and status; days' hours; a note on a release."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("picture_alt", sa.String(length=300), nullable=False),
        sa.Column("consent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("available", sa.JSON(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_speaker_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["picture_id"], ["file.id"], name=op.f("fk_speaker_picture_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("uid", name=op.f("uq_speaker_uid")),
    )
    op.create_index(op.f("ix_speaker_conference_id"), "speaker", ["conference_id"], unique=False)
    op.create_table(
        "programme_item_speaker",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["programme_item.id"],
            name=op.f("fk_programme_item_speaker_item_id_programme_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_programme_item_speaker_speaker_id_speaker"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "speaker_id", name=op.f("pk_programme_item_speaker")),
    )
    op.create_index(op.f("ix_programme_item_speaker_speaker_id"), "programme_item_speaker", ["speaker_id"], unique=False)
    _add("programme_day", sa.Column("start", sa.Time(), nullable=True), sa.Column("end", sa.Time(), nullable=True))
    _add("programme_release", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    _add(
        "programme_item",
        sa.Column("audience", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("links", sa.Text(), nullable=False, server_default=""),
        sa.Column("status", sa.String(length=10), nullable=False, server_default="confirmed"),
    )
    _move_credits()
    with op.batch_alter_table("programme_item", schema=None) as batch_op:
        batch_op.drop_column("speaker")
        for name in ("audience", "links", "status"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("programme_release", schema=None) as batch_op:
        batch_op.alter_column("note", server_default=None)


def _add(table: str, *columns: sa.Column) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.add_column(column)


def _move_credits() -> None:
    """Each conference's credits become speakers; a credit that stands at several items is one of them."""
    item = sa.table("programme_item", sa.column("id"), sa.column("conference_id"), sa.column("speaker"))
    texts = ("name", "role", "organisation", "email", "language", "bio", "picture_alt", "wishes", "available")
    speaker = sa.table(
        "speaker",
        sa.column("id"),
        sa.column("uid", sa.Uuid()),
        sa.column("conference_id"),
        *(sa.column(name) for name in texts[:-1]),
        sa.column("available", sa.JSON()),
        sa.column("generation"),
    )
    link = sa.table(
        "programme_item_speaker",
        *(sa.column(name) for name in ("item_id", "speaker_id", "position", "part")),
    )
    connection = op.get_bind()
    known: dict[tuple[int, str], int] = {}
    rows = connection.execute(sa.select(item).where(item.c.speaker != "").order_by(item.c.id)).all()
    for item_id, conference_id, credit in rows:
        key = (conference_id, credit)
        if key not in known:
            name, _comma, organisation = credit.partition(",")
            values = dict.fromkeys(texts, "") | {"language": "nb", "available": [], "generation": 0, "uid": uuid4()}
            values |= {"conference_id": conference_id, "name": name.strip(), "organisation": organisation.strip()[:200]}
            made = connection.execute(sa.insert(speaker).values(**values).returning(speaker.c.id))
            known[key] = made.scalar_one()
        connection.execute(sa.insert(link).values(item_id=item_id, speaker_id=known[key], position=0, part="speaker"))


def downgrade() -> None:
    _add("programme_item", sa.Column("speaker", sa.String(length=300), nullable=False, server_default=""))
    connection = op.get_bind()
    speaker = sa.table("speaker", *(sa.column(name) for name in ("id", "name", "role", "organisation")))
    link = sa.table("programme_item_speaker", *(sa.column(name) for name in ("item_id", "speaker_id", "position")))
    item = sa.table("programme_item", sa.column("id"), sa.column("speaker"))
    told: dict[int, list[str]] = {}
    found = sa.select(link.c.item_id, speaker.c.name, speaker.c.role, speaker.c.organisation)
    for item_id, *parts in connection.execute(
        found.join(speaker, speaker.c.id == link.c.speaker_id).order_by(link.c.item_id, link.c.position)
    ).all():
        told.setdefault(item_id, []).append(", ".join(part for part in parts if part))
    for item_id, names in told.items():
        connection.execute(sa.update(item).where(item.c.id == item_id).values(speaker="; ".join(names)[:300]))
    with op.batch_alter_table("programme_item", schema=None) as batch_op:
        batch_op.alter_column("speaker", server_default=None)
        for name in ("audience", "expected", "links", "status"):
            batch_op.drop_column(name)
    with op.batch_alter_table("programme_release", schema=None) as batch_op:
        batch_op.drop_column("note")
    with op.batch_alter_table("programme_day", schema=None) as batch_op:
        batch_op.drop_column("start")
        batch_op.drop_column("end")
    op.drop_table("programme_item_speaker")
    op.drop_table("speaker")
