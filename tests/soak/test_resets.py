"""While a world under load is reset, every request finds the old world or the new one, and never parts of one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from tests.databases import Kept
from tests.serving.accounts import halves, is_sound, overlaps
from tests.serving.crowds import Crowd, number, orders
from tests.serving.servers import Server

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("servers", ["many"], indirect=True)
def test_a_reset_under_load_shows_no_partial_world(kept: Kept, servers: list[Server]) -> None:
    """While clients start and end sessions at all servers, one server resets the world, and no request gets a 5xx.

    The clients are few, because the reset waits for them at each of its many short transactions.
    """
    crowd, key, over = Crowd(orders(kept)), servers[0].key(), Event()
    before = number(kept)
    with ThreadPoolExecutor(1) as press, ExitStack() as stack:
        pressed = press.submit(crowd.press, [each.url for each in servers], key, 8, over.is_set)
        stack.callback(over.set)
        answer = servers[-1].client.post("/_sandbox/v1/worlds/default/reset", timeout=60)
        over.wait(0.5)
    pressed.result()

    assert answer.status_code == 200
    assert number(kept) > before
    assert crowd.started
    assert crowd.statuses <= {200, 404, 409}
    assert crowd.gone == 0
    assert overlaps(kept, 1) == []
    assert halves(kept, 0) == []
    assert is_sound(kept)
