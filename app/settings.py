"""The settings of a server. Only `main`, `server` and `cli` read them; other modules are passed what they need."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

LogLevel: TypeAlias = Literal["off", "refusals", "all"]
LogFormat: TypeAlias = Literal["text", "json"]
_ORIGIN: Final = r"^[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$"


def _split_at_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _without_slash(value: object) -> object:
    return value.rstrip("/") if isinstance(value, str) else value


def _header_safe(token: SecretStr | None) -> SecretStr | None:
    """A token that every HTTP client can send in a header unchanged."""
    if token is not None and not all("!" <= letter <= "~" for letter in token.get_secret_value()):
        raise ValueError
    return token


def is_blank(value: object) -> bool:
    """Whether a value that was written counts as none: Docker Compose passes a variable that is not set as `""`."""
    return isinstance(value, str) and not value.strip()


class _Written(PydanticBaseSettingsSource):
    """The values of a source that are not blank. 0 is a value."""

    def __init__(self, settings: type[BaseSettings], source: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self._source = source

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        return self._source.get_field_value(field, field_name)

    def __call__(self) -> dict[str, object]:
        return {name: value for name, value in self._source().items() if not is_blank(value)}


class Settings(BaseSettings):
    """Environment variables begin with WATTIF_. A file `.env` is read as well; command line options take precedence.

    A value that is empty or blank is none, wherever it is written: then the next source counts, or the default. The
    title of each field says what a valid value is, for error messages.
    """

    model_config = SettingsConfigDict(
        env_prefix="WATTIF_",
        env_file=".env",
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = Field(default="127.0.0.1", title="a host", description="The address the server listens on.")
    port: int = Field(
        default=8000,
        ge=0,
        le=65_535,
        title="a port; use 0 to 65535",
        description="The port the server listens on; 0 takes a free one.",
    )
    database_url: str = Field(
        default="sqlite:///wattif.db",
        repr=False,
        title="a database URL",
        description="The database that holds the worlds.",
    )
    public_url: Annotated[str | None, BeforeValidator(_without_slash)] = Field(
        default=None,
        pattern=r"^https?://[^/?#\s]+(/[A-Za-z0-9._~-]+)*$",
        title="an address without a query, such as https://tools.example.com/wattif",
        description="How absolute links begin, instead of with the address a request was sent to.",
    )
    published_port: int | None = Field(
        default=None,
        ge=0,
        le=65_535,
        title="a port; use 0 to 65535",
        description="The port by which users reach a server in a container, for the addresses that it prints.",
    )
    scenario: str | None = Field(
        default=None, title="a scenario", description="The scenario of the world `default`: a name or a YAML file."
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        lt=1 << 53,
        title=f"a seed; use a whole number from 0 to {(1 << 53) - 1}",
        description="The seed of the world `default`.",
    )
    speed: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        title="a speed; use a number from 0 to 1000000",
        description="The speed of the clock of `default`: 0 is frozen, 1 is real time.",
    )
    start: str | None = Field(
        default=None, title="an instant", description="When `default` begins: `now`, or an RFC 3339 instant."
    )
    sessions: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        title="a number of sessions; use 1 to 10000000",
        description="The least number of sessions in `default`: its scenario is scaled up to it, never down.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_at_commas)] = Field(
        default=(),
        title="a list of host names, separated by commas",
        description="Host names, separated by commas, under which control API and docs answer besides local ones.",
    )
    allowed_origins: Annotated[
        tuple[Annotated[str, Field(pattern=_ORIGIN)], ...], NoDecode, BeforeValidator(_split_at_commas)
    ] = Field(
        default=(),
        title="an origin such as https://app.example.com, without a path",
        description="Origins, separated by commas, whose pages may call the control API besides local ones.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_split_at_commas)] = Field(
        default=(),
        title="an IP address or a network such as 10.0.0.0/8",
        description="IP addresses or networks, separated by commas, of proxies whose headers are trusted.",
    )
    admin_token: Annotated[SecretStr | None, AfterValidator(_header_safe)] = Field(
        default=None,
        title="a token; use ASCII letters, digits and punctuation without spaces",
        description="The token that the control API asks for; without it, every local caller has access.",
    )
    scenarios: Path = Field(
        default=Path("scenarios"),
        title="a folder",
        description="The folder of your own scenario files, in which a scenario's name is looked up as well.",
    )
    max_worlds: int = Field(
        default=2_000,
        ge=2,
        le=100_000,
        title="a number of worlds; use 2 to 100000",
        description="The largest number of worlds, including the two that every server has.",
    )
    max_rows: int = Field(
        default=1_000_000,
        ge=1,
        le=100_000_000,
        title="a number of objects; use 1 to 100000000",
        description="The largest number of objects that callers may create in a world, or of sessions in a copy.",
    )
    max_body_bytes: int = Field(
        default=1 << 20,
        ge=1024,
        le=1 << 30,
        title=f"a size in bytes; use 1024 to {1 << 30}",
        description="The largest request body, in bytes.",
    )
    max_import_bytes: int = Field(
        default=64 << 20,
        ge=1024,
        le=1 << 32,
        title=f"a size in bytes; use 1024 to {1 << 32}",
        description="The largest exported world that can be imported, in bytes.",
    )
    log: LogLevel | None = Field(
        default=None,
        title="a level; use off, refusals or all",
        description="Which requests are logged on stderr; by default all on a terminal, and refusals elsewhere.",
    )
    log_format: LogFormat = Field(
        default="text",
        title="a format; use text or json",
        description="The form of the lines about requests: for people, or one JSON object a line.",
    )
    fresh: bool = Field(
        default=False,
        title="a yes or no; use true or false",
        description="Whether to start with an empty SQLite file; the old one is renamed.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources = (init_settings, env_settings, dotenv_settings, file_secret_settings)
        return tuple(_Written(settings_cls, source) for source in sources)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"WATTIF_{name.upper()}"


def faults(error: ValidationError) -> Iterator[str]:
    """A sentence for each setting that is not valid, as in `port: 70000 is not a port; use 0 to 65535`.

    The keys of the world `default` have sentences of their own, which name the variable and do not repeat the key.
    """
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if name not in Settings.model_fields:
            yield ": ".join(filter(None, [name and variable(name), str(fault["ctx"]["error"])]))
            continue
        value = "the value" if name == "admin_token" else fault["input"]
        yield f"{name}: {value} is not {Settings.model_fields[name].title}"
