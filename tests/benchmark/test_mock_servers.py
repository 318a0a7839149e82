"""A mock server that this machine cannot run is left out of the benchmark with the reason."""

import json
from pathlib import Path

import pytest

from bench import mock_servers
from bench.loads import Target
from bench.mock_servers import FASTAPI, MOCK_SERVERS, MockServer, MockServerMissingError
from bench.servers import Server, Wait

_NAMES = [each.name for each in MOCK_SERVERS]
_BODY = b'{"data":[{"id":1}]}'


class _Page(Target):
    """A page that is read from no server."""

    def read(self) -> bytes:
        return _BODY


_PAGE = _Page("page", Server(0, 1, Wait(0, 0)), "/v1/page?limit=1", rows=None)


@pytest.mark.parametrize("server", MOCK_SERVERS, ids=_NAMES)
def test_package_that_is_not_installed(server: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason says how to install it."""
    monkeypatch.setattr(mock_servers, "_MODULES", tmp_path)

    with (
        pytest.raises(MockServerMissingError, match=f"{server.package} is not installed: `make bench`"),
        server.answering(_PAGE, tmp_path),
    ):
        pass
    assert mock_servers.versions() == "none"


@pytest.mark.parametrize(("server", "program"), [*zip(MOCK_SERVERS, ("node", "java", "node"), strict=True)], ids=_NAMES)
def test_program_that_is_not_there(
    server: MockServer, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason names it."""
    manifest = tmp_path / server.package / "package.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"version": "1.2.3"}')
    monkeypatch.setattr(mock_servers, "_MODULES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        pytest.raises(MockServerMissingError, match=f"there is no {program} on the PATH"),
        server.answering(_PAGE, tmp_path),
    ):
        pass
    assert server.title == f"{server.name} 1.2.3"


def test_fastapi_answers_the_constant(tmp_path: Path) -> None:
    """The page's bytes come back under its path."""
    with FASTAPI.answering(_PAGE, tmp_path) as target:
        assert target.path == _PAGE.path
        assert target.read() == _BODY
        assert json.loads(_BODY) == target.json()
