"""Orders with their steps and fills, watches of keys, tickets, the kill switch."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "orders"
down_revision = "exchange_keys"
branch_labels = None
depends_on = None

_market_type = postgresql.ENUM("spot", "usdm", name="market_type", create_type=False)
_order_purpose = postgresql.ENUM("entry", "exit", name="order_purpose", create_type=False)
_order_side = postgresql.ENUM("buy", "sell", name="order_side", create_type=False)
_order_type = postgresql.ENUM("market", "limit", name="order_type", create_type=False)
_time_in_force = postgresql.ENUM("gtc", "ioc", "fok", "post_only", name="time_in_force", create_type=False)
_order_status = postgresql.ENUM(
    "new",
    "sending",
    "open",
    "partially_filled",
    "filled",
    "cancelled",
    "rejected",
    "unknown",
    name="order_status",
    create_type=False,
)
_ticket_status = postgresql.ENUM(
    "open", "adopted", "ignored", "closed", "resolved", name="ticket_status", create_type=False
)
_ENUMS = (
    _order_purpose,
    _order_side,
    _order_type,
    _time_in_force,
    _order_status,
    _ticket_status,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    for kind in _ENUMS:
        kind.create(op.get_bind())
    op.create_table(
        "halts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("flatten", sa.Boolean(), nullable=False),
        sa.Column("engaged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "proof",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_halts_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_account_id"],
            ["accounts.id"],
            name=op.f("fk_halts_by_account_id_accounts"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halts")),
    )
    op.create_index(
        "uq_halts_active",
        "halts",
        ["account_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "key_watches",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sweep_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("stream_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stream_heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "balances",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "positions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "suspects",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_key_watches_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_key_watches_key_id_exchange_keys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_watches")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("book_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("leg", sa.String(length=40), nullable=False),
        sa.Column("purpose", _order_purpose, nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("side", _order_side, nullable=False),
        sa.Column("type", _order_type, nullable=False),
        sa.Column("time_in_force", _time_in_force, nullable=True),
        sa.Column("amount", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("cost", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("reduce_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("status", _order_status, nullable=False),
        sa.Column("venue_order_id", sa.String(length=80), nullable=True),
        sa.Column("filled", sa.Numeric(precision=38, scale=18), server_default=sa.text("0"), nullable=False),
        sa.Column("average", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("fills_complete", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unknown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_orders_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["exchange_keys.id"], name=op.f("fk_orders_key_id_exchange_keys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("client_id", name=op.f("uq_orders_client_id")),
        sa.UniqueConstraint("origin", "origin_id", "leg", name=op.f("uq_orders_origin_origin_id_leg")),
    )
    op.create_index("ix_orders_account_id_created_at", "orders", ["account_id", "created_at"], unique=False)
    op.create_index(
        "ix_orders_incomplete",
        "orders",
        ["key_id"],
        unique=False,
        postgresql_where=sa.text("NOT fills_complete"),
    )
    op.create_index("ix_orders_key_id_venue_order_id", "orders", ["key_id", "venue_order_id"], unique=False)
    op.create_index(
        "ix_orders_live",
        "orders",
        ["key_id", "symbol"],
        unique=False,
        postgresql_where=sa.text("status IN ('new', 'sending', 'unknown', 'open', 'partially_filled')"),
    )
    op.create_index(
        "ix_orders_queue", "orders", ["created_at"], unique=False, postgresql_where=sa.text("status = 'new'")
    )
    op.create_index(
        "ix_orders_unsettled",
        "orders",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status IN ('sending', 'unknown')"),
    )
    op.create_index(
        "uq_orders_one_sending",
        "orders",
        ["key_id", "symbol"],
        unique=True,
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", _ticket_status, server_default=sa.text("'open'"), nullable=False),
        sa.Column("requested", sa.String(length=10), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_tickets_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["exchange_keys.id"], name=op.f("fk_tickets_key_id_exchange_keys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    op.create_index("ix_tickets_account_id_created_at", "tickets", ["account_id", "created_at"], unique=False)
    op.create_index(
        "uq_tickets_open",
        "tickets",
        ["key_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "fills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("book_id", sa.Uuid(), nullable=True),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("trade_id", sa.String(length=80), nullable=False),
        sa.Column("venue_order_id", sa.String(length=80), nullable=False),
        sa.Column("side", _order_side, nullable=False),
        sa.Column("amount", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("cost", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("fee_amount", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("fee_asset", sa.String(length=30), nullable=True),
        sa.Column("is_maker", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("traded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_fills_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["exchange_keys.id"], name=op.f("fk_fills_key_id_exchange_keys"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_fills_order_id_orders"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fills")),
        sa.UniqueConstraint("key_id", "symbol", "trade_id", name=op.f("uq_fills_key_id_symbol_trade_id")),
    )
    op.create_index("ix_fills_account_id_traded_at", "fills", ["account_id", "traded_at"], unique=False)
    op.create_index("ix_fills_book_id", "fills", ["book_id", "key_id", "symbol"], unique=False)
    op.create_index("ix_fills_order_id", "fills", ["order_id"], unique=False)
    op.create_table(
        "order_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_steps_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_steps")),
    )
    op.create_index("ix_order_steps_order_id_at", "order_steps", ["order_id", "at"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_order_steps_order_id_at", table_name="order_steps")
    op.drop_table("order_steps")
    op.drop_index("ix_fills_order_id", table_name="fills")
    op.drop_index("ix_fills_book_id", table_name="fills")
    op.drop_index("ix_fills_account_id_traded_at", table_name="fills")
    op.drop_table("fills")
    op.drop_index("uq_tickets_open", table_name="tickets", postgresql_where=sa.text("status = 'open'"))
    op.drop_index("ix_tickets_account_id_created_at", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index(
        "uq_orders_one_sending", table_name="orders", postgresql_where=sa.text("status = 'sending'")
    )
    op.drop_index(
        "ix_orders_unsettled",
        table_name="orders",
        postgresql_where=sa.text("status IN ('sending', 'unknown')"),
    )
    op.drop_index("ix_orders_queue", table_name="orders", postgresql_where=sa.text("status = 'new'"))
    op.drop_index(
        "ix_orders_live",
        table_name="orders",
        postgresql_where=sa.text("status IN ('new', 'sending', 'unknown', 'open', 'partially_filled')"),
    )
    op.drop_index("ix_orders_key_id_venue_order_id", table_name="orders")
    op.drop_index("ix_orders_incomplete", table_name="orders", postgresql_where=sa.text("NOT fills_complete"))
    op.drop_index("ix_orders_account_id_created_at", table_name="orders")
    op.drop_table("orders")
    op.drop_table("key_watches")
    op.drop_index(
        "uq_halts_active",
        table_name="halts",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_table("halts")
    for kind in reversed(_ENUMS):
        kind.drop(op.get_bind())
