"""`serve --for-tests`: a server with a temporary database, which ends with its stdin."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.serving.servers import PROGRAM, READY, ROOT

pytestmark = pytest.mark.slow

_STOP_S: Final = 10
_COMMAND: Final = (sys.executable, *PROGRAM, "serve", "--for-tests", "--port", "0")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, in which no other process makes any, and a cache that is empty.

    Its name has letters that mean something else in a URL.
    """
    folder = tmp_path / "temporär %20?#"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    return folder


@contextmanager
def _served(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server for tests, and its address."""
    with subprocess.Popen(  # noqa: S603 - this very interpreter
        [*_COMMAND, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = next(each for each in process.stdout if each.startswith(READY))
            yield process, line.removeprefix(READY).strip()
        finally:
            process.kill()


def _end_of_stdin(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.parametrize("end", [_end_of_stdin, subprocess.Popen.terminate], ids=["end of stdin", "SIGTERM"])
def test_folder_ends_with_the_server(temporary: Path, end: Callable[[subprocess.Popen[str]], None]) -> None:
    """The database lies in a temporary folder, which is removed when stdin ends, or by SIGTERM; the exit code is 0."""
    with _served() as (process, _):
        [folder] = temporary.iterdir()
        assert (folder / "wattif.db").exists()
        end(process)

        assert process.wait(_STOP_S) == 0
    assert [*temporary.iterdir()] == []
    assert not Path("wattif.db").exists()


def test_server_ends_while_it_starts(temporary: Path) -> None:
    """A server whose stdin ends at once does not begin to serve, and leaves no folder."""
    run = subprocess.run(  # noqa: S603 - this very interpreter
        _COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )

    assert (run.returncode, run.stdout) == (0, "")
    assert [*temporary.iterdir()] == []


@pytest.mark.usefixtures("temporary")
def test_second_start_has_the_same_worlds() -> None:
    """A start that takes its worlds from the cache has the same ones as the start that made them."""
    shown = []
    for _ in range(2):
        with _served() as (_, url):
            worlds = f"{url}/_sandbox/v1/worlds"
            made = httpx2.post(worlds, json={"clock": {"speed": 0}}).json()
            key = {"Authorization": f"Bearer {made['credentials']['charge']['secret_key']}"}
            documented = httpx2.get(f"{url}/v1/charging_sessions", headers={"Authorization": "Bearer ch_sk_test_..."})
            sessions = httpx2.get(f"{url}/v1/charging_sessions?limit=100", headers=key).text.replace(url, "")
            clock = httpx2.get(f"{worlds}/default/clock").json()
            shown.append((made["sample"], sessions, documented.text.replace(url, ""), clock))

    assert shown[0] == shown[1]
    assert len(list((Path("cache") / "wattif").iterdir())) == 1


@pytest.mark.usefixtures("temporary")
def test_chosen_worlds_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options and chosen keys hold, though another start has left its worlds in the cache."""
    key = "ch_sk_test_chosenForThisServer1"
    with _served() as (_, url):
        pass
    monkeypatch.setenv("WATTIF_CHARGE_KEY", key)
    with _served("--scenario", "village", "--seed", "5") as (_, url):
        world = httpx2.get(f"{url}/_sandbox/v1/worlds/default").json()

    assert (world["scenario"], world["seed"]) == ("village", 5)
    assert world["credentials"]["charge"]["secret_key"] == key


@pytest.mark.usefixtures("temporary")
def test_damaged_cache_is_not_used() -> None:
    """A file that a killed start has cut short, and a link to a device, are replaced by one that is whole."""
    with _served():
        pass
    [kept] = (Path("cache") / "wattif").iterdir()
    kept.write_bytes(kept.read_bytes()[:-4096])
    kept.with_name(f"{kept.name.rpartition('-')[0]}-0.db").symlink_to("/dev/zero")
    with _served() as (_, url):
        made = httpx2.post(f"{url}/_sandbox/v1/worlds", json={})
    [again] = (Path("cache") / "wattif").iterdir()

    assert made.status_code == 201
    assert again.is_file()
    assert again.name != kept.name


def test_cache_may_be_unwritable(temporary: Path) -> None:
    """Where the cache cannot be written, a server starts as it does for the first time."""
    (temporary.parent / "cache").write_text("not a folder")
    with _served() as (_, url):
        assert httpx2.get(f"{url}/_sandbox/v1/ready").is_success


@pytest.mark.parametrize("option", ["--database=sqlite:///other.db", "--fresh"])
@pytest.mark.usefixtures("temporary")
def test_database_cannot_be_chosen(option: str) -> None:
    """--for-tests with --database or --fresh is a mistake of usage."""
    run = subprocess.run(  # noqa: S603 - this very interpreter
        [*_COMMAND, option], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 2
    assert "--for-tests takes neither --database nor --fresh" in run.stderr
