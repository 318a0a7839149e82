"""Every setting can be given in the environment or in `.env`, in the form that its sentence promises."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings
from tests.serving.servers import ROOT

EXAMPLE: Final = ROOT / ".env.example"
GIVEN: Final = {
    "HOST": ("0.0.0.0", "host", "0.0.0.0"),  # noqa: S104 - nothing listens
    "PORT": ("9000", "port", 9000),
    "DATABASE_URL": ("sqlite:///other.db", "database_url", "sqlite:///other.db"),
    "PUBLIC_URL": ("https://sandbox.example.com", "public_url", "https://sandbox.example.com"),
    "SCENARIO": ("town", "scenario", "town"),
    "SEED": ("12", "seed", 12),
    "SPEED": ("0.5", "speed", 0.5),
    "START": ("now", "start", "now"),
    "SESSIONS": ("1000000", "sessions", 1_000_000),
    "ALLOWED_HOSTS": ("a.test, b.test", "allowed_hosts", ("a.test", "b.test")),
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
    "FRESH": ("true", "fresh", True),
}


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that runs the tests."""
    for name in GIVEN:
        monkeypatch.delenv(f"WATTIF_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", GIVEN)
def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A variable that begins with WATTIF_ sets what it names; lists are parted by commas."""
    text, field, value = GIVEN[name]
    monkeypatch.setenv(f"WATTIF_{name}", text)

    assert getattr(Settings(), field) == value


@pytest.mark.parametrize("name", GIVEN)
def test_a_file_is_read(tmp_path: Path, name: str) -> None:
    """So does a line of `.env` in the folder where the server is started."""
    text, field, value = GIVEN[name]
    (tmp_path / ".env").write_text(f"WATTIF_{name}={text}\n", "utf-8")

    assert getattr(Settings(), field) == value


def test_options_win_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is nearer to the command is taken."""
    (tmp_path / ".env").write_text("WATTIF_PORT=1\nWATTIF_SEED=1\nWATTIF_SPEED=1\n", "utf-8")
    monkeypatch.setenv("WATTIF_PORT", "2")
    monkeypatch.setenv("WATTIF_SEED", "2")
    found = Settings(port=3)

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
        ("PUBLIC_URL", "https://sandbox.example.com/path"),
        ("TRUSTED_PROXIES", "somewhere"),
        ("ADMIN_TOKEN", "two words"),
        ("MAX_WORLDS", "1"),
        ("MAX_BODY_BYTES", "1023"),
    ],
)
def test_what_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A value out of bounds or of another form is refused."""
    monkeypatch.setenv(f"WATTIF_{name}", text)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_every_setting_is_told() -> None:
    """Each setting has a sentence of its own, is tried above, and stands in the example file."""
    names = {name.upper() for name in Settings.model_fields}
    exemplified = set(re.findall(r"^# WATTIF_([A-Z_]+)=", EXAMPLE.read_text("utf-8"), re.MULTILINE))

    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())
    assert names == set(GIVEN)
    assert exemplified == names - {"FRESH"}
