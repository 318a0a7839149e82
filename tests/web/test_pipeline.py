"""Every request to a mounted API goes through the pipeline once, and the pipeline changes nothing about it."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Router
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.web.pipeline import ApiMount
from app.web.request_counters import RequestCounter


async def _toy(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the path within the mount and the body; 418 for PATCH; fails for DELETE."""
    request = Request(scope, receive)
    if request.method == "DELETE":
        raise RuntimeError("the toy failed")
    text = f"{scope['root_path']}|{scope['path']}|{(await request.body()).decode()}"
    await PlainTextResponse(text, 418 if request.method == "PATCH" else 200)(scope, receive, send)


def _client(counter: RequestCounter) -> TestClient:
    mounts = [ApiMount("/toys", _toy, "toys", counter), ApiMount("/toys2", _toy, "other", counter)]
    return TestClient(Router(mounts, redirect_slashes=False))


def test_requests_reach_the_api_unchanged() -> None:
    """Path, mount and body arrive, also for a path with a line break."""
    client = _client(RequestCounter())

    assert client.post("/toys/a/b", content=b"body").text == "/toys|/toys/a/b|body"
    assert client.get("/toys/a%0Ab").text == "/toys|/toys/a\nb|"
    assert client.get("/toys2/").text == "/toys2|/toys2/|"


@pytest.mark.parametrize("path", ["/toys", "/toysx", "/x/toys/"])
def test_other_paths_do_not_reach_the_api(path: str) -> None:
    """The mount's own path without a slash is not below it."""
    counter = RequestCounter()

    assert _client(counter).get(path).status_code == 404
    assert counter.answers == {}


def test_answers_are_counted_by_method_and_status() -> None:
    """Each answer counts once, with the time that it took."""
    counter = RequestCounter()
    client = _client(counter)
    for method in ("GET", "GET", "PATCH", "BREW"):
        client.request(method, "/toys/")

    assert counter.answers == {("GET", 200): 2, ("PATCH", 418): 1, ("other", 200): 1}
    assert sum(counter.waits) == 4


def test_failure_of_the_api_is_passed_on() -> None:
    """The pipeline hides no exception, and counts no answer if none was sent."""
    counter = RequestCounter()
    with pytest.raises(RuntimeError, match="the toy failed"):
        _client(counter).delete("/toys/")

    assert counter.answers == {}
