"""Every setting can be given in the environment or in `.env`, in the form that its description names."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr, ValidationError

from app.main import ServerSettings
from app.settings import faults
from tests.serving.servers import ROOT

EXAMPLE: Final = ROOT / ".env.example"
LIVE: Final = "this is a live mode key; a sandbox takes test mode keys only, which begin with ch_sk_test_"
GIVEN: Final = {
    "HOST": ("0.0.0.0", "host", "0.0.0.0"),  # noqa: S104 - nothing listens
    "PORT": ("9000", "port", 9000),
    "DATABASE_URL": ("sqlite:///other.db", "database_url", "sqlite:///other.db"),
    "PUBLISHED_PORT": ("8001", "published_port", 8001),
    "PUBLIC_URL": ("https://sandbox.example.com", "public_url", "https://sandbox.example.com"),
    "SCENARIO": ("town", "scenario", "town"),
    "SEED": ("12", "seed", 12),
    "SPEED": ("0.5", "speed", 0.5),
    "START": ("now", "start", "now"),
    "SESSIONS": ("1000000", "sessions", 1_000_000),
    "ALLOWED_HOSTS": ("a.test, b.test", "allowed_hosts", ("a.test", "b.test")),
    "ALLOWED_ORIGINS": (
        "https://app.example.com, tauri://localhost:1420",
        "allowed_origins",
        ("https://app.example.com", "tauri://localhost:1420"),
    ),
    "TRUSTED_PROXIES": (
        "10.0.0.0/8,192.168.1.7",
        "trusted_proxies",
        (ip_network("10.0.0.0/8"), ip_network("192.168.1.7/32")),
    ),
    "ADMIN_TOKEN": ("t0ken", "admin_token", SecretStr("t0ken")),
    "SCENARIOS": ("mine", "scenarios", Path("mine")),
    "MAX_WORLDS": ("50", "max_worlds", 50),
    "MAX_ROWS": ("5000", "max_rows", 5000),
    "MAX_BODY_BYTES": ("2048", "max_body_bytes", 2048),
    "MAX_IMPORT_BYTES": ("4096", "max_import_bytes", 4096),
    "LOG": ("refusals", "log", "refusals"),
    "LOG_FORMAT": ("json", "log_format", "json"),
    "FRESH": ("true", "fresh", True),
    "CHARGE_KEY": ("ch_sk_test_0123456789abcdef", "charge_key", SecretStr("ch_sk_test_0123456789abcdef")),
    "CARIQA_TOKEN": ("token-0123456789", "cariqa_token", SecretStr("token-0123456789")),
    "PODERO_CLIENT_ID": ("client-0123456789", "podero_client_id", SecretStr("client-0123456789")),
    "PODERO_CLIENT_SECRET": ("secret-0123456789", "podero_client_secret", SecretStr("secret-0123456789")),
    "PODERO_TOKEN": ("another-0123456789", "podero_token", SecretStr("another-0123456789")),
}


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that runs the tests."""
    for name in GIVEN:
        monkeypatch.delenv(f"WATTIF_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", GIVEN)
def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A variable that begins with WATTIF_ gives the setting of that name; lists are separated by commas."""
    text, field, value = GIVEN[name]
    monkeypatch.setenv(f"WATTIF_{name}", text)

    assert getattr(ServerSettings(), field) == value


@pytest.mark.parametrize("name", GIVEN)
def test_dotenv_is_read(tmp_path: Path, name: str) -> None:
    """A line of `.env` in the working directory does the same."""
    text, field, value = GIVEN[name]
    (tmp_path / ".env").write_text(f"WATTIF_{name}={text}\n", "utf-8")

    assert getattr(ServerSettings(), field) == value


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "ALLOWED_ORIGINS", "TRUSTED_PROXIES"])
def test_empty_list_is_empty(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An empty variable gives no entry."""
    monkeypatch.setenv(f"WATTIF_{name}", "")

    assert getattr(ServerSettings(), name.lower()) == ()


def test_slash_at_the_end_of_a_public_url_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be there or not, with and without a path."""
    given = ("https://tools.example.com/", "https://tools.example.com/wattif/", "https://tools.example.com/a/b")
    found = []
    for text in given:
        monkeypatch.setenv("WATTIF_PUBLIC_URL", text)
        found.append(ServerSettings().public_url)

    assert found == ["https://tools.example.com", "https://tools.example.com/wattif", "https://tools.example.com/a/b"]


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("name", GIVEN)
def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, blank: str) -> None:
    """An empty variable leaves the default, as do an empty line of `.env` and an empty option."""
    field = GIVEN[name][1]
    default = getattr(ServerSettings(), field)
    monkeypatch.setenv(f"WATTIF_{name}", blank)

    assert getattr(ServerSettings(), field) == default
    monkeypatch.delenv(f"WATTIF_{name}")
    (tmp_path / ".env").write_text(f"WATTIF_{name}={blank}\n", "utf-8")

    assert getattr(ServerSettings(), field) == default
    assert getattr(ServerSettings(**{field: blank}), field) == default  # type: ignore[arg-type] # a text for any field


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_variable_does_not_hide_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, blank: str) -> None:
    """Where the nearest value is empty, the next one counts."""
    (tmp_path / ".env").write_text("WATTIF_PORT=1\nWATTIF_SEED=1\n", "utf-8")
    monkeypatch.setenv("WATTIF_PORT", blank)
    monkeypatch.setenv("WATTIF_SEED", "2")
    found = ServerSettings(seed=blank)

    assert (found.port, found.seed) == (1, 2)


@pytest.mark.parametrize("name", ["PORT", "SEED", "SPEED"])
def test_zero_is_a_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A port, a seed and a speed of 0 are not the default."""
    monkeypatch.setenv(f"WATTIF_{name}", "0")

    assert getattr(ServerSettings(), GIVEN[name][1]) == 0


