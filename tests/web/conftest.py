"""A sandbox whose requests are recorded as a log would get them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.main import create_app
from app.web.request_log import RequestLog, RequestRecord
from tests.conftest import HOST, Sandbox, settings
from tests.databases import Databases, Kept
from tests.direct_client import DirectClient


@dataclass(slots=True)
class LoggedSandbox(Sandbox):
    """A sandbox, and the records of what was called."""

    records: list[RequestRecord] = field(default_factory=list)

    def last(self) -> RequestRecord:
        """The record of the last call; there is exactly one of it."""
        (record,) = self.records
        self.records.clear()
        return record


@pytest.fixture(scope="module")
def logged(databases: Databases, made: Kept) -> Iterator[LoggedSandbox]:
    """A sandbox that logs everything. Tests of a module share it."""
    kept = databases.copy(made)
    records: list[RequestRecord] = []
    app = create_app(settings(kept), log=RequestLog(records.append))
    app.state.context.ready = True
    with DirectClient(app, base_url=HOST, follow_redirects=False) as client:
        yield LoggedSandbox(client, kept, records=records)
    databases.drop(kept)


@pytest.fixture(autouse=True)
def nothing_recorded(request: pytest.FixtureRequest) -> None:
    """Each test of a logged sandbox begins without records, and with its worlds looked up."""
    if "logged" in request.fixturenames:
        sandbox: LoggedSandbox = request.getfixturevalue("logged")
        sandbox.opened(), sandbox.opened("documented")
        sandbox.records.clear()
