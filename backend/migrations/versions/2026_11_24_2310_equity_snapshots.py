"""What trading had come to, every quarter of an hour."""

import sqlalchemy as sa
from alembic import op

revision = "equity_snapshots"
down_revision = "configuration"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.create_table(
        "equity_snapshots",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("purse", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("realised", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("unrealised", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_equity_snapshots_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["exchange_keys.id"],
            name=op.f("fk_equity_snapshots_key_id_exchange_keys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "key_id", "purse", "at", name=op.f("pk_equity_snapshots")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("equity_snapshots")