def test_dotenv_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """The first variable of a file that an editor on Windows saved is read as well."""
    (tmp_path / ".env").write_text("WATTIF_PORT=9000\n", "utf-8-sig")

    assert ServerSettings().port == 9000


def test_options_override_the_environment_which_overrides_dotenv(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The nearest value is used."""
    (tmp_path / ".env").write_text("WATTIF_PORT=1\nWATTIF_SEED=1\nWATTIF_SPEED=1\n", "utf-8")
    monkeypatch.setenv("WATTIF_PORT", "2")
    monkeypatch.setenv("WATTIF_SEED", "2")
    found = ServerSettings(port=3)

    assert (found.port, found.seed, found.speed) == (3, 2, 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "-1"),
        ("PORT", "many"),
        ("SEED", "-1"),
        ("SEED", str(1 << 53)),
        ("SESSIONS", "0"),
        ("SESSIONS", "10000001"),
        ("SPEED", "-0.1"),
        ("SPEED", "1000001"),
        ("SPEED", "nan"),
        ("PUBLIC_URL", "sandbox.example.com"),
        ("PUBLIC_URL", "https://sandbox.example.com/path?query"),
        ("PUBLIC_URL", "https://sandbox.example.com//other.example"),
        ("ALLOWED_ORIGINS", "app.example.com"),
        ("ALLOWED_ORIGINS", "https://app.example.com/path"),
        ("ALLOWED_ORIGINS", "https://app.example.com,*"),
        ("TRUSTED_PROXIES", "somewhere"),
        ("ADMIN_TOKEN", "two words"),
        ("MAX_WORLDS", "1"),
        ("MAX_BODY_BYTES", "1023"),
    ],
)
def test_an_invalid_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A value out of bounds or of another form raises a ValidationError that names the setting."""
    monkeypatch.setenv(f"WATTIF_{name}", text)
    with pytest.raises(ValidationError, match=name.lower()):
        ServerSettings()


def test_every_setting_is_described() -> None:
    """Each setting has a description, a title, a test above, and a line in the example file."""
    names = {name.upper() for name in ServerSettings.model_fields}
    exemplified = set(re.findall(r"^# WATTIF_([A-Z_]+)=", EXAMPLE.read_text("utf-8"), re.MULTILINE))

    assert all(
        field.title and (field.description or "").endswith(".") for field in ServerSettings.model_fields.values()
    )
    assert names == set(GIVEN)
    assert exemplified == names - {"FRESH"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("PORT", "70000", "port: 70000 is not a port; use 0 to 65535"),
        ("PORT", "many", "port: many is not a port; use 0 to 65535"),
        ("SEED", "-1", "seed: -1 is not a seed; use a whole number from 0 to 9007199254740991"),
        ("SPEED", "nan", "speed: nan is not a speed; use a number from 0 to 1000000"),
        (
            "PUBLIC_URL",
            "sandbox.example.com",
            "public_url: sandbox.example.com is not an address without a query, such as https://tools.example.com/wattif",
        ),
        (
            "TRUSTED_PROXIES",
            "10.0.0.1,somewhere",
            "trusted_proxies: somewhere is not an IP address or a network such as 10.0.0.0/8",
        ),
        (
            "ADMIN_TOKEN",
            "two words",
            "admin_token: the value is not a token; use ASCII letters, digits and punctuation without spaces",
        ),
        ("FRESH", "perhaps", "fresh: perhaps is not a yes or no; use true or false"),
        (
            "CHARGE_KEY",
            "ch_sk_live_0123456789abcdef",
            f"WATTIF_CHARGE_KEY: {LIVE}",
        ),
        ("CARIQA_TOKEN", "short", "WATTIF_CARIQA_TOKEN: a key has at least 16 characters"),
        (
            "PODERO_CLIENT_SECRET",
            "two words in a secret",
            "WATTIF_PODERO_CLIENT_SECRET: a key has letters, digits and -._~+/ only, and up to two = at its end",
        ),
    ],
)
def test_an_invalid_value_is_explained(monkeypatch: pytest.MonkeyPatch, name: str, text: str, sentence: str) -> None:
    """The sentence names the setting, the value and what is valid; no secret is repeated."""
    monkeypatch.setenv(f"WATTIF_{name}", text)
    with pytest.raises(ValidationError) as refused:
        ServerSettings()

    assert list(faults(refused.value)) == [sentence]


def test_key_that_is_set_twice_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names both variables, and does not repeat the key."""
    for name in ("CARIQA_TOKEN", "PODERO_TOKEN"):
        monkeypatch.setenv(f"WATTIF_{name}", "token-0123456789")
    with pytest.raises(ValidationError) as refused:
        ServerSettings()

    assert list(faults(refused.value)) == [
        "WATTIF_PODERO_TOKEN: this is the same key as WATTIF_CARIQA_TOKEN; choose another one"
    ]


def test_keys_are_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the settings nor the error that refuses them have a key in their text."""
    monkeypatch.setenv("WATTIF_CHARGE_KEY", "ch_sk_test_0123456789abcdef")
    settings = ServerSettings()
    monkeypatch.setenv("WATTIF_CHARGE_KEY", "ch_sk_live_0123456789abcdef")
    with pytest.raises(ValidationError) as refused:
        ServerSettings()

    assert "0123456789" not in f"{settings!r} {refused.value}"
