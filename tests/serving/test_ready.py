"""A server says what can be done with it, and it is true: address, keys and a complete call to copy."""

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
    """A server that has made its worlds in an empty database."""
    kept = databases.new()
    with serving(kept) as new:
        yield new
    databases.drop(kept)


def test_the_last_line_says_where_it_is(server: Server) -> None:
    """The line begins as promised and ends with an address that answers, once every line before it is there."""
    assert server.printed[-1].startswith(READY)
    assert ADDRESS.fullmatch(server.url)
    assert server.client.get("/_sandbox/v1/ready").json() == {"status": "ready"}


def test_the_printed_keys_work(server: Server) -> None:
    """Charge's key and the tokens of Cariqa and Podero, as they are printed, open the world `default`."""
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
    """Every address that is printed is one of this server; docs and worlds can be opened as they stand there."""
    addresses = [address for line in server.printed for address in re.findall(r"http://\S+", line)]
    pages = [address for address in addresses if address.endswith(("/docs", "/worlds"))]

    assert all(address.startswith(server.url) for address in addresses)
    assert [server.client.get(page).status_code for page in pages] == [200, 200]


def test_the_printed_call_starts_a_session(server: Server) -> None:
    """The curl line can be copied as it is: its method, address, header and JSON create a session."""
    line = next(line for line in server.printed if line.strip().startswith("curl -X POST"))
    curl, minus_x, method, address, *options = shlex.split(line)
    headers = dict(option.split(": ", 1) for option in options[1:4:2])
    answer = server.client.request(method, address, headers=headers, content=options[5])

    assert (curl, minus_x, options[::2]) == ("curl", "-X", ["-H", "-H", "-d"])
    assert answer.status_code == 200
    assert answer.json()["object"] == "charging_session"
    assert answer.json()["status"] == "active"


def test_every_scenario_can_be_the_default_world(tmp_path: Path) -> None:
    """The world `default` may be made of the scenario `documented` too: its printed keys are then keys of its own."""
    with serving(Kept(f"sqlite:///{tmp_path}/wattif.db"), "--scenario", "documented") as server:
        keys = [server.world(name)["credentials"]["charge"]["secret_key"] for name in ("default", "documented")]

        assert keys[1] == "ch_sk_test_..."
        assert keys[0] != keys[1]


def test_health_asks_it(server: Server, tmp_path: Path) -> None:
    """`health` exits 0 for a server that answers, named with or without its scheme, or by its port."""
    port = server.url.rpartition(":")[2]

    assert told("health", "--url", server.url, folder=tmp_path).returncode == 0
    assert told("health", folder=tmp_path, WATTIF_PORT=port).returncode == 0


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:notaport"])
def test_health_tells_when_nobody_answers(tmp_path: Path, url: str) -> None:
    """`health` exits 1 where no server answers, with a line that says so and no traceback."""
    answer = told("health", "--url", url, folder=tmp_path)

    assert answer.returncode == 1
    assert "no answer" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    """`--version` prints name and version, and nothing is made."""
    answer = told("--version", folder=tmp_path)

    assert answer.returncode == 0
    assert re.fullmatch(r"wattif \d+\.\d+\.\d+\S*\n", answer.stdout)
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_told(server: Server, tmp_path: Path) -> None:
    """A second server on the same port exits 2 with one line that names it, and makes no database."""
    port = server.url.rpartition(":")[2]
    answer = told("serve", "--port", port, "--database", f"sqlite:///{tmp_path}/other.db", folder=tmp_path)

    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert port in answer.stderr
    assert list(tmp_path.iterdir()) == []
