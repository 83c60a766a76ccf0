"""`dollarclub users`: accounts from the command line, for the person who owns the machine."""

import secrets
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dollarclub.entry.cli.output import JsonFlag, show, table
from dollarclub.entry.cli.session import NotAvailable, database

if TYPE_CHECKING:
    from pydantic import SecretStr
    from sqlalchemy.orm import Session

    from dollarclub.accounts.models import Account
    from dollarclub.accounts.schemas import UserCreateIn

app = typer.Typer(help="Make and change accounts.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="E-mail address of the account.")]
FromStandardInput = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input instead of making one."),
]
LIMIT = 200


@app.command("list")
def list_users(
    *, q: Annotated[str, typer.Option(help="Part of the address or name.")] = "", as_json: JsonFlag = False
) -> None:
    """List accounts, newest first."""
    from dollarclub.accounts import queries
    from dollarclub.accounts.schemas import UserOut

    with database() as db, db.transaction() as session:
        found = queries.accounts_page(session, q=q, limit=LIMIT)
        users = [UserOut.model_validate(row, from_attributes=True) for row in found.items]
    rows: list[list[object]] = [
        [
            user.email,
            user.username,
            user.role.value,
            "active" if user.is_active else "disabled",
            user.last_login_at,
        ]
        for user in users
    ]
    text = table(["email", "username", "role", "state", "last sign-in"], rows)
    if found.total > len(users):
        text += f"\n{found.total - len(users)} more; narrow with --q."
    show(
        {"total": found.total, "users": [user.model_dump(mode="json") for user in users]},
        text,
        as_json=as_json,
    )


@app.command()
def create(
    email: Email,
    *,
    username: Annotated[str, typer.Option(help="User name; by default the part before the @.")] = "",
    role: Annotated[str, typer.Option(help="admin, trader or viewer.")] = "trader",
    password_stdin: FromStandardInput = False,
    as_json: JsonFlag = False,
) -> None:
    """Make an account; without --password-stdin a password is made and shown once."""
    from dollarclub.accounts import service
    from dollarclub.kit.clock import utc_now

    password, shown = _password(from_input=password_stdin)
    wanted = _validated(email, username or email.partition("@")[0], password, role)
    with database() as db, db.transaction() as session:
        account = service.create_account(
            session,
            email=wanted.email,
            username=wanted.username,
            password=wanted.password,
            role=wanted.role,
            now=utc_now(),
        )
        facts = {"id": account.id, "email": account.email, "role": account.role, "password": shown}
    text = f"Made the {wanted.role.value} {wanted.email}." + (f" Password: {shown}" if shown else "")
    show(facts, text, as_json=as_json)


@app.command("set-role")
def set_role(
    email: Email,
    role: Annotated[str, typer.Argument(help="admin, trader or viewer.")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """Give an account another role."""
    from dollarclub.accounts import service
    from dollarclub.accounts.rules import Role
    from dollarclub.kit.clock import utc_now

    if role not in {known.value for known in Role}:
        raise typer.BadParameter("The roles are admin, trader and viewer.")
    with database() as db, db.transaction() as session:
        account = service.set_role(
            session, account_id=_find(session, email).id, role=Role(role), now=utc_now()
        )
        facts = {"id": account.id, "email": account.email, "role": account.role}
    show(facts, f"{facts['email']} is {role} now.", as_json=as_json)


@app.command("reset-password")
def reset_password(
    email: Email, *, password_stdin: FromStandardInput = False, as_json: JsonFlag = False
) -> None:
    """Set a new password and end every session of the account."""
    from dollarclub.accounts import service
    from dollarclub.kit.clock import utc_now

    password, shown = _password(from_input=password_stdin)
    with database() as db, db.transaction() as session:
        account = _find(session, email)
        checked = _validated(account.email, account.username, password, account.role.value).password
        service.reset_password(session, account_id=account.id, password=checked, now=utc_now())
        facts = {"id": account.id, "email": account.email, "password": shown}
    text = f"{facts['email']} has a new password" + (f": {shown}" if shown else ".")
    show(facts, text, as_json=as_json)


def _password(*, from_input: bool) -> "tuple[SecretStr, str | None]":
    from pydantic import SecretStr

    if from_input:
        return SecretStr(sys.stdin.readline().rstrip("\n")), None
    made = secrets.token_urlsafe(15)
    return SecretStr(made), made


def _validated(email: str, username: str, password: "SecretStr", role: str) -> "UserCreateIn":
    from dollarclub.accounts.schemas import UserCreateIn

    return UserCreateIn.model_validate(
        {"email": email, "username": username, "password": password, "role": role}
    )


def _find(session: "Session", email: str) -> "Account":
    from dollarclub.accounts import queries
    from dollarclub.accounts.rules import normal_email

    account = queries.account_by_email(session, normal_email(email))
    if account is None:
        raise NotAvailable(f"There is no account {email}.")
    return account
