"""What a heat pump has used and saved, by period: its savings in a range, and its statistics up to now."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain.calendar_periods import Period, number_of, period
from ....domain.clock import DAY
from ....domain.devices import HEAT_PUMP
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..heat_pump_model import InstalledPump, installed
from ..members import Member, PoderoMember
from ..owned_devices import device_of
from ..statistics import RESOLUTIONS, Range, Word, answered, row, savings

router = APIRouter(route_class=OperationRoute)

Rows = list[dict[str, Any]]
_KEYWORDS: Final = ("savings", "consumption")
_SHOWN: Final = {"1DAY": 30, "1WEEK": 12, "1MONTH": 12, "1QUARTER": 4, "1YEAR": 2}
"""How many periods statistics have, the one under way included (PODERO-049)."""
_LONGEST: Final = 3_660 * DAY
"""The longest range of savings, whose hours are added up one by one."""


def _listed(words: str, known: tuple[str, ...]) -> str:
    """Checks a list with commas."""
    for word in words.split(","):
        if word not in known:
            expected = " or ".join([", ".join(f"'{each}'" for each in known[:-1]), f"'{known[-1]}'"])
            raise PydanticCustomError("enum", f"Input should be {expected}", {"expected": expected})
    return words


class StatisticsQuery(BaseModel):
    """The query of statistics: lists with commas. All keywords are meant if none is given."""

    model_config = ConfigDict(frozen=True)

    resolution: Annotated[str, AfterValidator(lambda words: _listed(words, tuple(Word)))] = "1DAY"
    keywords: Annotated[str, AfterValidator(lambda words: _listed(words, _KEYWORDS))] = ",".join(_KEYWORDS)


@router.get("/org/{org_id}/users/{user_id}/heat-pumps/{heat_pump_id}/savings")
async def list_heat_pump_savings(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    heat_pump_id: UUID,
    query: Annotated[Range, Query()],
) -> Response:
    """The savings of a heat pump by period, the oldest first; what lies before it was registered is left out."""
    found = await world.ask(_savings, member, str(heat_pump_id), query)
    return json_answer(request, answered(world.now, query.asked(request), found))


@router.get("/org/{org_id}/users/{user_id}/heat-pumps/{heat_pump_id}/statistics")
async def list_heat_pump_statistics(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    heat_pump_id: UUID,
    query: Annotated[StatisticsQuery, Query()],
) -> Response:
    """The statistics of a heat pump for each resolution that is asked for, the oldest period first."""
    found = await world.ask(_statistics, member, str(heat_pump_id), query)
    asked = {"resolution": query.resolution, "keywords": query.keywords}
    return json_answer(request, answered(world.now, asked, found))


def _savings(tx: WorldTransaction, member: Member, heat_pump: str, query: Range) -> Rows:
    pump = _pump(tx, member, heat_pump)
    return _rows(pump, query.resolution, *query.span(), _KEYWORDS)


def _statistics(tx: WorldTransaction, member: Member, heat_pump: str, query: StatisticsQuery) -> Rows:
    pump, keywords = _pump(tx, member, heat_pump), query.keywords.split(",")
    found: Rows = []
    for word in dict.fromkeys(query.resolution.split(",")):
        resolution = RESOLUTIONS[word]
        last = number_of(resolution, tx.now)
        since = period(resolution, last - _SHOWN[word] + 1).since
        found += _rows(pump, word, since, tx.now, keywords)
    return found


def _pump(tx: WorldTransaction, member: Member, heat_pump: str) -> InstalledPump:
    owner, document = device_of(tx, HEAT_PUMP, member, heat_pump, include_deleted=False)
    return installed(tx, document, owner)


def _rows(pump: InstalledPump, word: str, since: int, until: int, keywords: tuple[str, ...] | list[str]) -> Rows:
    """The periods of a span in which the heat pump was there, each with what was used in that part of it."""
    if pump.until is None:
        return []
    since, until = max(since, pump.since, pump.until - _LONGEST), min(until, pump.until)
    if since >= until:
        return []
    resolution = RESOLUTIONS[word]
    numbers = range(number_of(resolution, since), number_of(resolution, until - 1) + 1)
    return [_row(pump, word, period(resolution, number), since, until, keywords) for number in numbers]


def _row(  # noqa: PLR0917 - a period and the part of it that counts
    pump: InstalledPump, word: str, of: Period, since: int, until: int, keywords: tuple[str, ...] | list[str]
) -> dict[str, Any]:
    used = pump.use(max(since, of.since), min(until, of.until))
    wants_use = "consumption" in keywords
    saved = savings(used.usual_cost_e4 - used.cost_e4, used.usual_cost_e4)
    return row(
        word,
        of,
        saved if "savings" in keywords else None,
        {"total": used.energy_wh} if wants_use else None,
        heat_pump={"estimated_consumption_wh": used.energy_wh} if wants_use else None,
    )
