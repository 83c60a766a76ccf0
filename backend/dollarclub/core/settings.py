"""Settings of one installation, read once from the environment and `.env`, grouped and frozen."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SAMPLE_WORDS = ("change-me", "changeme", "sample", "example", "secret-key", "your-")
MIN_SECRET_CHARACTERS = 32
LARGEST_SOURCE_BYTES = 32 * 1024**2


class Stage(StrEnum):
    development = "development"
    production = "production"


class _Group(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        env_ignore_empty=True,
    )


class ServerSettings(_Group):
    """Where the platform listens and keeps its files."""

    stage: Stage = Stage.development
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path("data")
    static_dir: Path = Path("frontend/dist")
    frontend_url: str = "http://localhost:5173"
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"

    @field_validator("data_dir", "static_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


class DatabaseSettings(_Group):
    """`DATABASE_URL` of an own PostgreSQL; `dollarclub up` fills it in for the embedded one."""

    url: SecretStr = Field(SecretStr(""), validation_alias="DATABASE_URL")
    pool_size: int = Field(8, ge=1, validation_alias="DATABASE_POOL_SIZE")
    pool_timeout_seconds: float = Field(5.0, gt=0, validation_alias="DATABASE_POOL_TIMEOUT_SECONDS")
    connect_timeout_seconds: int = Field(3, ge=1, validation_alias="DATABASE_CONNECT_TIMEOUT_SECONDS")


class RedisSettings(_Group):
    """`REDIS_URL` of an own Redis (`redis://`, `rediss://` or `unix://`); `dollarclub up` fills it in for the embedded one."""

    url: SecretStr = Field(SecretStr(""), validation_alias="REDIS_URL")


class SecuritySettings(_Group):
    """Keys and lifetimes. `ENCRYPTION_KEY` is a comma-separated list of Fernet keys, newest first."""

    secret_key: SecretStr = SecretStr("")
    encryption_key: SecretStr = SecretStr("")
    algorithm: Literal["HS256", "HS384", "HS512"] = "HS256"
    access_token_expire_minutes: int = Field(30, ge=1)
    refresh_token_expire_days: int = Field(30, ge=1)
    cookie_secure: bool = False
    registration: Literal["open", "closed"] | None = None
    initial_superuser_email: str = ""
    initial_superuser_username: str = "admin"
    initial_superuser_password: SecretStr = SecretStr("")
    auth_rate_per_address: str = "30/minute"
    auth_rate_per_account: str = "10/minute"

    @property
    def access_lifetime(self) -> timedelta:
        return timedelta(minutes=self.access_token_expire_minutes)

    @property
    def refresh_lifetime(self) -> timedelta:
        return timedelta(days=self.refresh_token_expire_days)


class ScriptSettings(_Group):
    """Defaults and bounds of a run. Sizes are bytes, times are seconds, 0 means no limit."""

    max_execution_time: int = Field(0, ge=0)
    max_concurrent_scripts: int = Field(5, ge=1, description="Active runs of one account; the others wait.")
    max_upload_bytes: int = Field(10 * 1024**2, ge=1, le=LARGEST_SOURCE_BYTES)
    cancel_grace_seconds: float = Field(5.0, ge=0)
    runs_per_worker: int = Field(200, ge=1)
    sandbox: Literal["auto", "bubblewrap", "landlock", "off"] = "auto"
    run_memory_bytes: int = Field(1024**3, ge=16 * 1024**2)
    run_processes: int = Field(256, ge=1)
    run_open_files: int = Field(1024, ge=16)
    run_scratch_bytes: int = Field(256 * 1024**2, ge=1024**2)
    run_cpu_seconds: int = Field(0, ge=0)
    log_line_bytes: int = Field(64 * 1024, ge=1024)
    log_total_bytes: int = Field(100 * 1024**2, ge=64 * 1024)
    log_buffer_bytes: int = Field(8 * 1024**2, ge=64 * 1024)
    log_retention_days: int = Field(30, ge=0)
    log_retention_runs: int = Field(200, ge=0, description="Newest runs of a script whose log is kept.")
    environment_cache_bytes: int = Field(10 * 1024**3, ge=0)
    package_build_seconds: int = Field(600, ge=10)
    lease_seconds: float = Field(15.0, gt=0)


class PaperSettings(_Group):
    """The paper exchange; `dollarclub up` starts one and fills in where it is, unless it is told where one is or `off`.

    Without `PAPER_EXCHANGE_URL` nobody gets a paper key.
    """

    embedded: Literal["on", "off"] = Field("on", validation_alias="PAPER_EXCHANGE")
    exchange_url: str = Field("", validation_alias="PAPER_EXCHANGE_URL")
    admin_url: str = Field("", validation_alias="PAPER_ADMIN_URL")
    admin_token: SecretStr = Field(SecretStr(""), validation_alias="PAPER_ADMIN_TOKEN")
    start_usdt: Decimal = Field(Decimal(100_000), gt=0, validation_alias="PAPER_START_USDT")
    mirror: str = Field("", validation_alias="PAPER_MIRROR")

    @property
    def wants_own(self) -> bool:
        """Whether `dollarclub up` runs one."""
        return self.embedded == "on" and not self.exchange_url


class TradingSettings(_Group):
    """How orders go out and are watched. Times are seconds."""

    signals_at_once: int = Field(8, ge=1, le=64, validation_alias="TRADING_SIGNALS_AT_ONCE")
    receive_window_ms: int = Field(5000, ge=1000, le=60_000, validation_alias="TRADING_RECEIVE_WINDOW_MS")
    answer_seconds: float = Field(10.0, gt=0, validation_alias="TRADING_ANSWER_SECONDS")
    sweep_seconds: float = Field(20.0, gt=0, validation_alias="TRADING_SWEEP_SECONDS")
    lease_seconds: float = Field(20.0, gt=0, validation_alias="TRADING_LEASE_SECONDS")
    entry_seconds: float = Field(
        120.0, gt=0, validation_alias="TRADING_ENTRY_SECONDS", description="An older entry is not sent."
    )
    key_wait_seconds: float = Field(10.0, ge=0, validation_alias="TRADING_KEY_WAIT_SECONDS")
    stream_silence_seconds: float = Field(60.0, gt=0, validation_alias="TRADING_STREAM_SILENCE_SECONDS")
    price_silence_seconds: float = Field(10.0, gt=0, validation_alias="TRADING_PRICE_SILENCE_SECONDS")
    exit_share: float = Field(0.2, ge=0, lt=1, validation_alias="TRADING_EXIT_SHARE")


class WebhookSettings(_Group):
    """The webhook's edge. `WEBHOOK_BURST` alerts at once and `WEBHOOK_PER_SECOND` steadily from one account."""

    burst: int = Field(2000, ge=1, validation_alias="WEBHOOK_BURST")
    per_second: float = Field(50.0, gt=0, validation_alias="WEBHOOK_PER_SECOND")
    public_url: str = Field("", validation_alias="WEBHOOK_PUBLIC_URL")


