"""What the accounts API takes and answers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, SecretStr, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from dollarclub.accounts.rules import Role, Scope, normal_email
from dollarclub.core.schemas import In, Out

# Private networks use this name, and no mail has to arrive for a person to sign in.
if "local" in SPECIAL_USE_DOMAIN_NAMES:
    SPECIAL_USE_DOMAIN_NAMES.remove("local")


def _checked_email(text: str) -> str:
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "{reason}", {"reason": str(error)}) from None
    return normal_email(found.normalized)


Email = Annotated[
    str,
    StringConstraints(max_length=320),
    AfterValidator(_checked_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 320}),
]
Username = Annotated[str, StringConstraints(min_length=3, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
NewPassword = Annotated[SecretStr, Field(min_length=8, max_length=256)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]


class RegisterIn(In):
    email: Email
    username: Username
    password: NewPassword
    confirm_password: SecretStr | None = None
    role: Role | None = None
    setup_code: str | None = Field(
        None, max_length=100, description="The one-time code that the first start prints."
    )

    @model_validator(mode="after")
    def _passwords_agree(self) -> "RegisterIn":
        if self.confirm_password is not None and self.confirm_password != self.password:
            raise ValueError("The two passwords differ.")
        return self


class LoginIn(In):
    email: str = Field(min_length=1, max_length=320)
    password: Password


class RefreshIn(In):
    refresh_token: str | None = Field(None, max_length=4096)


class PasswordIn(In):
    current_password: Password
    new_password: NewPassword


class ProfileIn(In):
    username: Username


class UserOut(Out):
    id: UUID
    email: str
    username: str
    role: Role
    is_active: bool
    created_at: datetime
    last_login_at: datetime | None


class SignedInOut(Out):
    """The access token also arrives as a cookie; the refresh token is in the body only for the OAuth2 form."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds until the access token ends.")
    refresh_token: str | None = None
    user: UserOut


class SetupOut(Out):
    """What the sign-in page needs to know before anybody is signed in."""

    needs_first_account: bool
    registration_open: bool


class SessionOut(Out):
    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str
    address: str
    current: bool


class TokenIn(In):
    name: str = Field(min_length=1, max_length=100)
    scopes: set[Scope] = Field(default={Scope.read, Scope.write}, min_length=1)
    expires_in_days: int | None = Field(None, ge=1, le=3650)


class TokenOut(Out):
    id: UUID
    name: str
    prefix: str = Field(description="The first characters of the token, to tell tokens apart.")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewTokenOut(TokenOut):
    token: str = Field(description="Shown once; only its hash is kept.")


class UserCreateIn(In):
    email: Email
    username: Username
    password: NewPassword
    role: Role = Role.trader


class UserChangeIn(In):
    role: Role | None = None
    is_active: bool | None = None


class UserPasswordIn(In):
    new_password: NewPassword
