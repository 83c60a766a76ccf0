"""Exchange keys, markets of venues, and how far events were delivered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "exchange_keys"
down_revision = "scripts"
branch_labels = None
depends_on = None

_market_type = postgresql.ENUM("spot", "usdm", name="market_type", create_type=False)
_environment = postgresql.ENUM("live", "testnet", "paper", name="environment", create_type=False)
_key_status = postgresql.ENUM(
    "provisioning", "checking", "ready", "refused", "unreachable", name="key_status", create_type=False
)
_ENUMS = (
    _market_type,
    _environment,
    _key_status,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    for kind in _ENUMS:
        kind.create(op.get_bind())
    op.create_table(
        "market_catalogs",
        sa.Column("venue", sa.String(length=40), nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("environment", _environment, nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("venue", "market_type", "environment", name=op.f("pk_market_catalogs")),
    )
    op.create_table(
        "event_cursors",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_event_cursors_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consumer", "account_id", name=op.f("pk_event_cursors")),
    )
    op.create_table(
        "exchange_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("venue", sa.String(length=40), nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("environment", _environment, nullable=False),
        sa.Column("status", _key_status, nullable=False),
        sa.Column("provisioned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("allow_withdraw", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("mask", sa.String(length=8), server_default=sa.text("''"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("permissions", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "problems",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("check_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_exchange_keys_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_keys")),
    )
    op.create_index("ix_exchange_keys_account_id", "exchange_keys", ["account_id"], unique=False)
    op.create_index(
        "ix_exchange_keys_due",
        "exchange_keys",
        ["check_requested_at"],
        unique=False,
        postgresql_where=sa.text(
            "status IN ('provisioning', 'checking', 'unreachable') AND archived_at IS NULL"
        ),
    )
    op.create_index(
        "uq_exchange_keys_label",
        "exchange_keys",
        ["account_id", "label"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "uq_exchange_keys_provisioned",
        "exchange_keys",
        ["account_id", "market_type"],
        unique=True,
        postgresql_where=sa.text("provisioned AND archived_at IS NULL"),
    )
    op.create_table(
        "markets",
        sa.Column("venue", sa.String(length=40), nullable=False),
        sa.Column("market_type", _market_type, nullable=False),
        sa.Column("environment", _environment, nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("venue_symbol", sa.String(length=60), nullable=False),
        sa.Column("base", sa.String(length=30), nullable=False),
        sa.Column("quote", sa.String(length=30), nullable=False),
        sa.Column("settle", sa.String(length=30), nullable=True),
        sa.Column("price_tick", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("amount_step", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("min_amount", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("max_amount", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("market_step", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("market_max_amount", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("min_cost", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("contract_size", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue", "market_type", "environment"],
            ["market_catalogs.venue", "market_catalogs.market_type", "market_catalogs.environment"],
            name="fk_markets_catalog",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue", "market_type", "environment", "symbol", name=op.f("pk_markets")),
    )
    op.create_index(op.f("ix_markets_venue_symbol"), "markets", ["venue_symbol"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_markets_venue_symbol"), table_name="markets")
    op.drop_table("markets")
    op.drop_index(
        "uq_exchange_keys_provisioned",
        table_name="exchange_keys",
        postgresql_where=sa.text("provisioned AND archived_at IS NULL"),
    )
    op.drop_index(
        "uq_exchange_keys_label", table_name="exchange_keys", postgresql_where=sa.text("archived_at IS NULL")
    )
    op.drop_index(
        "ix_exchange_keys_due",
        table_name="exchange_keys",
        postgresql_where=sa.text(
            "status IN ('provisioning', 'checking', 'unreachable') AND archived_at IS NULL"
        ),
    )
    op.drop_index("ix_exchange_keys_account_id", table_name="exchange_keys")
    op.drop_table("exchange_keys")
    op.drop_table("event_cursors")
    op.drop_table("market_catalogs")
    for kind in reversed(_ENUMS):
        kind.drop(op.get_bind())