def _is_fernet_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


class Settings:
    """All groups together; build one with `load_settings`."""

    def __init__(self) -> None:
        self.server = ServerSettings()
        self.database = DatabaseSettings()
        self.redis = RedisSettings()
        self.security = SecuritySettings()
        self.scripts = ScriptSettings()
        self.paper = PaperSettings()
        self.trading = TradingSettings()
        self.webhooks = WebhookSettings()

    @property
    def is_production(self) -> bool:
        return self.server.stage is Stage.production

    @property
    def registration_open(self) -> bool:
        """Whether anybody may register once the first account exists."""
        if self.security.registration is not None:
            return self.security.registration == "open"
        return not self.is_production

    def problems(self) -> list[str]:
        """What keeps this installation from starting, one sentence each; empty when all is well."""
        found = []
        for name, secret in (
            ("SECRET_KEY", self.security.secret_key),
            ("ENCRYPTION_KEY", self.security.encryption_key),
            ("DATABASE_URL", self.database.url),
            ("REDIS_URL", self.redis.url),
        ):
            value = secret.get_secret_value()
            if not value:
                found.append(f"{name} is not set.")
            elif self.is_production and any(word in value.lower() for word in SAMPLE_WORDS):
                found.append(f"{name} still has its sample value.")
        key = self.security.secret_key.get_secret_value()
        if key and len(key) < MIN_SECRET_CHARACTERS:
            found.append(f"SECRET_KEY is shorter than {MIN_SECRET_CHARACTERS} characters.")
        encryption = self.security.encryption_key.get_secret_value()
        if encryption and not all(_is_fernet_key(part.strip()) for part in encryption.split(",")):
            found.append(
                "ENCRYPTION_KEY is no list of Fernet keys (32 random bytes each, in URL-safe base64)."
            )
        password = self.security.initial_superuser_password.get_secret_value()
        if self.is_production and password and any(word in password.lower() for word in SAMPLE_WORDS):
            found.append("INITIAL_SUPERUSER_PASSWORD still has its sample value.")
        return found


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
