"""A server is ready while its database has all of its tables."""

import pytest

from tests.conftest import Sandbox

READY = "/_sandbox/v1/ready"


@pytest.mark.own_server
def test_a_missing_table_is_not_ready(sandbox: Sandbox) -> None:
    """While another program has taken a table away, the call is 503 and names it; then it is 200 again."""
    before = sandbox.client.get(READY)
    sandbox.kept.run("ALTER TABLE reservation RENAME TO elsewhere")
    missing = sandbox.client.get(READY)
    sandbox.kept.run("ALTER TABLE elsewhere RENAME TO reservation")
    after = sandbox.client.get(READY)

    assert [answer.status_code for answer in (before, missing, after)] == [200, 503, 200]
    assert "its table reservation is missing" in missing.json()["detail"]
