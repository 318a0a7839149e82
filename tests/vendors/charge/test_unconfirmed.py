"""An operator who confirms nothing refuses the starts and stops of every vendor."""

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world

pytestmark = pytest.mark.own_server


def test_unconfirmed_connector_starts_and_ends_no_session(sandbox: Sandbox) -> None:
    """Both are 409 while the event lasts, the session goes on, and both pass afterwards."""
    world = create_world(sandbox, scenario="empty")["name"]
    session = sandbox.start(world).json()["id"]
    simulate = f"{WORLDS}/{world}/simulate"
    event = {"event": "unconfirmed", "id": session, "for": "PT5M"}
    assert sandbox.client.post(simulate, json=event).status_code == 200

    ended = sandbox.end(session, world)
    again = sandbox.client.post(simulate, json=event)
    sandbox.advance("PT5M", world)

    assert (ended.status_code, ended.json()["code"], ended.json()["param"]) == (409, None, None)
    assert again.status_code == 409
    assert sandbox.end(session, world).json()["status"] == "completed"
    sandbox.advance("PT5M", world)
    assert sandbox.client.post(simulate, json=event).status_code == 200
    started = sandbox.start(world)
    assert (started.status_code, started.json()["param"]) == (409, None)
