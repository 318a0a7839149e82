"""A session gets stars from its user."""

from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import Customer, customer, error

pytestmark = pytest.mark.own_server


def _ended(sandbox: Sandbox) -> tuple[Customer, str]:
    me = customer(sandbox)
    session = me.start()["id"]
    me.advance("PT5M")
    me.stop(session)
    return me, f"charging-sessions/{session}/"


@pytest.mark.parametrize("given", [{"json": {"rates": 5}}, {"json": {"rates": "5"}}, {"data": {"rates": "5"}}])
def test_stars_are_kept(sandbox: Sandbox, given: dict[str, Any]) -> None:
    """A number, its text, or a field of a form is kept as a number, and nothing else of the session changes."""
    me, path = _ended(sandbox)
    before = me.call("GET", path).json()

    rated = me.call("PATCH", path, **given)

    assert (rated.status_code, rated.json()) == (200, before | {"rates": 5})
    assert me.call("GET", path).json() == rated.json() == me.rows("charging-sessions/")[0]


@pytest.mark.parametrize("given", [{"json": {"rates": None}}, {"data": {"rates": ""}}])
def test_null_takes_stars_back(sandbox: Sandbox, given: dict[str, Any]) -> None:
    """Null, or a blank in a form, is no rating."""
    me, path = _ended(sandbox)
    me.call("PATCH", path, json={"rates": 1})

    assert me.call("PATCH", path, **given).json()["rates"] is None


@pytest.mark.parametrize("body", [{}, {"id": "x", "is_active": True}])
def test_other_members_change_nothing(sandbox: Sandbox, body: dict[str, object]) -> None:
    """What cannot be written is ignored, and a body without `rates` keeps the stars."""
    me, path = _ended(sandbox)
    rated = me.call("PATCH", path, json={"rates": 3}).json()

    assert me.call("PATCH", path, json=body).json() == rated


@pytest.mark.parametrize("stars", [0, 6, "five", 4.5, True, [5]])
def test_other_stars_are_refused(sandbox: Sandbox, stars: object) -> None:
    """What is not 1 to 5 is 400, and the stars stay."""
    me, path = _ended(sandbox)
    me.call("PATCH", path, json={"rates": 4})

    refused = me.call("PATCH", path, json={"rates": stars})

    assert error(refused) == (400, "Validation Error", "validation_error")
    assert refused.json()["error"]["details"].endswith("is not a valid choice.")
    assert me.call("GET", path).json()["rates"] == 4


def test_cariqa_056_stars_during_a_session_are_shown_after_it(sandbox: Sandbox) -> None:
    """An active session can be rated; the answer has the stars, and reads have them from the end on (CARIQA-056)."""
    me = customer(sandbox)
    session = me.start()["id"]

    rated = me.call("PATCH", f"charging-sessions/{session}/", json={"rates": 2}).json()
    active = me.session(session)
    me.stop(session)

    assert (rated["rates"], active["rates"], me.session(session)["rates"]) == (2, None, 2)


def test_only_sessions_of_the_user_are_rated(sandbox: Sandbox) -> None:
    """A session that is not there, or is another user's, is 404."""
    me, path = _ended(sandbox)

    for other in (me.other("00000000-0000-4000-8000-0000000000d3"), me.other("unknown")):
        assert error(other.call("PATCH", path, json={"rates": 1})) == (404, "Not found.", "")
        assert error(other.call("GET", path)) == (404, "Not found.", "")
    for named in ("x", "%00", "%C3%A9"):
        assert error(me.call("GET", f"charging-sessions/{named}/")) == (404, "Not found.", "")
        assert error(me.call("PATCH", f"charging-sessions/{named}/", json={"rates": 1})) == (404, "Not found.", "")
