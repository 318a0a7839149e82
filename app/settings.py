"""Each setting with its sentence. Read by `main` and `cli` only; everybody else is given what it needs."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _parts(value: object) -> object:
    """What commas part."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _some(value: object) -> object:
    """None for what is empty: that is how Docker Compose passes a variable that is not set."""
    return value or None


def _sayable(token: SecretStr | None) -> SecretStr | None:
    """What every client can send in a header as it is."""
    if token is not None and not all("!" <= letter <= "~" for letter in token.get_secret_value()):
        raise ValueError("use ASCII letters, digits and signs only, and no blanks")
    return token


class Settings(BaseSettings):
    """Environment variables begin with WATTIF_; a file `.env` is read as well; options of the command line win."""

    model_config = SettingsConfigDict(
        env_prefix="WATTIF_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    host: str = Field(default="127.0.0.1", description="The address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port the server listens on; 0 takes a free one.")
    database_url: str = Field(default="sqlite:///wattif.db", description="The database that holds the worlds.")
    public_url: str | None = Field(
        default=None, pattern="^https?://[^/?#]+$", description="The address in absolute links, instead of a request's."
    )
    scenario: str | None = Field(
        default=None, description="The scenario of the world `default`: a name or a YAML file."
    )
    seed: int | None = Field(default=None, ge=0, lt=1 << 53, description="The seed of the world `default`.")
    speed: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="The speed of the clock of `default`: 0 is frozen, 1 is real time.",
    )
    start: str | None = Field(default=None, description="When `default` begins: `now`, or an RFC 3339 instant.")
    sessions: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="How many sessions `default` has at least: its town grows to that size, and never shrinks.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)] = Field(
        default=(),
        description="Host names, parted by commas, under which control API and docs answer besides local ones.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_parts)] = Field(
        default=(), description="Networks, parted by commas, of the proxies whose X-Forwarded headers are believed."
    )
    admin_token: Annotated[SecretStr | None, BeforeValidator(_some), AfterValidator(_sayable)] = Field(
        default=None,
        description="What whoever steers says in `Authorization: Bearer`; without it everybody who is near may steer.",
    )
    scenarios: Path = Field(
        default=Path("scenarios"), description="The folder of your own scenario files: a name is looked for there too."
    )
    max_worlds: int = Field(
        default=2_000, ge=2, le=100_000, description="How many worlds there may be, with the two that are always there."
    )
    max_rows: int = Field(
        default=1_000_000,
        ge=1,
        le=100_000_000,
        description="How many sessions callers may start in a world, or copy and import with one.",
    )
    max_body_bytes: int = Field(
        default=1 << 20, ge=1024, le=1 << 30, description="How many bytes the body of a request may have."
    )
    max_import_bytes: int = Field(
        default=64 << 20, ge=1024, le=1 << 32, description="How many bytes an exported world may have to be imported."
    )
    fresh: bool = Field(
        default=False, description="Whether to begin with an empty SQLite file, setting the old one aside."
    )

    @property
    def database_file(self) -> Path | None:
        """Where SQLite keeps the worlds."""
        return (
            Path(self.database_url.removeprefix("sqlite:///")) if self.database_url.startswith("sqlite:///") else None
        )
