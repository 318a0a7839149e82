"""An API of sixty-four operations, which `bench/operations.py` serves in a process of its own and measures."""

from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.web.application import new_application
from app.web.responses import json_answer
from app.web.routing import OperationRoute

from .operations import PATHS


async def _retrieve(request: Request, thing: str) -> Response:
    return json_answer(request, {"id": thing})


def application() -> FastAPI:
    """The application, made as a vendor's is; its operations open no world, so the context stays empty."""
    router = APIRouter(route_class=OperationRoute)
    for path in PATHS:
        router.add_api_route(path, _retrieve, methods=["GET"])
    context: Any = SimpleNamespace()
    return new_application(context, router)
