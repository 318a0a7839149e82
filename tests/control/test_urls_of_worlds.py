"""A world says where each vendor's API is served, for the one who asks."""

from collections.abc import Callable
from typing import Any, Final

from tests.conftest import HOST, Sandbox
from tests.control.worlds import WORLDS, create_world, look_at_each_vendor

_PATHS: Final = {"charge": "/v1", "cariqa": "/api/v1", "podero": "/api/partners/v2.0"}


def test_urls_are_those_of_the_request(sandbox: Sandbox) -> None:
    """A new, a shown, a listed, a reset and an imported world have the address to which the request was sent."""
    made = create_world(sandbox, name="made", scenario="empty")
    shown = sandbox.client.get(f"{WORLDS}/made").json()
    listed = sandbox.client.get(WORLDS, params={"prefix": "made"}).json()["worlds"]
    reset = sandbox.client.post(f"{WORLDS}/made/reset").json()
    file = sandbox.client.get(f"{WORLDS}/made/export").json()
    imported = sandbox.client.post(f"{WORLDS}/import", params={"name": "made-again"}, json=file).json()

    for world in (made, shown, *listed, reset, imported):
        assert world["urls"] == urls(HOST)
    assert len(listed) == 1


def test_vendors_answer_below_their_urls(sandbox: Sandbox) -> None:
    """The paths of their calls begin with the paths of the addresses."""
    world = create_world(sandbox, scenario="empty")
    answers = look_at_each_vendor(sandbox, world)

    assert {answer.status_code for answer in answers.values()} == {200}
    for vendor, answer in answers.items():
        assert str(answer.request.url).startswith(f"{world['urls'][vendor]}/")


def test_urls_have_the_public_address(open_sandbox: Callable[..., Sandbox]) -> None:
    """With WATTIF_PUBLIC_URL they begin with it, also when the request was sent to another address."""
    sandbox = open_sandbox(public_url="https://sandbox.example/tools")

    assert sandbox.world()["urls"] == urls("https://sandbox.example/tools")


def test_urls_lead_through_the_proxy(open_sandbox: Callable[..., Sandbox]) -> None:
    """Behind a trusted proxy they have its address and its path, in each answer."""
    sandbox = open_sandbox(trusted_proxies="10.0.0.0/8").called_from("10.1.2.3")
    headers = {"X-Forwarded-Host": "localhost:9000", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/wattif"}
    shown: list[dict[str, Any]] = sandbox.client.get(WORLDS, headers=headers).json()["worlds"]

    assert [world["urls"] for world in shown] == [urls("https://localhost:9000/wattif")] * 2


def urls(origin: str) -> dict[str, str]:
    return {vendor: f"{origin}{path}" for vendor, path in _PATHS.items()}
