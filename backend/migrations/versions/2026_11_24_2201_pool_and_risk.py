"""The pool and its queue; what risk knows of an account and its groups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "pool_and_risk"
down_revision = "positions"
branch_labels = None
depends_on = None

_market_type = postgresql.ENUM("spot", "usdm", name="market_type", create_type=False)
_position_side = postgresql.ENUM("long", "short", name="position_side", create_type=False)
_queue_status = postgresql.ENUM(
    "queued", "promoted", "cancelled", "rejected", "expired", name="queue_status", create_type=False
)
_offset_status = postgresql.ENUM(
    "closing_winners", "closing_loser", "done", "aborted", name="offset_status", create_type=False
)
_ENUMS = (_queue_status, _offset_status)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    for kind in _ENUMS:
        kind.create(op.get_bind())
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


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
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
    op.drop_index(op.f("ix_risk_engines_due_at"), table_name="risk_engines")
    op.drop_table("risk_engines")
    op.drop_index(op.f("ix_pools_due_at"), table_name="pools")
    op.drop_table("pools")
    for kind in reversed(_ENUMS):
        kind.drop(op.get_bind())
