"""An operation is found by the segments of its path, and 405 names every method of the path."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final

import httpx2
import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Router
from starlette.testclient import TestClient

from app.web.application import new_application
from app.web.path_table import PathTable
from app.web.routing import OperationRoute
from app.worlds.vendor import Documented

_SIXTY_FOUR: Final = 64


async def _named(request: Request) -> Response:
    """Answers with the operation and its parameters."""
    return JSONResponse([request.scope["route"].name, request.path_params])


def _client(
    *operations: tuple[str, str, str], inventory: Sequence[Documented] = (), any_slash: bool = False
) -> TestClient:
    """Calls an application below `/api` with operations of a method, a path and a name."""
    router = APIRouter(route_class=OperationRoute)
    for method, path, name in operations:
        router.add_api_route(path, _named, methods=[method], name=name)
    context: Any = SimpleNamespace()
    application = new_application(context, router, inventory=inventory, any_slash=any_slash)
    return TestClient(Router([Mount("/api", application)]))


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
    """`Allow` has the methods of every operation at the path, HEAD beside GET, and OPTIONS."""
    client = _client(("GET", "/worlds/{name}", "a"), ("DELETE", "/worlds/{name}", "b"), ("POST", "/worlds/import", "c"))
    answers = [client.put("/api/worlds/import"), client.put("/api/worlds/x")]

    assert [_refusal(answer) for answer in answers] == [
        (405, "DELETE, GET, HEAD, OPTIONS, POST"),
        (405, "DELETE, GET, HEAD, OPTIONS"),
    ]


def test_options_names_the_methods_of_a_path() -> None:
    """OPTIONS is 204 with `Allow` at a path with an operation, and 404 at any other."""
    client = _client(("POST", "/worlds/import", "import"), ("GET", "/worlds/{name}", "read"))
    answers = [client.options(f"/api{path}") for path in ("/worlds/import", "/worlds/x", "/nothing")]

    assert [(answer.status_code, answer.headers.get("Allow")) for answer in answers] == [
        (204, "GET, HEAD, OPTIONS, POST"),
        (204, "GET, HEAD, OPTIONS"),
        (404, None),
    ]


def test_head_is_answered_by_the_operation_of_get() -> None:
    """HEAD has the status and headers of GET, `Content-Length` included, also where only a parameter has GET."""
    client = _client(("POST", "/worlds/import", "import"), ("GET", "/worlds/{name}", "read"))
    got, head = client.get("/api/worlds/import"), client.head("/api/worlds/import")

    assert (head.status_code, head.headers, head.content) == (200, got.headers, b"")


def test_documented_operation_is_hinted_at() -> None:
    """A 404 or 405 for an operation that the inventory has and the application lacks has a hint; others have none."""
    inventory = (
        Documented("GET", "/api/users/{user}", "get-user"),
        Documented("PUT", "/api/users/{user}", "update-user"),
        Documented("GET", "/api/cars", "list-cars"),
        Documented("GET", "/api/old", "list-old", instead="GET /api/new"),
        Documented("POST", None, "unseen"),
    )
    client = _client(("GET", "/users/{user}", "read"), inventory=inventory)
    asked = [("PUT", "/users/u1"), ("DELETE", "/users/u1"), ("HEAD", "/cars"), ("GET", "/old"), ("GET", "/nothing")]
    answers = [client.request(method, f"/api{path}") for method, path in asked]

    assert [(answer.status_code, answer.headers.get("X-Sandbox-Hint")) for answer in answers] == [
        (405, "update-user (PUT /api/users/{user}) is documented but not emulated yet."),
        (405, None),
        (404, "list-cars (GET /api/cars) is documented but not emulated yet."),
        (404, "list-old (GET /api/old) is documented but not emulated: later pages have GET /api/new in its place."),
        (404, None),
    ]


def test_slash_at_the_end_may_be_ignored() -> None:
    """With `any_slash` a path has its operation with one slash at its end too, and not with two."""
    client = _client(("GET", "/users/{user}", "read"), any_slash=True)
    answers = [client.get(f"/api/users/u1{end}").status_code for end in ("", "/", "//")]

    assert answers == [200, 200, 404]


def test_table_tells_whether_a_path_has_a_value() -> None:
    """`has` is true if the path has a value for any method."""
    table = PathTable[int]()
    table.add("/users/{user}/", "POST", 1)

    assert table.has("/users/u1/")
    assert not table.has("/users/u1")


@pytest.mark.parametrize("path", ["/files/{path:path}", "/ranges/{low}-{high}", "/things/{thing}"])
def test_path_that_a_table_cannot_hold_is_refused(path: str) -> None:
    """A converter, two parameters in one segment, and a second operation of one path and method are refused."""
    with pytest.raises(ValueError, match=r"one parameter at most|two operations"):
        _client(("GET", "/things/{other}", "first"), ("GET", path, "second"))


def _refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers["Allow"]
