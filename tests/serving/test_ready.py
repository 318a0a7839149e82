"""A server prints its address, working credentials, and complete calls to copy."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import podero_path
from tests.databases import Databases, Kept
from tests.serving.servers import READY, Server, serving, told

pytestmark = pytest.mark.slow

ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]*")


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[Server]:
    """A server that created its worlds in an empty database."""
    kept = databases.new()
    with serving(kept) as new:
        yield new
    databases.drop(kept)


def test_the_last_line_has_the_address(server: Server) -> None:
    """The line begins with the documented words, and the address answers when it is printed."""
    assert server.printed[-1].startswith(READY)
    assert ADDRESS.fullmatch(server.url)
    assert server.client.get("/_sandbox/v1/ready").json() == {"status": "ready"}


def test_the_printed_credentials_work(server: Server) -> None:
    """The printed key and tokens open the world `default` at each vendor."""
    keys = [found.group(1) for line in server.printed if (found := re.search(r"(?:key|token) +(\S+)$", line))]
    world = server.world()["credentials"]
    paths = [
        "/v1/charging_sessions",
        f"/api/v1/users/{world['cariqa']['user_id']}/charging-sessions/",
        f"{podero_path(world['podero'])}?from=2026-03-01&to=2026-03-04",
    ]
    answers = [
        server.client.get(path, headers={"Authorization": f"Bearer {key}"})
        for path, key in zip(paths, keys, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.headers["X-Sandbox-World"] for answer in answers] == ["default"] * 3


def test_the_printed_addresses_answer(server: Server) -> None:
    """Every printed address is one of this server; docs and worlds can be opened."""
    addresses = [address for line in server.printed for address in re.findall(r"http://\S+", line)]
    pages = [address for address in addresses if address.endswith(("/docs", "/worlds"))]

    assert all(address.startswith(server.url) for address in addresses)
    assert [server.client.get(page).status_code for page in pages] == [200, 200]


def test_the_printed_call_starts_a_session(server: Server) -> None:
    """The curl line can be copied: its method, address, header and JSON create a session."""
    line = next(line for line in server.printed if line.strip().startswith("curl -X POST"))
    curl, minus_x, method, address, *options = shlex.split(line)
    headers = dict(option.split(": ", 1) for option in options[1:4:2])
    answer = server.client.request(method, address, headers=headers, content=options[5])

    assert (curl, minus_x, options[::2]) == ("curl", "-X", ["-H", "-H", "-d"])
    assert answer.status_code == 200
    assert answer.json()["object"] == "charging_session"
    assert answer.json()["status"] == "active"


def test_every_scenario_can_be_the_default_world(tmp_path: Path) -> None:
    """The world `default` may be made of the scenario `documented`; it has credentials of its own then."""
    with serving(Kept(f"sqlite:///{tmp_path}/wattif.db"), "--scenario", "documented") as server:
        keys = [server.world(name)["credentials"]["charge"]["secret_key"] for name in ("default", "documented")]

        assert keys[1] == "ch_sk_test_..."
        assert keys[0] != keys[1]


def test_health_exits_0_for_a_running_server(server: Server, tmp_path: Path) -> None:
    """`health` takes an address with or without scheme, or the port of the environment."""
    port = server.url.rpartition(":")[2]

    assert told("health", "--url", server.url, folder=tmp_path).returncode == 0
    assert told("health", folder=tmp_path, WATTIF_PORT=port).returncode == 0


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:notaport"])
def test_health_exits_1_without_a_server(tmp_path: Path, url: str) -> None:
    """`health` prints one line, and no traceback."""
    answer = told("health", "--url", url, folder=tmp_path)

    assert answer.returncode == 1
    assert "no answer" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_version_is_printed(tmp_path: Path) -> None:
    """`--version` prints name and version, and writes no file."""
    answer = told("--version", folder=tmp_path)

    assert answer.returncode == 0
    assert re.fullmatch(r"wattif \d+\.\d+\.\d+\S*\n", answer.stdout)
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_refused(server: Server, tmp_path: Path) -> None:
    """A second server on the same port exits with 2, names the port in one line, and creates no database."""
    port = server.url.rpartition(":")[2]
    answer = told("serve", "--port", port, "--database", f"sqlite:///{tmp_path}/other.db", folder=tmp_path)

    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert port in answer.stderr
    assert list(tmp_path.iterdir()) == []
