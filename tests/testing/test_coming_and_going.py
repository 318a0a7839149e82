"""A process joins the server of others while they use it, and starts another one once they have left."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from app.client import ControlClient
from app.testing.sharing import shared_server

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Path:
    """The folder that the processes of a run share."""
    monkeypatch.setenv("XDG_CACHE_HOME", variables["XDG_CACHE_HOME"])
    return tmp_path / "shared"


def test_running_server_is_joined(folder: Path, tmp_path: Path) -> None:
    """While one uses the server, others get the same address, and it goes on when the first one leaves."""
    first = ExitStack()
    url = first.enter_context(shared_server(folder, tmp_path / "log"))
    with shared_server(folder, tmp_path / "log") as joined:
        first.close()

        assert joined == url
        assert ControlClient(joined).health()["status"] == "ok"


def test_ending_server_is_not_joined(folder: Path, tmp_path: Path) -> None:
    """One who comes right after the last user has left gets a server that answers, each time."""
    for _ in range(3):
        with shared_server(folder, tmp_path / "log") as url, ControlClient(url) as client:
            assert client.create_world(scenario="empty").scenario == "empty"
