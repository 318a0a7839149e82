"""GET /metrics gives the answers of this server and the number of worlds in Prometheus's text format."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app import __version__
from app.store.database.protocol import DatabaseUnavailableError
from app.web.request_counters import WAITS
from tests.conftest import Sandbox, on_sqlite

pytestmark = pytest.mark.own_server

METRICS: Final = "/_sandbox/v1/metrics"
APIS: Final = {"charge", "cariqa", "podero", "podero_token", "sandbox", "files"}
FAMILIES: Final = {
    "wattif_info": "gauge",
    "wattif_requests": "counter",
    "wattif_request_seconds": "histogram",
    "wattif_worlds": "gauge",
}

Labels = frozenset[tuple[str, str]]


def test_the_metrics_are_in_prometheus_format(sandbox: Sandbox) -> None:
    """Every family has a type and a description."""
    answer = sandbox.client.get(METRICS)
    families = list(text_string_to_metric_families(answer.text))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert {family.name: family.type for family in families} == FAMILIES
    assert all(family.documentation.endswith(".") for family in families)


def test_the_metrics_have_the_servers_version(sandbox: Sandbox) -> None:
    """It is the label of a number that is always one."""
    assert _samples(sandbox, "wattif_info") == {_labels(version=__version__): 1}


def test_answers_are_counted(sandbox: Sandbox) -> None:
    """Answers are counted by API, method and status, refusals included."""
    sandbox.charge()
    sandbox.charge(limit=0)
    sandbox.client.get("/v1/charging_sessions")
    sandbox.client.get("/v1/nothing")
    sandbox.start()
    sandbox.cariqa()
    sandbox.cariqa("unknown")
    sandbox.podero(from_="2026-03-01", to="2026-03-04")
    sandbox.client.post("/oauth2/token/", json={})
    sandbox.client.options(
        "/v1/charging_sessions", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    )
    counted = _samples(sandbox, "wattif_requests_total")

    assert _of(counted, "charge") == {
        ("GET", "200"): 1,
        ("GET", "400"): 1,
        ("GET", "401"): 1,
        ("GET", "404"): 1,
        ("POST", "200"): 1,
        ("OPTIONS", "200"): 1,
    }
    assert _of(counted, "cariqa") == {("GET", "200"): 1, ("GET", "404"): 1}
    assert _of(counted, "podero") == {("GET", "200"): 1}
    assert _of(counted, "podero_token") == {("POST", "401"): 1}


def test_answers_of_the_control_api_are_counted(sandbox: Sandbox) -> None:
    """Refusals of its guard are counted; a scrape shows in the next one."""
    sandbox.client.get("/_sandbox/v1/worlds", headers={"Host": "evil.example"})
    first, second = (_of(_samples(sandbox, "wattif_requests_total"), "sandbox") for _ in range(2))

    assert first == {("GET", "403"): 1}
    assert second == {("GET", "200"): 1, ("GET", "403"): 1}


def test_pages_and_unknown_paths_are_not_counted(sandbox: Sandbox) -> None:
    """Requests that belong to no API are in no number."""
    for path in ("/docs", "/", "/nothing", "/docs/static/docs.js"):
        sandbox.client.get(path)

    assert _samples(sandbox, "wattif_requests_total") == {}


def test_every_api_has_metrics_from_the_start(sandbox: Sandbox) -> None:
    """Before its first answer an API has the count zero."""
    counts = _samples(sandbox, "wattif_request_seconds_count")

    assert counts == {_labels(api=api): 0 for api in APIS}


def test_answers_are_timed(sandbox: Sandbox) -> None:
    """Each answer is in all buckets whose bound it kept; the sum is that of the times."""
    for _ in range(3):
        sandbox.charge()
    buckets = _samples(sandbox, "wattif_request_seconds_bucket")
    bounds = [*(str(wait / 1_000_000) for wait in WAITS), "+Inf"]
    counts = [buckets[_labels(api="charge", le=bound)] for bound in bounds]
    total = _samples(sandbox, "wattif_request_seconds_sum")[_labels(api="charge")]

    assert len(buckets) == len(APIS) * len(bounds)
    assert counts == sorted(counts)
    assert counts[-1] == _samples(sandbox, "wattif_request_seconds_count")[_labels(api="charge")] == 3
    assert 0 < total < 30


def test_unknown_methods_are_counted_as_one(sandbox: Sandbox) -> None:
    """A caller that invents methods adds no time series."""
    for n in range(20):
        sandbox.client.request(f"BREW{n}", "/v1/charging_sessions")
    sandbox.client.request("get", "/v1/charging_sessions")

    assert _of(_samples(sandbox, "wattif_requests_total"), "charge") == {("other", "405"): 20, ("GET", "401"): 1}


def test_worlds_are_counted_by_state(sandbox: Sandbox) -> None:
    """The numbers come from the database, and every state has one, even if it is zero."""
    first = _samples(sandbox, "wattif_worlds")
    sandbox.client.post("/_sandbox/v1/worlds", json={"name": "third", "scenario": "hamlet"})
    second = _samples(sandbox, "wattif_worlds")
    sandbox.client.delete("/_sandbox/v1/worlds/third")
    third = _samples(sandbox, "wattif_worlds")

    assert {next(iter(labels))[1] for labels in first} == {"building", "template", "spare", "open", "retired"}
    assert [counts[_labels(state="open")] for counts in (first, second, third)] == [2, 3, 2]


def test_metrics_without_a_database_lack_the_worlds_only(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers are counted when the database does not answer."""

    async def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailableError("away")

    application: Any = sandbox.client.app
    sandbox.charge()
    monkeypatch.setattr(application.state.context.directory.database, "ask", away)

    assert _samples(sandbox, "wattif_worlds") == {}
    assert _of(_samples(sandbox, "wattif_requests_total"), "charge") == {("GET", "200"): 1}


def test_two_servers_count_separately(open_sandbox: Callable[..., Sandbox]) -> None:
    """They do so in one process, and on one database."""
    one, other = open_sandbox(), open_sandbox()
    one.charge()

    assert _of(_samples(one, "wattif_requests_total"), "charge") == {("GET", "200"): 1}
    assert _of(_samples(other, "wattif_requests_total"), "charge") == {}


@pytest.mark.slow
@on_sqlite
def test_the_metrics_library_is_imported_by_the_first_scrape(sandbox: Sandbox) -> None:
    """Starting the server does not import it."""
    line = "import sys, app.main; sys.exit('prometheus_client' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", line], timeout=60, check=False)  # noqa: S603 - this very interpreter

    assert run.returncode == 0
    assert sandbox.client.get(METRICS).status_code == 200


def _samples(sandbox: Sandbox, name: str) -> dict[Labels, float]:
    """The numbers of that name, by their labels."""
    families = text_string_to_metric_families(sandbox.client.get(METRICS).text)
    return {
        _labels(**sample.labels): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def _labels(**labels: str) -> Labels:
    return frozenset(labels.items())


def _of(counted: dict[Labels, float], api: str) -> dict[tuple[str, str], float]:
    """How often an API has answered, by method and status."""
    named = ((dict(labels), number) for labels, number in counted.items())
    return {(labels["method"], labels["status"]): number for labels, number in named if labels["api"] == api}
