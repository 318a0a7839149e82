"""What a face is made of before it has any calls: an application of its own, so that its refusals are its own too."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from .house import House


def new_face(house: House) -> FastAPI:
    """An application without generated documentation, guessed slashes or telemetry."""
    app = FastAPI(
        openapi_url=None, redirect_slashes=False, telemetry={"tracing": False, "metrics": False, "logs": False}
    )
    app.state.house = house
    return app


def open_to_pages(app: FastAPI) -> None:
    """Lets pages of any origin call a vendor's face: its key is the guard."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["X-Sandbox-World", "X-Sandbox-Now"],
    )
