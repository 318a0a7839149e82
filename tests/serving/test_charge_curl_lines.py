"""The documented lines of curl are answered by the world `documented`, with only the host swapped."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from tests.conftest import NOT_TESTED
from tests.contract.charge_examples import EXAMPLES, KEY
from tests.databases import SqliteFiles
from tests.serving.servers import Server, serving

pytestmark = pytest.mark.slow

REQUESTS: Final = {page: example["request"] for page, example in EXAMPLES.items() if "request" in example}
RESET: Final = "/_sandbox/v1/worlds/documented/reset"
INSTANTS: Final = {
    "estimations/retrieve": "2026-04-01T00:37:10.811Z",
    "reports/retrieve": "2026-05-03T00:00:00Z",
    "transactions/retrieve": "2026-04-02T00:00:00Z",
}
"""What three lines need besides: their objects do not exist at the instant of the world `documented`."""


@pytest.fixture(scope="module")
def server(sqlite_files: SqliteFiles) -> Iterator[Server]:
    if shutil.which("curl") is None:
        pytest.skip(f"{NOT_TESTED} WITH CURL: no curl")
    with serving(sqlite_files.new()) as server:
        yield server


@pytest.mark.parametrize("page", REQUESTS)
def test_documented_line_of_curl_is_answered(page: str, server: Server) -> None:
    """The status is the documented one, and the answer has the printed members in their order."""
    server.client.post(RESET).raise_for_status()
    printed = EXAMPLES[page]["answer"]
    done = subprocess.run(  # noqa: S603 - the documented call
        ["curl", "-sS", "-w", "\n%{http_code}", *arguments(page, server.url)],  # noqa: S607 - the one of this machine
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    answer, status = done.stdout.rsplit("\n", 1)

    assert int(status) == (404 if page == "errors" else 200), answer
    assert list(json.loads(answer)) == list(printed)


def arguments(page: str, url: str) -> list[str]:
    """What curl is given, in the form of Charge's pages."""
    request = REQUESTS[page]
    line = [url + request["path"], "-H", f"Authorization: {KEY['Authorization']}"]
    if page in INSTANTS:
        line += ["-H", f"X-Sandbox-At: {INSTANTS[page]}"]
    if request["method"] != "GET":
        line = ["-X", request["method"], *line]
    if "body" in request:
        line += ["--json", json.dumps(request["body"])]
    if "query" in request:
        line = ["-G", *line, *(part for it in request["query"].items() for part in ("-d", "{}={}".format(*it)))]
    return line
