"""A page token that is too long is refused."""

import pytest

from tests.conftest import Sandbox


@pytest.mark.own_server
def test_a_long_page_token_is_refused(sandbox: Sandbox) -> None:
    """A page token of sixty thousand characters is 400."""
    answer = sandbox.charge(page="page_" + "A" * 60_000)

    assert (answer.status_code, answer.json()["param"]) == (400, "page")
