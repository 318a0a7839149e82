"""The types of what a world shows of each vendor say what the contract of the control API says."""

from collections.abc import Iterator
from typing import Any, Final, get_args, get_type_hints, is_typeddict

import pytest

from app.client import ChosenCredentials, ControlClient, Credentials, Magic, Sample, Urls
from app.web.openapi import contract
from tests.conftest import on_sqlite

_SCHEMAS: Final[dict[str, Any]] = contract("sandbox")["components"]["schemas"]
_TYPES: Final = (Credentials, Magic, Sample, Urls)
_SCENARIOS: Final = ("village", "empty", "fault_parade", "documented")


@pytest.mark.parametrize("type_", _TYPES, ids=lambda type_: type_.__name__)
def test_types_have_the_members_of_the_contract(type_: type) -> None:
    """No member is missing, and none is invented."""
    assert set(members(type_)) == set(properties(_SCHEMAS[type_.__name__]))


def test_chosen_credentials_have_the_keys_of_the_contract() -> None:
    """All keys can be chosen; the ids beside them cannot."""
    beside = {("cariqa", "user_id"), ("podero", "org_id"), ("podero", "user_id"), ("podero", "electric_vehicle_id")}

    assert set(members(ChosenCredentials)) == set(properties(_SCHEMAS["ChosenCredentials"])) - beside


@on_sqlite
@pytest.mark.parametrize("scenario", _SCENARIOS)
def test_worlds_have_what_the_types_promise(client: ControlClient, scenario: str) -> None:
    """In Wattif's own scenarios each member that is not optional is there, and is a text."""
    with client.create_world(scenario=scenario) as world:
        shown = {Credentials: world.credentials, Magic: world.magic, Sample: world.sample, Urls: world.urls}
        for type_, value in shown.items():
            for path, hint in members(type_).items():
                found: Any = value
                for step in path:
                    found = found.get(step)
                allowed = hint if isinstance(hint, type) else get_args(hint)
                assert isinstance(found, allowed) or hint is None, (type_, path, found)


def members(type_: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:  # noqa: ANN401 - a TypedDict is no type
    """The type of each innermost member by its path; None for an optional one."""
    found: dict[tuple[str, ...], Any] = {}
    for name, hint in get_type_hints(type_).items():
        if is_typeddict(hint):
            found |= members(hint, (*path, name))
        else:
            found[(*path, name)] = hint if name in type_.__required_keys__ else None
    return found


def properties(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of the innermost properties of a schema."""
    for name, each in schema["properties"].items():
        if "properties" in each:
            yield from properties(each, (*path, name))
        else:
            yield *path, name
