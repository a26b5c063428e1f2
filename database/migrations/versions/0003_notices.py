"""what accounts were told of its own accord"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database.types import UtcDateTime

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LOOKED_UP = (
    ("milestone_events", "ix_milestone_events_news", ("shipment_id", "created_at")),
    ("eta_estimates", "ix_eta_estimates_news", ("shipment_id", "created_at")),
    ("quote_events", "ix_quote_events_at", ("at",)),
)
"""Table, index, columns: looking for what is new reads only the last days."""


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "notices",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("source IN ('event','estimate','quote')", name=op.f("ck_notices_source")),
        sa.ForeignKeyConstraint(["identity_id"], ["channel_identities.id"], name=op.f("fk_notices_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("identity_id", "source", "source_id", name=op.f("uq_notices_identity_id_source_source_id")),
    )
    # Outside a batch, which would make the table anew and lose the conditions of its indexes.
    op.add_column(
        "update_subscriptions", sa.Column("reference", sa.String(length=40), server_default="", nullable=False)
    )
    for table, index, columns in LOOKED_UP:
        op.create_index(index, table, list(columns), unique=False)


def downgrade() -> None:
    """Takes the change back."""
    for table, index, _ in reversed(LOOKED_UP):
        op.drop_index(index, table_name=table)
    op.drop_column("update_subscriptions", "reference")
    op.drop_table("notices")
