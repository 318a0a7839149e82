"""Reports: listed, asked for and retrieved. Their files are at the links that `web/file_links.py` makes."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import DAY, millis
from ....domain.json_values import filled
from ....domain.models import Document
from ....operations.documents import known_document
from ....operations.fleets import known_fleet
from ....operations.reports import REPORT, SUCCEEDED, SUMMARY, WantedReport, create_report
from ....store import documents
from ....store.vehicles import vehicles_by_id
from ....store.world_transaction import WorldTransaction, one_statement
from ....web import file_links
from ....web.app_context import context_of
from ....web.routing import OperationRoute
from ....web.world_access import WorldAccess
from ..auth import ChargeWorld
from ..changes import answer_change
from ..errors import ChargeError, not_found
from ..expand import Expandable
from ..inputs import (
    DEFAULT_LIMIT,
    Expand,
    Input,
    Limit,
    OnlyExpand,
    PageToken,
    QueryInput,
    Reference,
    WholeInstant,
    WrittenQuery,
    body_of,
)
from ..pagination import PageRequest
from ..reads import answer_list, answer_query
from ..vendor import NAME
from .accounts import own_account

_PATH: Final = "/v1/reports"
_INVALID: Final = "report_validation_error"
_MOST_VEHICLES: Final = 100
_DEFAULTS: Final[Mapping[str, Any]] = {
    "account": None,
    "parameters": {
        "filters": {"vehicle": []},
        "group_by": "vehicle",
        "period_end": millis(DAY),
        "period_start": millis(0),
        "type": SUMMARY,
    },
    "size": 0,
    "type": "csv",
    "url": "",
}
"""What the report of a scenario shows that says nothing else."""

router = APIRouter(route_class=OperationRoute)


class ListReports(QueryInput):
    """The query of a list."""

    status: Literal["pending", "processing", "succeeded", "failed"] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class Filters(Input):
    """What a report is narrowed to; without vehicles it is about all (CHARGE-115)."""

    vehicle: Annotated[tuple[Reference, ...], Field(max_length=_MOST_VEHICLES)] = ()


class Parameters(Input):
    """What a report is about (CHARGE-114)."""

    type: Literal["charging_summary"]
    period_start: WholeInstant
    period_end: WholeInstant
    group_by: Literal["vehicle", "driver", "fleet"] = "vehicle"
    filters: Filters = Filters()


class CreateReport(Input):
    """The body that asks for a report."""

    error_code: ClassVar[str | None] = _INVALID

    parameters: Parameters
    fleet: Reference | None = None
    type: Literal["csv"] = "csv"


@router.get("/reports")
async def list_reports(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListReports, Query()],
) -> Response:
    """Reports, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(status=query.status)
    query_rows = partial(documents.documents, vendor=NAME, kind=REPORT, query=wanted)
    show_row = partial(show, files=_files(request, world))
    return await answer_list(request, world, expand, REPORT, asked, query_rows, show_row)


@router.post("/reports")
async def request_report(
    request: Request, world: ChargeWorld, body: Annotated[CreateReport, Depends(body_of(CreateReport))]
) -> Response:
    """Asks for a report."""
    return await answer_change(request, world, _create, body, _files(request, world))


@router.get("/reports/{report}")
async def retrieve_report(request: Request, world: ChargeWorld, expand: OnlyExpand, report: str) -> Response:
    """One report."""
    query = one_statement(partial(_report, report_id=report, files=_files(request, world)))
    return await answer_query(request, world, expand, REPORT, query)


def show(report: Document, now: int, files: str) -> dict[str, Any]:
    """A report as Charge shows it at `now`; `files` is what the links to the files of this server begin with."""
    body, is_ready = filled(orjson.loads(report.body), _DEFAULTS), report.status(now) == SUCCEEDED
    return {
        "id": report.id,
        "object": REPORT,
        "account": body["account"],
        "created": millis(report.created_at),
        "fleet": report.owner,
        "parameters": body["parameters"],
        "size": body["size"] if is_ready else 0,
        "status": report.status(now),
        "succeeded_at": millis(report.third_at) if is_ready else None,
        "type": body["type"],
        "url": (body["url"] or f"{files}/{report.id}.csv") if is_ready else None,
    }


def _files(request: Request, world: WorldAccess) -> str:
    return file_links.reports(context_of(request).links.origin(request), world.world.link_key, NAME)


def _create(tx: WorldTransaction, body: CreateReport, files: str) -> dict[str, Any]:
    asked = body.parameters
    if asked.period_end <= asked.period_start:
        message = "Invalid parameters.period_end: must be after parameters.period_start."
        raise ChargeError(400, message, code=_INVALID, param="parameters.period_end")
    if body.fleet is not None:
        known_fleet(tx, body.fleet)
    vehicles = tuple(dict.fromkeys(asked.filters.vehicle))
    if vehicles and len(vehicles_by_id(tx, vehicles)) < len(vehicles):
        raise not_found("vehicle", param="parameters.filters.vehicle")
    account = own_account(tx)
    wanted = WantedReport(
        None if account is None else account["id"],
        body.fleet,
        asked.period_start,
        asked.period_end,
        asked.group_by,
        vehicles,
    )
    return show(create_report(tx, NAME, wanted), tx.now, files)


def _report(tx: WorldTransaction, report_id: str, files: str) -> dict[str, Any]:
    return show(known_document(tx, NAME, REPORT, report_id), tx.now, files)


@one_statement
def _shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """Reports with their links as paths: no object of this API is shown with a report inside."""
    files = file_links.reports("", tx.world.link_key, NAME)
    return {it.id: show(it, tx.now, files) for it in documents.documents_by_id(tx, NAME, REPORT, ids)}


EXPANDABLE: Final = Expandable(REPORT, _shown_by_id, {"account": "account", "fleet": "fleet"})
