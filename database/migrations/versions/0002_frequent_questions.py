"""answers to frequent questions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database.base import Json
from database.types import UtcDateTime

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "faq_answers",
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= as_of", name=op.f("ck_faq_answers_valid_until")),
        sa.CheckConstraint("version > 0", name=op.f("ck_faq_answers_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_answers")),
        sa.UniqueConstraint("label", "version", name=op.f("uq_faq_answers_label_version")),
    )
    op.create_table(
        "faq_askings",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("others", Json, nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_faq_askings_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_askings")),
        sa.UniqueConstraint("dialogue_id", "label", name=op.f("uq_faq_askings_dialogue_id_label")),
    )
    with op.batch_alter_table("faq_askings", schema=None) as batch_op:
        batch_op.create_index("ix_faq_askings_label_version", ["label", "version"], unique=False)


def downgrade() -> None:
    """Takes the change back."""
    with op.batch_alter_table("faq_askings", schema=None) as batch_op:
        batch_op.drop_index("ix_faq_askings_label_version")

    op.drop_table("faq_askings")
    op.drop_table("faq_answers")
