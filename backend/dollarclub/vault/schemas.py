"""What the API of exchange keys takes and answers. Secrets go in and never come out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.vault.models import KeyStatus


def _trimmed(text: SecretStr, *, least: int, most: int, spaces: bool) -> SecretStr:
    plain = text.get_secret_value().strip()
    if not least <= len(plain) <= most:
        raise PydanticCustomError(
            "credential_length", "It must have {least} to {most} characters.", {"least": least, "most": most}
        )
    if not (plain.isascii() and plain.isprintable()) or (" " in plain and not spaces):
        raise PydanticCustomError(
            "credential_characters", "It holds characters that no exchange gives out; copy it again."
        )
    return SecretStr(plain)


def _key(text: SecretStr) -> SecretStr:
    return _trimmed(text, least=8, most=512, spaces=False)


def _secret(text: SecretStr) -> SecretStr:
    return _trimmed(text, least=8, most=4096, spaces=True)


def _passphrase(text: SecretStr) -> SecretStr:
    return _trimmed(text, least=1, most=128, spaces=True)


Key = Annotated[SecretStr, AfterValidator(_key)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Passphrase = Annotated[SecretStr, AfterValidator(_passphrase)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
VenueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{2,40}$")]


class RotateIn(In):
    key: Key
    secret: Secret
    passphrase: Passphrase | None = None


class KeyIn(RotateIn):
    label: Label
    venue: VenueName = Field(description="An exchange of `GET /api/exchanges`, or any other that ccxt knows.")
    market_type: MarketType
    environment: Environment
    allow_withdraw: bool = Field(False, description="Accept the key although it can withdraw funds.")


class KeyChangeIn(In):
    label: Label | None = None
    allow_withdraw: bool | None = None


class ProblemOut(Out):
    code: str
    message: str


class PermissionsOut(Out):
    """`null` where the exchange does not say."""

    read: bool | None
    trade: bool | None
    withdraw: bool | None
    address_bound: bool | None


class KeyOut(Out):
    """A key without its secret."""

    id: UUID
    label: str
    venue: str
    market_type: MarketType
    environment: Environment
    status: KeyStatus
    provisioned: bool = Field(description="The platform made it, on the paper exchange.")
    mask: str = Field(description="Its last four characters, such as `****A4B1`.")
    permissions: PermissionsOut | None
    problems: list[ProblemOut] = Field(description="What was wrong when it was last tried.")
    allow_withdraw: bool
    checked_at: datetime | None
    rotated_at: datetime | None
    created_at: datetime


class ProvisionedOut(Out):
    """How many paper keys are being made."""

    added: int
