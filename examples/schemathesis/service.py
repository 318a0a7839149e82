"""A company's own API in front of Charge: its app lists a driver's sessions, starts one and looks at it.

`charge` is the HTTP client of Charge's API, with its address and key from the environment.
"""

import os
from functools import cache
from typing import Annotated, Any

import httpx2
from fastapi import Depends, FastAPI, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field

app = FastAPI(title="Sessions", version="1.0.0")


@cache
def charge() -> httpx2.Client:
    """The client of Charge's API."""
    key = os.environ["CHARGE_SECRET_KEY"]
    return httpx2.Client(base_url=os.environ["CHARGE_URL"], headers={"Authorization": f"Bearer {key}"})


Charge = Annotated[httpx2.Client, Depends(charge)]
Id = Annotated[str, Field(pattern=r"^[a-z]{2,9}_[A-Za-z0-9]{2,64}$")]
Refusals = dict[int | str, dict[str, Any]]


class Refused(BaseModel):
    detail: str


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    charging_station: Id
    connector: Id
    driver: Id
    vehicle: Id
    payment_method: Id


class Session(BaseModel):
    id: str
    status: str
    energy_wh: int
    due_cents: int
    paid_cents: int


def refusals(*statuses: int) -> Refusals:
    """The refusals of an operation: those of Charge that it passes on, and 400 for a body that is no text."""
    return {status: {"model": Refused} for status in statuses}


@app.get("/drivers/{driver}/sessions")
def list_sessions(
    charge: Charge, driver: Annotated[Id, Path()], limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> list[Session]:
    """A driver's sessions, the newest first."""
    answer = passed_on(charge.get("/charging_sessions", params={"driver": driver, "limit": limit}))
    return [session_of(shown) for shown in answer["data"]]


@app.post("/sessions", status_code=201, responses=refusals(400, 402, 404, 409))
def start_session(charge: Charge, order: Order) -> Session:
    """Starts a session."""
    return session_of(passed_on(charge.post("/charging_sessions", json=order.model_dump())))


@app.get("/sessions/{session}", responses=refusals(404))
def show_session(charge: Charge, session: Annotated[Id, Path()]) -> Session:
    """A session."""
    return session_of(passed_on(charge.get(f"/charging_sessions/{session}")))


def passed_on(answer: httpx2.Response) -> Any:
    """The body of Charge's answer. Raises HTTPException with Charge's status and message if it refuses."""
    body = answer.json()
    if answer.is_error:
        raise HTTPException(answer.status_code, body["message"])
    return body


def session_of(shown: dict[str, Any]) -> Session:
    """A session in the words of this API."""
    due, paid = shown["amount_due"], shown["amount_paid"]
    return Session(
        id=shown["id"], status=shown["status"], energy_wh=shown["energy_consumed"], due_cents=due, paid_cents=paid
    )
