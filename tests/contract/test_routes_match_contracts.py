"""The operations that an API has and those that its contract writes are the same; each says how well it is known."""

import re
from typing import Any, Final

import pytest
from starlette.routing import Mount, Route

from tests.conftest import Sandbox
from tests.contract.written import CONTRACTS, Operation, operations

_MOUNTS: Final = {
    "charge": ("/v1",),
    "cariqa": ("/api/v1",),
    "podero": ("/api/partners/v2.0", "/oauth2"),
    "sandbox": ("/_sandbox/v1",),
}
_PAGES: Final = {
    *("/docs/static", "/docs/contracts.json", "/docs", "/docs/", "/"),
    *("/docs/contracts/{name}.json", "/docs/fidelity/{vendor}", "/docs/quirks/{vendor}"),
}
"""Pages for people, which no contract writes."""
_FILES: Final = "/_sandbox/files"
"""A mount of files for people, to which vendors' answers link."""
_BESIDE_CONTROL: Final = {"/_sandbox"}
"""A mount without operations, which only applies the access rules of the control API."""
_FIDELITIES: Final = {"seed", "documented", "assumed"}


@pytest.mark.own_server
@pytest.mark.parametrize("contract", CONTRACTS)
def test_routes_and_written_operations_are_the_same(sandbox: Sandbox, contract: str) -> None:
    """Every route is an operation of the contract and every operation has a route, with the same method.

    Another spelling of a path is left out of both.
    """
    routed = {route for prefix in _MOUNTS[contract] for route in _routes(sandbox, prefix)}
    written = {(op.method.upper(), _nameless(op.path)) for op in operations() if op.contract == contract}

    assert routed == written


@pytest.mark.own_server
def test_every_mount_has_a_contract(sandbox: Sandbox) -> None:
    """Every mounted application belongs to a contract; all other paths are files and pages."""
    application: Any = sandbox.client.app
    pages = {route.path or "/" for route in application.router.default.routes}

    assert {mount.path for mount in application.routes} == {path for paths in _MOUNTS.values() for path in paths} | {
        _FILES
    }
    assert pages == _PAGES | _BESIDE_CONTROL
    assert set(_MOUNTS) == set(CONTRACTS)


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_operation_has_its_fidelity(operation: Operation) -> None:
    """Each operation names its fidelity, and its source unless it is assumed."""
    fidelity = operation.written["x-fidelity"]

    assert fidelity in _FIDELITIES
    assert ("x-source" in operation.written) == (fidelity != "assumed")
    assert str(operation.written.get("x-source", "https://")).startswith("https://")


def test_operation_ids_are_unique() -> None:
    """Within a contract no two operations have the same operationId."""
    names = [str(operation) for operation in operations()]

    assert len(set(names)) == len(names)


def _routes(sandbox: Sandbox, prefix: str) -> set[tuple[str, str]]:
    application: Any = sandbox.client.app
    mount = next(route for route in application.routes if isinstance(route, Mount) and route.path == prefix)
    return {
        (method, _nameless(f"{prefix}{route.path}"))
        for route in mount.routes
        if isinstance(route, Route) and route.include_in_schema
        for method in route.methods or ()
    }


def _nameless(path: str) -> str:
    """The path without the names of its parameters, which code and contract choose for themselves."""
    return re.sub(r"\{[^}]*\}", "{}", path)
