"""Position groups with their grids, the prices that are watched for them, and the latest prices."""

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
_ENUMS = (_position_side, _group_status)


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


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_orders_book_id", table_name="orders")
    op.drop_index("ix_legs_group_id", table_name="legs")
    op.drop_table("legs")
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
    op.drop_table("last_prices")
    for kind in reversed(_ENUMS):
        kind.drop(op.get_bind())
