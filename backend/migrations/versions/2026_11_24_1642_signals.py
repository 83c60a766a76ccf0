"""Strategies and the signals that came in for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "signals"
down_revision = "orders"
branch_labels = None
depends_on = None

_market_type = postgresql.ENUM("spot", "usdm", name="market_type", create_type=False)
_order_type = postgresql.ENUM("market", "limit", name="order_type", create_type=False)
_amount_unit = postgresql.ENUM("base", "quote", "contracts", "percent", name="amount_unit", create_type=False)
_signal_status = postgresql.ENUM(
    "received", "claimed", "executing", "done", name="signal_status", create_type=False
)
_ENUMS = (
    _amount_unit,
    _signal_status,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    for kind in _ENUMS:
        kind.create(op.get_bind())
    op.create_table(
        "strategies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("require_secret", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("require_signature", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "allowed_addresses",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("order_type", _order_type, nullable=False),
        sa.Column("amount", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("amount_unit", _amount_unit, server_default=sa.text("'quote'"), nullable=False),
        sa.Column("max_cost", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("max_lag_seconds", sa.Integer(), nullable=True),
        sa.Column("expected_every_seconds", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_strategies_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_strategies_key_id_exchange_keys"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategies")),
    )
    op.create_index(
        "uq_strategies_default",
        "strategies",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("is_default AND archived_at IS NULL"),
    )
    op.create_index(
        "uq_strategies_name",
        "strategies",
        ["account_id", "name"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index("uq_strategies_token_digest", "strategies", ["token_digest"], unique=True)
    op.create_table(
        "signals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("status", _signal_status, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("lane", sa.String(length=120), nullable=False),
        sa.Column("dedup_key", sa.LargeBinary(), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=100), server_default=sa.text("''"), nullable=False),
        sa.Column("address", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("alert", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repeats", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replay_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_signals_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_signals_key_id_exchange_keys"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["replay_of"], ["signals.id"], name=op.f("fk_signals_replay_of_signals"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["strategy_id"],
            ["strategies.id"],
            name=op.f("fk_signals_strategy_id_strategies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    op.create_index(
        "ix_signals_account_id_received_at", "signals", ["account_id", "received_at"], unique=False
    )
    op.create_index(
        "ix_signals_body_hash", "signals", ["strategy_id", "body_hash", "received_at"], unique=False
    )
    op.create_index(
        "ix_signals_open",
        "signals",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('claimed', 'executing')"),
    )
    op.create_index(
        "ix_signals_queue",
        "signals",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("status = 'received'"),
    )
    op.create_index(
        "ix_signals_strategy_id_received_at", "signals", ["strategy_id", "received_at"], unique=False
    )
    op.create_index(
        "uq_signals_dedup_key",
        "signals",
        ["strategy_id", "dedup_key"],
        unique=True,
        postgresql_where=sa.text("dedup_key IS NOT NULL"),
    )
    op.create_index(
        "uq_signals_lane", "signals", ["lane"], unique=True, postgresql_where=sa.text("status = 'claimed'")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("uq_signals_lane", table_name="signals", postgresql_where=sa.text("status = 'claimed'"))
    op.drop_index(
        "uq_signals_dedup_key", table_name="signals", postgresql_where=sa.text("dedup_key IS NOT NULL")
    )
    op.drop_index("ix_signals_strategy_id_received_at", table_name="signals")
    op.drop_index("ix_signals_queue", table_name="signals", postgresql_where=sa.text("status = 'received'"))
    op.drop_index(
        "ix_signals_open",
        table_name="signals",
        postgresql_where=sa.text("status IN ('claimed', 'executing')"),
    )
    op.drop_index("ix_signals_body_hash", table_name="signals")
    op.drop_index("ix_signals_account_id_received_at", table_name="signals")
    op.drop_table("signals")
    op.drop_index("uq_strategies_token_digest", table_name="strategies")
    op.drop_index(
        "uq_strategies_name", table_name="strategies", postgresql_where=sa.text("archived_at IS NULL")
    )
    op.drop_index(
        "uq_strategies_default",
        table_name="strategies",
        postgresql_where=sa.text("is_default AND archived_at IS NULL"),
    )
    op.drop_table("strategies")
    for kind in reversed(_ENUMS):
        kind.drop(op.get_bind())
