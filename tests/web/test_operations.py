"""An operation is found by the segments of its path, and 405 names every method of the path."""

from types import SimpleNamespace
from typing import Any, Final

import httpx2
import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.testclient import TestClient

from app.web.application import new_application
from app.web.operations import OperationTable
from app.web.routing import OperationRoute

_SIXTY_FOUR: Final = 64


async def _named(request: Request) -> Response:
    """Answers with the operation and its parameters."""
    return JSONResponse([request.scope["route"].name, request.path_params])


def _client(*operations: tuple[str, str, str]) -> TestClient:
    """Calls an application below `/api` with operations of a method, a path and a name."""
    router = APIRouter(route_class=OperationRoute)
    for method, path, name in operations:
        router.add_api_route(path, _named, methods=[method], name=name)
    context: Any = SimpleNamespace()
    return TestClient(Router([Mount("/api", new_application(context, router))]))


def test_last_of_many_operations_is_found() -> None:
    """Each of sixty-four operations is found by its own path."""
    client = _client(*(("GET", f"/things_{n}/{{thing}}", f"thing {n}") for n in range(_SIXTY_FOUR)))

    for n in range(_SIXTY_FOUR):
        assert client.get(f"/api/things_{n}/x").json() == [f"thing {n}", {"thing": "x"}]


def test_parameters_have_the_names_of_their_operation() -> None:
    """Two operations may name the parameter of one segment differently."""
    client = _client(("GET", "/users/{user}", "read"), ("GET", "/users/{owner}/cars/{car}.json", "cars"))

    assert client.get("/api/users/u1").json() == ["read", {"user": "u1"}]
    assert client.get("/api/users/u1/cars/c1.json").json() == ["cars", {"owner": "u1", "car": "c1"}]


@pytest.mark.parametrize("path", ["/users/u1/cars/c1", "/users/u1/cars/.json", "/users//cars/c.json", "/users/", "/"])
def test_path_without_operation_is_not_found(path: str) -> None:
    """A parameter is never empty, and the text beside it in its segment must match."""
    client = _client(("GET", "/users/{user}", "read"), ("GET", "/users/{owner}/cars/{car}.json", "cars"))

    assert client.get(f"/api{path}").status_code == 404


def test_encoded_slash_parts_two_segments() -> None:
    """A slash in a parameter makes another path, as the server decodes paths before it looks at them."""
    client = _client(("GET", "/users/{user}", "read"), ("GET", "/users/{user}/cars", "cars"))

    assert client.get("/api/users/u1%2Fcars").json() == ["cars", {"user": "u1"}]
    assert client.get("/api/users/u%201").json() == ["read", {"user": "u 1"}]


def test_literal_segment_goes_before_a_parameter() -> None:
    """A parameter is used only if it alone has the method, in every order of declaration."""
    client = _client(
        ("GET", "/worlds/{name}", "read"), ("POST", "/worlds/import", "import"), ("GET", "/worlds/all", "all")
    )

    assert client.get("/api/worlds/all").json() == ["all", {}]
    assert client.post("/api/worlds/import").json() == ["import", {}]
    assert client.get("/api/worlds/import").json() == ["read", {"name": "import"}]


def test_method_that_is_not_allowed_names_those_that_are() -> None:
    """`Allow` has the methods of every operation at the path; HEAD is one only if it was declared."""
    client = _client(("GET", "/worlds/{name}", "a"), ("DELETE", "/worlds/{name}", "b"), ("POST", "/worlds/import", "c"))
    answers = [client.put("/api/worlds/import"), client.put("/api/worlds/x"), client.head("/api/worlds/x")]

    assert [_refusal(answer) for answer in answers] == [
        (405, "DELETE, GET, POST"),
        (405, "DELETE, GET"),
        (405, "DELETE, GET"),
    ]


def test_table_tells_whether_a_path_has_an_operation() -> None:
    """`has` is true if the path has an operation for any method."""
    router = APIRouter()
    router.add_api_route("/users/{user}/", _named, methods=["POST"])
    table = OperationTable(route for route in router.routes if isinstance(route, Route))

    assert table.has("/users/u1/")
    assert not table.has("/users/u1")


@pytest.mark.parametrize("path", ["/files/{path:path}", "/ranges/{low}-{high}", "/things/{thing}"])
def test_path_that_a_table_cannot_hold_is_refused(path: str) -> None:
    """A converter, two parameters in one segment, and a second operation of one path and method are refused."""
    with pytest.raises(ValueError, match=r"one parameter at most|two operations"):
        _client(("GET", "/things/{other}", "first"), ("GET", path, "second"))


def _refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers["Allow"]
