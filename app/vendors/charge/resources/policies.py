"""Policies: listed, created, retrieved, updated and deleted. `operations.policy_checks` evaluates them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import millis
from ....domain.errors import PolicyBlockedError
from ....domain.json_values import filled
from ....domain.models import Document
from ....domain.policies import NO_RULES
from ....operations.documents import change_document, create_document, known_document
from ....operations.policy_checks import POLICY
from ....store import documents
from ....store.sessions import take_number
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.refusals import Table
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..errors import ChargeError
from ..expand import Expandable
from ..fields import Distinct, Number
from ..inputs import (
    DEFAULT_LIMIT,
    Expand,
    Input,
    Limit,
    Metadata,
    NoQuery,
    PageToken,
    QueryInput,
    Text,
    WrittenQuery,
    body_of,
    given,
)
from ..metadata import merged
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..vendor import NAME

_PATH: Final = "/v1/policies"
_TIME: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_MOST: Final = 100
_MOST_METRES: Final = 20_100_000
"""Half-way around the earth, and a little more."""
_MOST_MONEY: Final = 1_000_000_000

_EMPTY: Final[dict[str, Any]] = {"description": None, "metadata": {}, "mode": "suggestion", "name": "", "rules": {}}
"""What the policy of a scenario shows that says nothing else."""

Status = Literal["active", "inactive"]
Mode = Literal["enforcement", "suggestion"]

router = APIRouter(route_class=OperationRoute)


Operators = Annotated[list[Text], Field(max_length=_MOST), Distinct]
Time = Annotated[str, Field(strict=True, pattern=_TIME)]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Center(Input):
    """The centre of a circle, in degrees."""

    latitude: Annotated[Number, Field(ge=-90, le=90)]
    longitude: Annotated[Number, Field(ge=-180, le=180)]


class Geofence(Input):
    """A circle in which charging is allowed."""

    center: Center
    name: Text
    radius_meters: Annotated[Number, Field(gt=0, le=_MOST_METRES)]


class TimeWindow(Input):
    """A time of the day at which charging is allowed, on some days of the week."""

    days_of_week: Annotated[list[Day], Field(min_length=1, max_length=7), Distinct]
    end_time: Time
    start_time: Time


class Rules(Input):
    """The rules of a policy; one that is not sent is not there (CHARGE-086)."""

    allowed_operators: Operators = Field(default_factory=list)
    denied_operators: Operators = Field(default_factory=list)
    geofences: Annotated[list[Geofence], Field(max_length=_MOST)] = Field(default_factory=list)
    max_price_per_kwh: Annotated[Number, Field(ge=0, le=_MOST_MONEY)] | None = None
    time_windows: Annotated[list[TimeWindow], Field(max_length=_MOST)] = Field(default_factory=list)

    def sent(self) -> dict[str, Any]:
        """The rules that were sent, as they are stored."""
        return self.model_dump(exclude_unset=True)


class ListPolicies(QueryInput):
    """The query of a list."""

    status: Status | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class CreatePolicy(Input):
    """The body that creates a policy."""

    mode: Mode
    name: Text
    rules: Rules
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)
    status: Status = "active"


class UpdatePolicy(Input):
    """The body that changes a policy; what is not sent stays, and so does a rule that is not sent (CHARGE-085)."""

    mode: Mode = "enforcement"
    name: Text = ""
    rules: Rules = Field(default_factory=Rules)
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)
    status: Status = "active"


@router.get("/policies")
async def list_policies(
    request: Request,
    world: ChargeWorld,
    expand: Expand,
    written: WrittenQuery,
    query: Annotated[ListPolicies, Query()],
) -> Response:
    """Policies, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(status=query.status)
    rows = partial(documents.documents, vendor=NAME, kind=POLICY, query=wanted)
    return await answer_list(request, world, expand, POLICY, asked, rows, show)


@router.post("/policies")
async def create_policy(
    request: Request, world: ChargeWorld, body: Annotated[CreatePolicy, Depends(body_of(CreatePolicy))]
) -> Response:
    """Creates a policy."""
    return await answer_change(request, world, _create, body)


@router.get("/policies/{policy}")
async def retrieve_policy(request: Request, world: ChargeWorld, _query: NoQuery, policy: str) -> Response:
    """One policy."""
    return await answer_object(request, world, (), POLICY, policy)


@router.post("/policies/{policy}")
async def update_policy(
    request: Request, world: ChargeWorld, policy: str, body: Annotated[UpdatePolicy, Depends(body_of(UpdatePolicy))]
) -> Response:
    """Changes a policy, from the next start on."""
    return await answer_change(request, world, _update, policy, body)


@router.delete("/policies/{policy}")
async def delete_policy(request: Request, world: ChargeWorld, _query: NoQuery, policy: str) -> Response:
    """Deletes a policy for good; ids of it that stay in `policy_ids` are ignored (CHARGE-084)."""
    return await answer_change(request, world, _delete, policy)


def show(policy: Document, now: int) -> dict[str, Any]:
    """A policy as Charge shows it: `id`, `object`, then by the alphabet, with every rule."""
    body = filled(orjson.loads(policy.body), _EMPTY)
    return {
        "id": policy.id,
        "object": POLICY,
        "created": millis(policy.created_at),
        "description": body["description"],
        "metadata": body["metadata"],
        "mode": body["mode"],
        "name": body["name"],
        "rules": filled(body["rules"], NO_RULES),
        "status": policy.status(now),
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """The policies with these ids."""
    return {each.id: show(each, tx.now) for each in documents.documents_by_id(tx, NAME, POLICY, ids)}


EXPANDABLE: Final = Expandable(POLICY, shown_by_id, {})
REFUSALS: Final[Table[ChargeError]] = {
    PolicyBlockedError: lambda error: ChargeError(403, str(error), code="policy_blocked"),
}


def _create(tx: WorldTransaction, body: CreatePolicy) -> dict[str, Any]:
    written = {
        "description": body.description,
        "metadata": merged({}, body.metadata),
        "mode": body.mode,
        "name": body.name,
        "rules": body.rules.sent(),
    }
    policy = create_document(tx, NAME, POLICY, "pol", take_number(tx), written, status=body.status)
    return show(policy, tx.now)


def _update(tx: WorldTransaction, policy_id: str, body: UpdatePolicy) -> dict[str, Any]:
    policy = known_document(tx, NAME, POLICY, policy_id)
    written, sent = filled(orjson.loads(policy.body), _EMPTY), given(body)
    status = sent.pop("status", policy.first)
    if "metadata" in sent:
        sent["metadata"] = merged(written["metadata"], body.metadata)
    if "rules" in sent:
        sent["rules"] = written["rules"] | body.rules.sent()
    return show(change_document(tx, replace(policy, first=status), written | sent), tx.now)


def _delete(tx: WorldTransaction, policy_id: str) -> dict[str, Any]:
    policy = known_document(tx, NAME, POLICY, policy_id)
    documents.remove_document(tx, NAME, POLICY, policy.id)
    return {"id": policy.id, "object": POLICY, "deleted": True}
