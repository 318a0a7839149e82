"""What a face routes and what its contract writes are the same operations, and each says how well it is known."""

import re
from typing import Final

import pytest
from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from tests.conftest import Sandbox
from tests.contract.written import CONTRACTS, Operation, operations

_FACES: Final = {
    "charge": ("/v1",),
    "cariqa": ("/api/v1",),
    "podero": ("/api/partners/v2.0", "/oauth2"),
    "sandbox": ("/_sandbox/v1",),
}
_PAGES: Final = {"/docs/static", "/docs", "/"}
"""Pages for people, which no contract writes."""
_NOTHING: Final = {"/_sandbox"}
"""Where nothing answers, and strangers are not even told that."""
_FIDELITIES: Final = {"seed", "documented", "assumed"}


@pytest.mark.own_server
@pytest.mark.parametrize("contract", CONTRACTS)
def test_routes_and_operations_are_the_same(sandbox: Sandbox, contract: str) -> None:
    """Every route has its operation, every operation its route, methods included."""
    routed = {route for prefix in _FACES[contract] for route in _routes(sandbox, prefix)}
    written = {(op.method.upper(), _nameless(op.path)) for op in operations() if op.contract == contract}

    assert routed == written


@pytest.mark.own_server
def test_every_face_has_a_contract(sandbox: Sandbox) -> None:
    """Whatever is mounted is the face of a contract, or a page for people."""
    mounted = {route.path or "/" for route in _application(sandbox).routes if isinstance(route, Mount | Route)}

    assert mounted == _PAGES | _NOTHING | {prefix for prefixes in _FACES.values() for prefix in prefixes}
    assert set(_FACES) == set(CONTRACTS)


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_operation_says_how_well_it_is_known(operation: Operation) -> None:
    """Each carries its fidelity, and where it was read unless it is assumed."""
    fidelity = operation.written["x-fidelity"]

    assert fidelity in _FIDELITIES
    assert ("x-source" in operation.written) == (fidelity != "assumed")
    assert str(operation.written.get("x-source", "https://")).startswith("https://")


def test_operations_have_names_of_their_own() -> None:
    """Within a contract no two operations share an operationId."""
    names = [str(operation) for operation in operations()]

    assert len(set(names)) == len(names)


def _routes(sandbox: Sandbox, prefix: str) -> set[tuple[str, str]]:
    mount = next(route for route in _application(sandbox).routes if isinstance(route, Mount) and route.path == prefix)
    found = set()
    for route in iter_route_contexts(mount.routes):
        found |= {(method, _nameless(f"{prefix}{route.path}")) for method in route.methods or ()}
    return found


def _application(sandbox: Sandbox) -> Starlette:
    application = sandbox.client.app
    if not isinstance(application, Starlette):
        pytest.fail("the application is not Starlette's")
    return application


def _nameless(path: str) -> str:
    """The path without the names of its parameters, which code and contract choose for themselves."""
    return re.sub(r"\{[^}]*\}", "{}", path)
