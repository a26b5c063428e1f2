"""complaints from the first word to the last: pauses, changes, remedies, surveys, evidence, alerts, follow-up sheets"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

from database.base import Json
from database.types import Exact, UtcDateTime

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CARD_COLUMNS: Sequence[Callable[[], "sa.Column[object]"]] = (
    lambda: sa.Column("accused", Json, server_default="[]", nullable=False),
    lambda: sa.Column("level", sa.Integer(), server_default="0", nullable=False),
    lambda: sa.Column("told_at", UtcDateTime(), nullable=True),
    lambda: sa.Column("result", sa.Text(), server_default="", nullable=False),
    lambda: sa.Column("root_cause", sa.Text(), server_default="", nullable=False),
    lambda: sa.Column("cause_department", sa.String(length=32), server_default="", nullable=False),
    lambda: sa.Column("prevention", sa.Text(), server_default="", nullable=False),
    lambda: sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
    lambda: sa.Column("answered_at", UtcDateTime(), nullable=True),
)


def upgrade() -> None:
    """Applies the change."""
    _complaints()
    _alerts()
    _files()
    _promises()
    _surveys()
    _three_changes()
    _remedies_and_claims()
    _follow_ups()


def downgrade() -> None:
    """Takes the change back."""
    op.drop_table("follow_up_sheets")
    for table in ("claim_documents", "claim_files", "remedy_tasks", "complaint_remedies"):
        op.drop_table(table)
    for table in ("appointments", "complaint_moves", "staff_shifts"):
        op.drop_table(table)
    op.drop_table("surveys")
    op.drop_table("complaint_evidence")
    op.drop_table("stored_files")
    op.drop_index("uq_promises_replaces_id", table_name="promises")
    for name in ("replaces_id", "told_late_at", "round_the_clock"):
        op.drop_column("promises", name)
    op.drop_table("staff_alerts")
    op.drop_table("complaint_pauses")
    for column in reversed(CARD_COLUMNS):
        op.drop_column("complaint_cards", column().name)


def _complaints() -> None:
    for column in CARD_COLUMNS:
        op.add_column("complaint_cards", column())
    # Until now every customer was given the number at once.
    op.execute("UPDATE complaint_cards SET told_at = created_at")
    op.create_table(
        "complaint_pauses",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_complaint_pauses_span")),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_complaint_pauses_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_pauses")),
    )
    op.create_index(op.f("ix_complaint_pauses_card_id"), "complaint_pauses", ["card_id"], unique=False)
    op.create_index(
        "uq_complaint_pauses_open",
        "complaint_pauses",
        ["card_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _alerts() -> None:
    op.create_table(
        "staff_alerts",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("to_staff", sa.String(length=32), nullable=False),
        sa.Column("to_department", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("seen_by", sa.String(length=32), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("to_staff <> '' OR to_department <> ''", name=op.f("ck_staff_alerts_addressee")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_staff_alerts_seen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_alerts_key")),
    )
    op.create_index("ix_staff_alerts_staff", "staff_alerts", ["to_staff", "seen_at"], unique=False)
    op.create_index("ix_staff_alerts_department", "staff_alerts", ["to_department", "seen_at"], unique=False)


def _promises() -> None:
    op.create_index("ix_staff_alerts_subject", "staff_alerts", ["subject_kind", "subject_id"], unique=False)
    op.add_column("promises", sa.Column("round_the_clock", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("promises", sa.Column("told_late_at", UtcDateTime(), nullable=True))
    op.add_column("promises", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.create_index("uq_promises_replaces_id", "promises", ["replaces_id"], unique=True)


def _files() -> None:
    op.create_table(
        "stored_files",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_files_size")),
        sa.ForeignKeyConstraint(["identity_id"], ["channel_identities.id"], name=op.f("fk_stored_files_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
    )
    op.create_index("ix_stored_files_identity_id_created_at", "stored_files", ["identity_id", "created_at"])
    op.create_index(op.f("ix_stored_files_sha256"), "stored_files", ["sha256"], unique=False)
    op.create_table(
        "complaint_evidence",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("by_whom", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_complaint_evidence_card_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_complaint_evidence_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_evidence")),
        sa.UniqueConstraint("card_id", "file_id", name=op.f("uq_complaint_evidence_card_id_file_id")),
    )
    op.create_index(op.f("ix_complaint_evidence_file_id"), "complaint_evidence", ["file_id"], unique=False)


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("told_for", UtcDateTime(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name=op.f("ck_surveys_score")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (solved IS NULL AND score IS NULL)", name=op.f("ck_surveys_answered")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_surveys_card_id")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_surveys_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("card_id", name=op.f("uq_surveys_card_id")),
    )
    op.create_index("ix_surveys_dialogue_id_asked_at", "surveys", ["dialogue_id", "asked_at"], unique=False)


def _three_changes() -> None:
    op.create_table(
        "staff_shifts",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("planned_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_staff_shifts_span")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_shifts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_shifts")),
    )
    op.create_index("ix_staff_shifts_staff_id_starts_at", "staff_shifts", ["staff_id", "starts_at"], unique=False)
    op.create_index("ix_staff_shifts_ends_at", "staff_shifts", ["ends_at"], unique=False)
    op.create_table(
        "complaint_moves",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("occasion", sa.String(length=64), nullable=False),
        sa.Column("from_staff", sa.String(length=32), nullable=True),
        sa.Column("to_staff", sa.String(length=32), nullable=True),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("at_time", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('person','place','time')", name=op.f("ck_complaint_moves_kind")),
        sa.CheckConstraint(
            "state IN ('proposed','done','declined','cancelled')", name=op.f("ck_complaint_moves_state")
        ),
        sa.CheckConstraint("(state = 'proposed') = (settled_at IS NULL)", name=op.f("ck_complaint_moves_settled")),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_complaint_moves_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_moves")),
        sa.UniqueConstraint(
            "card_id",
            "kind",
            "trigger",
            "occasion",
            name=op.f("uq_complaint_moves_card_id_kind_trigger_occasion"),
        ),
    )
    op.create_index("ix_complaint_moves_state", "complaint_moves", ["state", "created_at"], unique=False)
    _appointments()


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("staff_code", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('planned','kept','missed','cancelled')", name=op.f("ck_appointments_state")),
        sa.CheckConstraint("way IN ('call','visit','office','chat')", name=op.f("ck_appointments_way")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointments_span")),
        sa.CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name=op.f("ck_appointments_settled")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_appointments_dialogue_id")),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_appointments_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    for column in ("dialogue_id", "card_id"):
        op.create_index(op.f(f"ix_appointments_{column}"), "appointments", [column], unique=False)
    op.create_index("ix_appointments_starts_at", "appointments", ["starts_at"], unique=False)
    op.create_index(
        "uq_appointments_planned",
        "appointments",
        ["staff_code", "starts_at"],
        unique=True,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )


def _remedies_and_claims() -> None:
    op.create_table(
        "complaint_remedies",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", Exact(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value_cny", Exact(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=300), nullable=False),
        sa.Column("result", sa.String(length=500), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(amount IS NULL) = (currency = '')", name=op.f("ck_complaint_remedies_currency")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by = '')", name=op.f("ck_complaint_remedies_decided")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (state IN ('proposed','awaiting_approval'))",
            name=op.f("ck_complaint_remedies_decided_state"),
        ),
        sa.CheckConstraint(
            "kind IN ('voucher', 'credit_note', 'free_storage', 'redelivery', 'priority', 'search', 'repair', 'bill_check', 'apology_call', 'claim_file')",
            name=op.f("ck_complaint_remedies_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'awaiting_approval', 'approved', 'refused', 'carried_out', 'failed')",
            name=op.f("ck_complaint_remedies_state"),
        ),
        sa.CheckConstraint("(amount IS NULL) = (value_cny IS NULL)", name=op.f("ck_complaint_remedies_value")),
        sa.CheckConstraint("days IS NULL OR days > 0", name=op.f("ck_complaint_remedies_days")),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_complaint_remedies_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_remedies")),
    )
    op.create_index(op.f("ix_complaint_remedies_card_id"), "complaint_remedies", ["card_id"], unique=False)
    op.create_index("ix_complaint_remedies_state", "complaint_remedies", ["state"], unique=False)
    op.create_table(
        "remedy_tasks",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("remedy_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["remedy_id"], ["complaint_remedies.id"], name=op.f("fk_remedy_tasks_remedy_id")),
        sa.ForeignKeyConstraint(["task_id"], ["department_tasks.id"], name=op.f("fk_remedy_tasks_task_id")),
        sa.PrimaryKeyConstraint("task_id", "remedy_id", name=op.f("pk_remedy_tasks")),
    )
    op.create_index(op.f("ix_remedy_tasks_remedy_id"), "remedy_tasks", ["remedy_id"], unique=False)
    op.create_table(
        "claim_files",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("regime", sa.String(length=20), nullable=False),
        sa.Column("trouble", sa.String(length=8), nullable=False),
        sa.Column("container", sa.Boolean(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("at_disposal_on", sa.Date(), nullable=True),
        sa.Column("facts_by", sa.String(length=32), nullable=False),
        sa.Column("notice_by", sa.Date(), nullable=True),
        sa.Column("notice_given_on", sa.Date(), nullable=True),
        sa.Column("notice_given_by", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(notice_given_on IS NULL) = (notice_given_by = '')", name=op.f("ck_claim_files_given")),
        sa.CheckConstraint(
            "(state IN ('settled','refused')) = (ended_at IS NOT NULL)", name=op.f("ck_claim_files_ended")
        ),
        sa.CheckConstraint(
            "regime IN ('montreal', 'hague_visby', 'china_maritime', 'cmr', 'rail_international', 'china_rail', 'china_road', 'china_express', 'china_air', 'undetermined')",
            name=op.f("ck_claim_files_regime"),
        ),
        sa.CheckConstraint(
            "state IN ('collecting', 'complete', 'submitted', 'settled', 'refused')", name=op.f("ck_claim_files_state")
        ),
        sa.CheckConstraint("trouble IN ('visible', 'hidden', 'delay', 'lost')", name=op.f("ck_claim_files_trouble")),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_claim_files_card_id")),
        sa.ForeignKeyConstraint(["task_id"], ["department_tasks.id"], name=op.f("fk_claim_files_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_files")),
        sa.UniqueConstraint("card_id", name=op.f("uq_claim_files_card_id")),
    )
    op.create_index("ix_claim_files_state", "claim_files", ["state", "notice_by"], unique=False)
    op.create_table(
        "claim_documents",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("received_by", sa.String(length=32), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(received_at IS NULL) = (received_by = '')", name=op.f("ck_claim_documents_received")),
        sa.ForeignKeyConstraint(["file_id"], ["claim_files.id"], name=op.f("fk_claim_documents_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_documents")),
        sa.UniqueConstraint("file_id", "code", name=op.f("uq_claim_documents_file_id_code")),
    )


def _follow_ups() -> None:
    op.create_table(
        "follow_up_sheets",
        sa.Column("moment", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_number", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "moment IN ('delivered','quote_unanswered','complaint_closed','first_shipment')",
            name=op.f("ck_follow_up_sheets_moment"),
        ),
        sa.CheckConstraint("state IN ('open','done','dropped')", name=op.f("ck_follow_up_sheets_state")),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_follow_up_sheets_settled")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_follow_up_sheets_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_follow_up_sheets_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_sheets")),
        sa.UniqueConstraint("moment", "subject_id", name=op.f("uq_follow_up_sheets_moment_subject_id")),
    )
    op.create_index(op.f("ix_follow_up_sheets_customer_id"), "follow_up_sheets", ["customer_id"], unique=False)
    op.create_index("ix_follow_up_sheets_state_due_at", "follow_up_sheets", ["state", "due_at"], unique=False)
