"""A server that can open no further file says so with 503, and serves again as soon as it can."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.databases import Kept
from tests.serving.servers import Server, serving

if sys.platform == "linux":
    import resource

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process that runs already"),
]
CONTROL = "/_sandbox/v1"


def test_calls_that_need_a_file_are_refused(kept: Kept) -> None:
    """Ready, export, creation, contract and pages are 503 with the reason; no world is made, and all works again."""
    with serving(kept) as server:
        before = server.client.get(f"{CONTROL}/worlds").json()
        with out_of_descriptors(server):
            refused = [
                server.client.get(f"{CONTROL}/openapi/charge.json"),
                server.client.get("/docs"),
                server.client.post(f"{CONTROL}/worlds", json={"name": "lost", "scenario": "empty"}),
            ]
            if kept.url.startswith("sqlite"):
                refused += [server.client.get(f"{CONTROL}/{path}") for path in ("ready", "worlds/default/export")]
            kept_up = server.client.get(f"{CONTROL}/worlds/default")
        after = server.client.get(f"{CONTROL}/worlds").json()
        again = [server.client.get(f"{CONTROL}/{path}").status_code for path in ("ready", "worlds/default/export")]
        server.stop()

        assert [answer.status_code for answer in refused] == [503] * len(refused)
        details = [answer.json()["detail"] for answer in refused]
        assert [detail for detail in details if "open" not in detail] == []
        assert kept_up.status_code == 200
        assert after == before
        assert again == [200, 200]


@contextmanager
def out_of_descriptors(server: Server) -> Iterator[None]:
    """Lets a server open no further file."""
    pid = server.process.pid
    server.client.get(f"{CONTROL}/health")
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = [int(name) for name in os.listdir(f"/proc/{pid}/fd")]  # noqa: PTH208 - numbers, not files
    gaps = set(range(max(used))) - set(used)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(gaps, default=max(used) + 1), limits[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
