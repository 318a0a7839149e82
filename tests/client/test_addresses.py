"""A client that is given no address finds its server in the environment."""

from os import environ

import pytest

from app.client import ControlClient, UsageError
from tests.serving.fake_server import FakeServer, fake_server


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes Wattif's variables from the environment."""
    for name in [each for each in environ if each.startswith("WATTIF_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"WATTIF_PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"WATTIF_PORT": "9000", "WATTIF_URL": "http://wattif:8000/"}, "http://wattif:8000"),
        ({"WATTIF_PORT": " ", "WATTIF_URL": ""}, "http://127.0.0.1:8000"),
    ],
)
def test_the_environment_names_the_server(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str
) -> None:
    """WATTIF_URL comes first, then WATTIF_PORT; an empty variable counts as unset."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert ControlClient().url == address


def test_a_free_port_names_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """With WATTIF_PORT=0 the address cannot be known."""
    monkeypatch.setenv("WATTIF_PORT", "0")
    with pytest.raises(UsageError, match="name its address in WATTIF_URL"):
        ControlClient()


def test_the_token_belongs_to_the_server_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """WATTIF_ADMIN_TOKEN is sent to the server that the environment names, and to no other."""
    with fake_server() as server:
        server.answers({"status": "ok", "version": "1"})
        monkeypatch.setenv("WATTIF_URL", server.url)
        monkeypatch.setenv("WATTIF_ADMIN_TOKEN", "token-of-the-environment")
        for client in (ControlClient(), ControlClient(token="another"), ControlClient(server.url)):
            client.health()

    assert sent(server) == ["Bearer token-of-the-environment", "Bearer another", None]


def sent(server: FakeServer) -> list[str | None]:
    """The Authorization header of each request."""
    return [asked.headers.get("Authorization") for asked in server.asked]
