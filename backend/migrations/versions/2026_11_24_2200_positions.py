"""Position groups with their grids, price triggers, pool, queue, risk, versioned settings, the audit log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "positions"
down_revision = "signals"
branch_labels = None
depends_on = None

_market_type = postgresql.ENUM("spot", "usdm", name="market_type", create_type=False)
_environment = postgresql.ENUM("live", "testnet", "paper", name="environment", create_type=False)
_position_side = postgresql.ENUM("long", "short", name="position_side", create_type=False)
_group_status = postgresql.ENUM("open", "closing", "closed", "failed", name="group_status", create_type=False)
_queue_status = postgresql.ENUM(
    "queued", "promoted", "cancelled", "rejected", "expired", name="queue_status", create_type=False
)
_offset_status = postgresql.ENUM(
    "closing_winners", "closing_loser", "done", "aborted", name="offset_status", create_type=False
)
_ENUMS = (_position_side, _group_status, _queue_status, _offset_status)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    for kind in _ENUMS:
        kind.create(op.get_bind())
    op.create_table(
        "last_prices",
        sa.Column("venue", sa.String(length=40), nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("environment", _environment, nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("last", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("mark", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("venue", "market_type", "environment", "symbol", name=op.f("pk_last_prices")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_audit_entries_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["accounts.id"],
            name=op.f("fk_audit_entries_actor_id_accounts"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_account_id_at", "audit_entries", ["account_id", "at"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_id", "at"], unique=False)
    op.create_table(
        "configurations",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_configurations_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["accounts.id"],
            name=op.f("fk_configurations_author_id_accounts"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", "section", "version", name=op.f("pk_configurations")),
    )
    op.create_table(
        "pools",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_pools_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_pools")),
    )
    op.create_index(op.f("ix_pools_due_at"), "pools", ["due_at"], unique=False)
    op.create_table(
        "risk_engines",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Uuid(), nullable=True),
        sa.Column("stop_reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("loss_paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loss_paused", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("restarted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_risk_engines_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stopped_by"],
            ["accounts.id"],
            name=op.f("fk_risk_engines_stopped_by_accounts"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_risk_engines")),
    )
    op.create_index(op.f("ix_risk_engines_due_at"), "risk_engines", ["due_at"], unique=False)
    op.create_table(
        "dca_configs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("pair", sa.String(length=60), nullable=False),
        sa.Column("timeframe", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_dca_configs_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_dca_configs_key_id_exchange_keys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dca_configs")),
        sa.UniqueConstraint(
            "account_id",
            "pair",
            "timeframe",
            "key_id",
            name="uq_dca_configs_scope",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "position_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("venue", sa.String(length=40), nullable=False),
        sa.Column("environment", _environment, nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("timeframe", sa.Integer(), nullable=False),
        sa.Column("side", _position_side, nullable=False),
        sa.Column(
            "status",
            _group_status,
            server_default=sa.text("'open'"),
            nullable=False,
        ),
        sa.Column("strategy_id", sa.Uuid(), nullable=True),
        sa.Column("config_id", sa.Uuid(), nullable=True),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stop_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("is_manual", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "close_reason",
            sa.Enum(
                "signal",
                "take_profit",
                "stop_loss",
                "trailing",
                "risk_offset",
                "daily_loss",
                "manual",
                "reverse",
                "kill_switch",
                "never_filled",
                name="closereason",
                native_enum=False,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("close_note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("close_signal_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("closing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_position_groups_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["dca_configs.id"],
            name=op.f("fk_position_groups_config_id_dca_configs"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_position_groups_key_id_exchange_keys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_groups")),
    )
    op.create_index(
        "ix_position_groups_account_id_closed_at",
        "position_groups",
        ["account_id", "closed_at"],
        unique=False,
    )
    op.create_index(
        "ix_position_groups_account_id_status_created_at",
        "position_groups",
        ["account_id", "status", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_position_groups_due",
        "position_groups",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('open', 'closing') AND due_at IS NOT NULL"),
    )
    op.create_index(
        "uq_position_groups_active",
        "position_groups",
        ["account_id", "key_id", "symbol", "timeframe", "side"],
        unique=True,
        postgresql_where=sa.text("status IN ('open', 'closing')"),
    )
    op.create_table(
        "price_triggers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("venue", sa.String(length=40), nullable=False),
        sa.Column("environment", _environment, nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "entry",
                "leg_take_profit",
                "take_profit",
                "stop_loss",
                "trailing",
                "cancel_beyond",
                name="triggerkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("above", "below", name="direction", native_enum=False, length=10),
            nullable=False,
        ),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("trail_percent", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("extreme", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "armed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("fired_by", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_price_triggers_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["position_groups.id"],
            name=op.f("fk_price_triggers_group_id_position_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_triggers")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_price_triggers_kind_subject_id")),
    )
    op.create_index(
        "ix_price_triggers_armed",
        "price_triggers",
        ["venue", "environment", "market_type", "symbol"],
        unique=False,
        postgresql_where=sa.text("fired_at IS NULL"),
    )
    op.create_index("ix_price_triggers_group_id", "price_triggers", ["group_id"], unique=False)
    op.create_table(
        "pyramids",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=True),
        sa.Column("bar", sa.BigInteger(), nullable=True),
        sa.Column("entry_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("capital", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "close_reason",
            sa.Enum(
                "signal",
                "take_profit",
                "stop_loss",
                "trailing",
                "risk_offset",
                "daily_loss",
                "manual",
                "reverse",
                "kill_switch",
                "never_filled",
                name="closereason",
                native_enum=False,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("closing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_pyramids_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["position_groups.id"],
            name=op.f("fk_pyramids_group_id_position_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pyramids")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_pyramids_group_id_number")),
    )
    op.create_index("ix_pyramids_signal_id", "pyramids", ["signal_id"], unique=False)
    op.create_index(
        "uq_pyramids_bar",
        "pyramids",
        ["group_id", "bar"],
        unique=True,
        postgresql_where=sa.text("bar IS NOT NULL"),
    )
    op.create_table(
        "queue_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("timeframe", sa.Integer(), nullable=False),
        sa.Column("side", _position_side, nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=True),
        sa.Column("signal_id", sa.Uuid(), nullable=True),
        sa.Column("entry_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "status",
            _queue_status,
            server_default=sa.text("'queued'"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("replacements", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_continuation", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pinned", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "first_queued_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_queue_entries_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["position_groups.id"],
            name=op.f("fk_queue_entries_group_id_position_groups"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_queue_entries_key_id_exchange_keys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entries")),
    )
    op.create_index(
        "ix_queue_entries_account_id_status",
        "queue_entries",
        ["account_id", "status", "first_queued_at"],
        unique=False,
    )
    op.create_index("ix_queue_entries_signal_id", "queue_entries", ["signal_id"], unique=False)
    op.create_index(
        "uq_queue_entries_queued",
        "queue_entries",
        ["account_id", "key_id", "symbol", "timeframe", "side"],
        unique=True,
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_table(
        "risk_offsets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("loser_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            _offset_status,
            nullable=False,
        ),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needed", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("realised", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("loss", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_risk_offsets_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["loser_id"],
            ["position_groups.id"],
            name=op.f("fk_risk_offsets_loser_id_position_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_offsets")),
    )
    op.create_index(
        "ix_risk_offsets_account_id_created_at", "risk_offsets", ["account_id", "created_at"], unique=False
    )
    op.create_index(
        "uq_risk_offsets_running",
        "risk_offsets",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('closing_winners', 'closing_loser')"),
    )
    op.create_table(
        "risk_states",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("timer_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("skip_once", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_risk_states_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["position_groups.id"],
            name=op.f("fk_risk_states_group_id_position_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_risk_states")),
    )
    op.create_index(op.f("ix_risk_states_account_id"), "risk_states", ["account_id"], unique=False)
    op.create_table(
        "legs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("pyramid_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("weight", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("take_profit", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("amount", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("cost", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("is_market", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_held", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("closing_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_legs_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["position_groups.id"],
            name=op.f("fk_legs_group_id_position_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pyramid_id"], ["pyramids.id"], name=op.f("fk_legs_pyramid_id_pyramids"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legs")),
        sa.UniqueConstraint("pyramid_id", "number", name=op.f("uq_legs_pyramid_id_number")),
    )
    op.create_index("ix_legs_group_id", "legs", ["group_id"], unique=False)
    op.create_index("ix_orders_book_id", "orders", ["book_id"], unique=False)
    op.add_column(
        "strategies",
        sa.Column(
            "mode",
            sa.Enum("direct", "grid", name="strategymode", native_enum=False, length=10),
            server_default=sa.text("'direct'"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("strategies", "mode")
    op.drop_index("ix_orders_book_id", table_name="orders")
    op.drop_index("ix_legs_group_id", table_name="legs")
    op.drop_table("legs")
    op.drop_index(op.f("ix_risk_states_account_id"), table_name="risk_states")
    op.drop_table("risk_states")
    op.drop_index(
        "uq_risk_offsets_running",
        table_name="risk_offsets",
        postgresql_where=sa.text("status IN ('closing_winners', 'closing_loser')"),
    )
    op.drop_index("ix_risk_offsets_account_id_created_at", table_name="risk_offsets")
    op.drop_table("risk_offsets")
    op.drop_index(
        "uq_queue_entries_queued", table_name="queue_entries", postgresql_where=sa.text("status = 'queued'")
    )
    op.drop_index("ix_queue_entries_signal_id", table_name="queue_entries")
    op.drop_index("ix_queue_entries_account_id_status", table_name="queue_entries")
    op.drop_table("queue_entries")
    op.drop_index("uq_pyramids_bar", table_name="pyramids", postgresql_where=sa.text("bar IS NOT NULL"))
    op.drop_index("ix_pyramids_signal_id", table_name="pyramids")
    op.drop_table("pyramids")
    op.drop_index("ix_price_triggers_group_id", table_name="price_triggers")
    op.drop_index(
        "ix_price_triggers_armed", table_name="price_triggers", postgresql_where=sa.text("fired_at IS NULL")
    )
    op.drop_table("price_triggers")
    op.drop_index(
        "uq_position_groups_active",
        table_name="position_groups",
        postgresql_where=sa.text("status IN ('open', 'closing')"),
    )
    op.drop_index(
        "ix_position_groups_due",
        table_name="position_groups",
        postgresql_where=sa.text("status IN ('open', 'closing') AND due_at IS NOT NULL"),
    )
    op.drop_index("ix_position_groups_account_id_status_created_at", table_name="position_groups")
    op.drop_index("ix_position_groups_account_id_closed_at", table_name="position_groups")
    op.drop_table("position_groups")
    op.drop_table("dca_configs")
    op.drop_index(op.f("ix_risk_engines_due_at"), table_name="risk_engines")
    op.drop_table("risk_engines")
    op.drop_index(op.f("ix_pools_due_at"), table_name="pools")
    op.drop_table("pools")
    op.drop_table("configurations")
    op.drop_index("ix_audit_entries_subject", table_name="audit_entries")
    op.drop_index("ix_audit_entries_account_id_at", table_name="audit_entries")
    op.drop_table("audit_entries")
    op.drop_table("last_prices")
    for kind in reversed(_ENUMS):
        kind.drop(op.get_bind())
