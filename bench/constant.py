"""The limit: FastAPI on uvicorn, set up as Wattif is, with one endpoint that answers the same bytes to everybody.

Started as `python -m bench.constant PATH FILE`; what the file holds is the answer.
"""

import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.responses import Response

from .server import Server, running


@contextmanager
def constant(path: str, body: bytes, folder: Path) -> Iterator[Server]:
    """A server that answers these bytes under that path."""
    folder.mkdir()
    file = folder / "body"
    file.write_bytes(body)
    with running(["-m", "bench.constant", path, str(file)], folder) as server:
        yield server


def application(path: str, body: bytes) -> FastAPI:
    async def answer() -> Response:
        return Response(body, media_type="application/json")

    app = FastAPI(
        openapi_url=None, redirect_slashes=False, telemetry={"tracing": False, "metrics": False, "logs": False}
    )
    app.add_api_route(path, answer, methods=["GET"])
    return app


def main(path: str, file: str) -> None:
    app = application(path, Path(file).read_bytes())
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        gc.collect()
        gc.freeze()
        print(f"ready on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
