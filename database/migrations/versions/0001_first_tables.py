"""first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database.base import Json
from database.types import Exact, UtcDateTime

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("sequence", name=op.f("uq_audit_entries_sequence")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_subject"), ["subject"], unique=False)

    op.create_table(
        "customers",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("class_code", sa.String(length=1), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.Column("discount_percent", sa.Integer(), nullable=False),
        sa.Column("owner_code", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("class_code IN ('A','B','C','D')", name=op.f("ck_customers_class_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("code", name=op.f("uq_customers_code")),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", Exact(), nullable=False),
        sa.Column("buffer", Exact(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rates")),
        sa.UniqueConstraint("currency", "day", name=op.f("uq_exchange_rates_currency_day")),
    )
    op.create_table(
        "failed_logins",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_logins")),
    )
    with op.batch_alter_table("failed_logins", schema=None) as batch_op:
        batch_op.create_index("ix_failed_logins_code_at", ["code", "at"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_number_series_last_positive")),
        sa.PrimaryKeyConstraint("prefix", "day", name=op.f("pk_number_series")),
    )
    op.create_table(
        "rate_cards",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("load_type", sa.String(length=3), nullable=False),
        sa.Column("origin", sa.String(length=5), nullable=False),
        sa.Column("destination", sa.String(length=5), nullable=False),
        sa.Column("carrier", sa.String(length=80), nullable=False),
        sa.Column("supplier", sa.String(length=80), nullable=False),
        sa.Column("contract_no", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("transit_days_min", sa.Integer(), nullable=True),
        sa.Column("transit_days_max", sa.Integer(), nullable=True),
        sa.Column("free_days", sa.Integer(), nullable=True),
        sa.Column("chargeable", Json, nullable=False),
        sa.Column("tariff", Json, nullable=False),
        sa.Column("notes", sa.String(length=1000), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("load_type IN ('', 'FCL', 'LCL', 'FTL', 'LTL')", name=op.f("ck_rate_cards_load_type")),
        sa.CheckConstraint("mode IN ('air', 'sea', 'rail', 'road', 'express')", name=op.f("ck_rate_cards_mode")),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_rate_cards_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_cards")),
        sa.UniqueConstraint("code", name=op.f("uq_rate_cards_code")),
    )
    with op.batch_alter_table("rate_cards", schema=None) as batch_op:
        batch_op.create_index("ix_rate_cards_lane", ["mode", "load_type", "origin", "destination"], unique=False)

    op.create_table(
        "staff",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("skills", Json, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("role IN ('agent','department','supervisor','trainer','admin')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("code", name=op.f("uq_staff_code")),
    )
    op.create_table(
        "contacts",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("honorific", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contacts_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("code", name=op.f("uq_contacts_code")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_phone"), ["phone"], unique=False)

    op.create_table(
        "rate_charges",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("container_type", sa.String(length=4), nullable=False),
        sa.Column("unit_price", Exact(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minimum", Exact(), nullable=True),
        sa.Column("maximum", Exact(), nullable=True),
        sa.Column("inclusion", sa.String(length=8), nullable=False),
        sa.Column("payable_at", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("inclusion IN ('priced', 'included', 'at_cost')", name=op.f("ck_rate_charges_inclusion")),
        sa.CheckConstraint("side IN ('origin', 'freight', 'destination')", name=op.f("ck_rate_charges_side")),
        sa.ForeignKeyConstraint(["card_id"], ["rate_cards.id"], name=op.f("fk_rate_charges_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_charges")),
    )
    with op.batch_alter_table("rate_charges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_charges_card_id"), ["card_id"], unique=False)

    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "channel_identities",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("bound_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_channel_identities_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_identities")),
        sa.UniqueConstraint("channel", "account", name=op.f("uq_channel_identities_channel_account")),
    )
    with op.batch_alter_table("channel_identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_identities_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "shipments",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("load_type", sa.String(length=3), nullable=True),
        sa.Column("origin_locode", sa.String(length=5), nullable=False),
        sa.Column("origin_name", sa.String(length=80), nullable=False),
        sa.Column("destination_locode", sa.String(length=5), nullable=False),
        sa.Column("destination_name", sa.String(length=80), nullable=False),
        sa.Column("shipper_name", sa.String(length=120), nullable=False),
        sa.Column("shipper_phone", sa.String(length=20), nullable=True),
        sa.Column("consignee_name", sa.String(length=120), nullable=False),
        sa.Column("consignee_phone", sa.String(length=20), nullable=True),
        sa.Column("carrier", sa.String(length=80), nullable=False),
        sa.Column("vessel", sa.String(length=120), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.Column("weight_kg", Exact(), nullable=True),
        sa.Column("volume_cbm", Exact(), nullable=True),
        sa.Column("commodity", sa.String(length=200), nullable=False),
        sa.Column("incoterm", sa.String(length=3), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_shipments_closed")),
        sa.CheckConstraint(
            "consignee_phone IS NULL OR consignee_phone LIKE '+%'", name=op.f("ck_shipments_consignee_phone")
        ),
        sa.CheckConstraint(
            "load_type IS NULL OR load_type IN ('FCL', 'FTL', 'LCL', 'LTL')", name=op.f("ck_shipments_load_type")
        ),
        sa.CheckConstraint("mode IN ('air', 'express', 'rail', 'road', 'sea')", name=op.f("ck_shipments_mode")),
        sa.CheckConstraint(
            "phase IN ('active', 'arrived', 'closed', 'delivered', 'exception', 'pre')", name=op.f("ck_shipments_phase")
        ),
        sa.CheckConstraint("shipper_phone IS NULL OR shipper_phone LIKE '+%'", name=op.f("ck_shipments_shipper_phone")),
        sa.CheckConstraint("pieces IS NULL OR pieces > 0", name=op.f("ck_shipments_pieces")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_shipments_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_shipments_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("code", name=op.f("uq_shipments_code")),
    )
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.create_index("ix_shipments_customer_newest", ["customer_id", "created_at"], unique=False)

    op.create_table(
        "dialogues",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["channel_identities.id"], name=op.f("fk_dialogues_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogues")),
    )
    with op.batch_alter_table("dialogues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dialogues_identity_id"), ["identity_id"], unique=False)

    op.create_table(
        "eta_estimates",
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("eta", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_eta_estimates_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eta_estimates")),
        sa.UniqueConstraint("shipment_id", "source", "eta", "created_at", name="uq_eta_estimates_natural"),
    )
    op.create_table(
        "milestone_events",
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("classifier", sa.String(length=3), nullable=False),
        sa.Column("event_time", UtcDateTime(), nullable=False),
        sa.Column("place_locode", sa.String(length=5), nullable=False),
        sa.Column("place_name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("raw_code", sa.String(length=40), nullable=False),
        sa.Column("raw_version", sa.String(length=20), nullable=False),
        sa.Column("delay_reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("retracted_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("classifier IN ('ACT', 'EST', 'PLN')", name=op.f("ck_milestone_events_classifier")),
        sa.CheckConstraint(
            "code IN ('accepted', 'arrived', 'available', 'booked', 'cancelled', 'collected', 'customs_hold', 'damaged', 'delayed', 'delivered', 'departed', 'discharged', 'empty_returned', 'export_cleared', 'import_cleared', 'import_clearing', 'loaded', 'missed_delivery', 'missing', 'offloaded', 'out_for_delivery', 'picked_up', 'pod_returned', 'refused', 'returned', 'returning', 'rolled', 'transit', 'warehouse_in')",
            name=op.f("ck_milestone_events_code"),
        ),
        sa.CheckConstraint(
            "delay_reason = '' OR delay_reason IN ('authorities', 'cargo_data', 'congestion', 'force_majeure', 'holiday', 'labour', 'special', 'terminal', 'unknown', 'vessel', 'weather')",
            name=op.f("ck_milestone_events_delay_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_milestone_events_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_events")),
        sa.UniqueConstraint(
            "shipment_id",
            "code",
            "classifier",
            "event_time",
            "place_locode",
            "source",
            name="uq_milestone_events_natural",
        ),
    )
    op.create_table(
        "shipment_references",
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('booking', 'container', 'express', 'hawb', 'hbl', 'mawb', 'mbl', 'order', 'rail', 'waybill')",
            name=op.f("ck_shipment_references_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_shipment_references_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_references")),
        sa.UniqueConstraint(
            "shipment_id", "kind", "number", name=op.f("uq_shipment_references_shipment_id_kind_number")
        ),
    )
    with op.batch_alter_table("shipment_references", schema=None) as batch_op:
        batch_op.create_index("ix_shipment_references_number", ["number"], unique=False)

    op.create_table(
        "update_subscriptions",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["channel_identities.id"], name=op.f("fk_update_subscriptions_identity_id")
        ),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_update_subscriptions_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_subscriptions")),
    )
    with op.batch_alter_table("update_subscriptions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_update_subscriptions_all",
            ["identity_id"],
            unique=True,
            sqlite_where=sa.text("shipment_id IS NULL"),
            postgresql_where=sa.text("shipment_id IS NULL"),
        )
        batch_op.create_index("uq_update_subscriptions_one", ["identity_id", "shipment_id"], unique=True)

    op.create_table(
        "access_attempts",
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("compared", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("NOT success OR compared", name=op.f("ck_access_attempts_success_was_compared")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_access_attempts_dialogue_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["channel_identities.id"], name=op.f("fk_access_attempts_identity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_attempts")),
        sa.UniqueConstraint(
            "dialogue_id", "turn_id", "reference", name=op.f("uq_access_attempts_dialogue_id_turn_id_reference")
        ),
    )
    with op.batch_alter_table("access_attempts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_access_attempts_failed_at",
            ["at"],
            unique=False,
            sqlite_where=sa.text("NOT success"),
            postgresql_where=sa.text("NOT success"),
        )
        batch_op.create_index("ix_access_attempts_identity_at", ["identity_id", "at"], unique=False)
        batch_op.create_index("ix_access_attempts_reference_at", ["reference", "at"], unique=False)

    op.create_table(
        "access_grants",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_access_grants_dialogue_id")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_access_grants_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grants")),
        sa.UniqueConstraint("dialogue_id", "shipment_id", name=op.f("uq_access_grants_dialogue_id_shipment_id")),
    )
    op.create_table(
        "complaint_cards",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("consequences", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=2), nullable=False),
        sa.Column("severity_reasons", Json, nullable=False),
        sa.Column("emotion", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("first_reply_due", UtcDateTime(), nullable=False),
        sa.Column("resolve_due", UtcDateTime(), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_complaint_cards_closed")),
        sa.CheckConstraint("emotion IN ('calm','annoyed','angry')", name=op.f("ck_complaint_cards_emotion")),
        sa.CheckConstraint("severity IN ('S1','S2','S3','S4')", name=op.f("ck_complaint_cards_severity")),
        sa.CheckConstraint(
            "state IN ('received','checking','acting','answered','closed')", name=op.f("ck_complaint_cards_state")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_complaint_cards_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_complaint_cards_customer_id")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_complaint_cards_dialogue_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_complaint_cards_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_cards")),
        sa.UniqueConstraint("dialogue_id", "turn_id", name=op.f("uq_complaint_cards_dialogue_id_turn_id")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_cards_number")),
    )
    with op.batch_alter_table("complaint_cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_cards_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_cards_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_cards_shipment_id"), ["shipment_id"], unique=False)
        batch_op.create_index("ix_complaint_cards_state_first_reply_due", ["state", "first_reply_due"], unique=False)

    op.create_table(
        "contact_requests",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_contact_requests_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_requests")),
        sa.UniqueConstraint(
            "dialogue_id", "turn_id", "kind", name=op.f("uq_contact_requests_dialogue_id_turn_id_kind")
        ),
    )
    with op.batch_alter_table("contact_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_requests_dialogue_id"), ["dialogue_id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("agent_code", sa.String(length=32), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("memory", Json, nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_customer_seq", sa.Integer(), nullable=False),
        sa.Column("handled_seq", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_message_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(status = 'with_agent') = (agent_code IS NOT NULL)", name=op.f("ck_conversations_agent")),
        sa.CheckConstraint(
            "status IN ('with_bot','waiting','with_agent','closed')", name=op.f("ck_conversations_status")
        ),
        sa.CheckConstraint(
            "handled_seq <= last_seq AND last_customer_seq <= last_seq", name=op.f("ck_conversations_seq")
        ),
        sa.ForeignKeyConstraint(["id"], ["dialogues.id"], name=op.f("fk_conversations_id")),
        sa.ForeignKeyConstraint(["identity_id"], ["channel_identities.id"], name=op.f("fk_conversations_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversations_identity_id"), ["identity_id"], unique=False)
        batch_op.create_index(
            "uq_conversations_open",
            ["identity_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        )

    op.create_table(
        "promises",
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("by_whom", sa.String(length=32), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_promises_settled")),
        sa.CheckConstraint("state IN ('open','kept','broken','cancelled')", name=op.f("ck_promises_state")),
        sa.CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name=op.f("ck_promises_subject")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_promises_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("dialogue_id", "turn_id", "kind", name=op.f("uq_promises_dialogue_id_turn_id_kind")),
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promises_dialogue_id"), ["dialogue_id"], unique=False)
        batch_op.create_index("ix_promises_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_promises_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "quotes",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("dialogue_id", sa.Uuid(), nullable=True),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("load_type", sa.String(length=3), nullable=False),
        sa.Column("origin", sa.String(length=5), nullable=False),
        sa.Column("destination", sa.String(length=5), nullable=False),
        sa.Column("request", Json, nullable=False),
        sa.Column("lines", Json, nullable=False),
        sa.Column("totals", Json, nullable=False),
        sa.Column("cny_total", Exact(), nullable=True),
        sa.Column("exchange", Json, nullable=False),
        sa.Column("valid_until", UtcDateTime(), nullable=True),
        sa.Column("transit_days_min", sa.Integer(), nullable=True),
        sa.Column("transit_days_max", sa.Integer(), nullable=True),
        sa.Column("free_days", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("answer_due_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'inquiring', 'priced', 'approval', 'sent', 'negotiating', 'accepted', 'converted', 'rejected', 'expired', 'superseded', 'no_service', 'cancelled')",
            name=op.f("ck_quotes_state"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_quotes_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_quotes_customer_id")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_quotes_dialogue_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["quotes.id"], name=op.f("fk_quotes_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("dialogue_id", "turn_id", name=op.f("uq_quotes_dialogue_id_turn_id")),
        sa.UniqueConstraint("number", name=op.f("uq_quotes_number")),
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotes_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_quotes_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quotes_dialogue_id"), ["dialogue_id"], unique=False)
        batch_op.create_index("ix_quotes_state_valid_until", ["state", "valid_until"], unique=False)

    op.create_table(
        "complaint_events",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("by_whom", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["complaint_cards.id"], name=op.f("fk_complaint_events_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_events")),
        sa.UniqueConstraint("card_id", "position", name=op.f("uq_complaint_events_card_id_position")),
        sa.UniqueConstraint("card_id", "turn_id", "what", name=op.f("uq_complaint_events_card_id_turn_id_what")),
    )
    with op.batch_alter_table("complaint_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_events_turn_id"), ["turn_id"], unique=False)

    op.create_table(
        "handoff_cases",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("packet", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("agent_code", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('waiting','claimed','closed')", name=op.f("ck_handoff_cases_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_handoff_cases_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_cases")),
    )
    with op.batch_alter_table("handoff_cases", schema=None) as batch_op:
        batch_op.create_index(
            "uq_handoff_cases_open",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )

    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("author_code", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(author = 'customer') = (external_id IS NOT NULL)", name=op.f("ck_messages_external_id")),
        sa.CheckConstraint("author IN ('customer','bot','agent','system')", name=op.f("ck_messages_author")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_messages_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_messages_channel_external_id")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_messages_conversation_id_seq")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_turn_id"), ["turn_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("dialogue_id", sa.Uuid(), nullable=True),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("held_from", sa.String(length=12), nullable=True),
        sa.Column("ready_date", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'confirmed', 'executing', 'delivered', 'completed', 'billed', 'closed', 'on_hold', 'cancelled')",
            name=op.f("ck_orders_state"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_orders_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_orders_customer_id")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_orders_dialogue_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_orders_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("dialogue_id", "turn_id", name=op.f("uq_orders_dialogue_id_turn_id")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_orders_quote_id")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_dialogue_id"), ["dialogue_id"], unique=False)

    op.create_table(
        "quote_costings",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("rate_card_code", sa.String(length=40), nullable=False),
        sa.Column("supplier", sa.String(length=80), nullable=False),
        sa.Column("cost_lines", Json, nullable=False),
        sa.Column("cost_totals", Json, nullable=False),
        sa.Column("margin", Exact(), nullable=False),
        sa.Column("approved_by", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_costings_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_costings")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_quote_costings_quote_id")),
    )
    op.create_table(
        "quote_events",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_events_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_events")),
        sa.UniqueConstraint("quote_id", "position", name=op.f("uq_quote_events_quote_id_position")),
    )
    with op.batch_alter_table("quote_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_events_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=False),
        sa.Column("parse", Json, nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('open','answered','dropped','to_person','failed')", name=op.f("ck_turns_state")),
        sa.CheckConstraint("first_seq <= last_seq", name=op.f("ck_turns_seq")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_turns_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint("conversation_id", "first_seq", name=op.f("uq_turns_conversation_id_first_seq")),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(
            "uq_turns_open",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "buttons",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_buttons_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_buttons_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buttons")),
    )
    with op.batch_alter_table("buttons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buttons_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_buttons_message_id"), ["message_id"], unique=False)

    op.create_table(
        "department_tasks",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("dialogue_id", sa.Uuid(), nullable=True),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=500), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "department IN ('service', 'service_lead', 'operations', 'dispatch', 'warehouse', 'customs', 'international', 'finance', 'claims', 'management')",
            name=op.f("ck_department_tasks_department"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'done', 'rejected', 'escalated')", name=op.f("ck_department_tasks_state")
        ),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_department_tasks_dialogue_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_department_tasks_order_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_department_tasks_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_tasks")),
        sa.UniqueConstraint(
            "dialogue_id", "turn_id", "kind", name=op.f("uq_department_tasks_dialogue_id_turn_id_kind")
        ),
    )
    with op.batch_alter_table("department_tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_tasks_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_department_tasks_queue", ["department", "state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_department_tasks_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "order_events",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_events_order_id_position")),
    )
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_events_order_id"), ["order_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('pending','sent','failed')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_outbox_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_outbox_due", ["state", "channel", "due_at"], unique=False)

    _make_messages_immutable()


def _make_messages_immutable() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER messages_are_immutable BEFORE UPDATE ON messages "
            "BEGIN SELECT RAISE(ABORT, 'a message is never changed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_message_change() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'a message is never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER messages_are_immutable BEFORE UPDATE ON messages "
        "FOR EACH ROW EXECUTE FUNCTION refuse_message_change()"
    )


def downgrade() -> None:
    """Takes it back."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_due")
        batch_op.drop_index(batch_op.f("ix_outbox_conversation_id"))

    op.drop_table("outbox")
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_events_order_id"))

    op.drop_table("order_events")
    with op.batch_alter_table("department_tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_tasks_quote_id"))
        batch_op.drop_index("ix_department_tasks_queue")
        batch_op.drop_index(batch_op.f("ix_department_tasks_order_id"))

    op.drop_table("department_tasks")
    with op.batch_alter_table("buttons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_buttons_message_id"))
        batch_op.drop_index(batch_op.f("ix_buttons_conversation_id"))

    op.drop_table("buttons")
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_turns_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )

    op.drop_table("turns")
    with op.batch_alter_table("quote_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_events_quote_id"))

    op.drop_table("quote_events")
    op.drop_table("quote_costings")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_dialogue_id"))
        batch_op.drop_index(batch_op.f("ix_orders_customer_id"))
        batch_op.drop_index(batch_op.f("ix_orders_created_at"))

    op.drop_table("orders")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_turn_id"))

    op.drop_table("messages")
    with op.batch_alter_table("handoff_cases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handoff_cases_open",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )

    op.drop_table("handoff_cases")
    with op.batch_alter_table("complaint_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_events_turn_id"))

    op.drop_table("complaint_events")
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.drop_index("ix_quotes_state_valid_until")
        batch_op.drop_index(batch_op.f("ix_quotes_dialogue_id"))
        batch_op.drop_index(batch_op.f("ix_quotes_customer_id"))
        batch_op.drop_index(batch_op.f("ix_quotes_created_at"))

    op.drop_table("quotes")
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_index("ix_promises_subject")
        batch_op.drop_index("ix_promises_state_due_at")
        batch_op.drop_index(batch_op.f("ix_promises_dialogue_id"))

    op.drop_table("promises")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_conversations_open",
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_conversations_identity_id"))

    op.drop_table("conversations")
    with op.batch_alter_table("contact_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_requests_dialogue_id"))

    op.drop_table("contact_requests")
    with op.batch_alter_table("complaint_cards", schema=None) as batch_op:
        batch_op.drop_index("ix_complaint_cards_state_first_reply_due")
        batch_op.drop_index(batch_op.f("ix_complaint_cards_shipment_id"))
        batch_op.drop_index(batch_op.f("ix_complaint_cards_customer_id"))
        batch_op.drop_index(batch_op.f("ix_complaint_cards_contact_id"))

    op.drop_table("complaint_cards")
    op.drop_table("access_grants")
    with op.batch_alter_table("access_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_access_attempts_reference_at")
        batch_op.drop_index("ix_access_attempts_identity_at")
        batch_op.drop_index(
            "ix_access_attempts_failed_at", sqlite_where=sa.text("NOT success"), postgresql_where=sa.text("NOT success")
        )

    op.drop_table("access_attempts")
    with op.batch_alter_table("update_subscriptions", schema=None) as batch_op:
        batch_op.drop_index("uq_update_subscriptions_one")
        batch_op.drop_index(
            "uq_update_subscriptions_all",
            sqlite_where=sa.text("shipment_id IS NULL"),
            postgresql_where=sa.text("shipment_id IS NULL"),
        )

    op.drop_table("update_subscriptions")
    with op.batch_alter_table("shipment_references", schema=None) as batch_op:
        batch_op.drop_index("ix_shipment_references_number")

    op.drop_table("shipment_references")
    op.drop_table("milestone_events")
    op.drop_table("eta_estimates")
    with op.batch_alter_table("dialogues", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dialogues_identity_id"))

    op.drop_table("dialogues")
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.drop_index("ix_shipments_customer_newest")

    op.drop_table("shipments")
    with op.batch_alter_table("channel_identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_identities_contact_id"))

    op.drop_table("channel_identities")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_staff_id"))

    op.drop_table("staff_sessions")
    with op.batch_alter_table("rate_charges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_charges_card_id"))

    op.drop_table("rate_charges")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_phone"))
        batch_op.drop_index(batch_op.f("ix_contacts_email"))
        batch_op.drop_index(batch_op.f("ix_contacts_customer_id"))

    op.drop_table("contacts")
    op.drop_table("staff")
    with op.batch_alter_table("rate_cards", schema=None) as batch_op:
        batch_op.drop_index("ix_rate_cards_lane")

    op.drop_table("rate_cards")
    op.drop_table("number_series")
    with op.batch_alter_table("failed_logins", schema=None) as batch_op:
        batch_op.drop_index("ix_failed_logins_code_at")

    op.drop_table("failed_logins")
    op.drop_table("exchange_rates")
    op.drop_table("customers")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject"))

    op.drop_table("audit_entries")
    op.drop_table("api_keys")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_message_change()")
