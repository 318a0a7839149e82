"""Pages of any origin may call this vendor's API, because its key protects it."""

from tests.conftest import Sandbox
from tests.vendors.podero.cars import bearer, keys, path

ORIGIN = {"Origin": "https://app.example"}
DAYS = {"from": "2026-01-01", "to": "2026-12-31"}


def test_a_page_may_read_the_answer(sandbox: Sandbox) -> None:
    """An answer to a page says that it may be read, and with it world and instant."""
    answer = sandbox.client.get(path(sandbox), params=DAYS, headers=bearer(keys(sandbox)["token"]) | ORIGIN)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"].lower() == "x-sandbox-world, x-sandbox-now"


def test_a_page_may_read_a_refusal(sandbox: Sandbox) -> None:
    """A page that has no key can read that it has none."""
    answer = sandbox.client.get(path(sandbox), params=DAYS, headers=ORIGIN)

    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_browser_may_ask_first(sandbox: Sandbox) -> None:
    """What a browser asks on its own, without a key, is granted: the method, the key's header and the sandbox's."""
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,x-sandbox-at"}

    answer = sandbox.client.options(path(sandbox), headers=ORIGIN | asked)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "x-sandbox-at" in answer.headers["access-control-allow-headers"].lower()


def test_request_without_origin_gets_no_cors_headers(sandbox: Sandbox) -> None:
    """The answer to a request without `Origin` has none of them."""
    answer = sandbox.client.get(path(sandbox), params=DAYS, headers=bearer(keys(sandbox)["token"]))

    assert not [name for name in answer.headers if name.startswith("access-control")]
