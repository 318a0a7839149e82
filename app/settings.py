"""Each setting with its sentence. Read by `main` and `cli` only; everybody else is given what it needs."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, IPvAnyNetwork
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _parts(value: object) -> object:
    """What commas part."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """Environment variables begin with WATTIF_; a file `.env` is read as well; options of the command line win."""

    model_config = SettingsConfigDict(env_prefix="WATTIF_", env_file=".env", extra="ignore", frozen=True)

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
    fresh: bool = Field(
        default=False, description="Whether to begin with an empty SQLite file, setting the old one aside."
    )

    @property
    def database_file(self) -> Path | None:
        """Where SQLite keeps the worlds."""
        return (
            Path(self.database_url.removeprefix("sqlite:///")) if self.database_url.startswith("sqlite:///") else None
        )
