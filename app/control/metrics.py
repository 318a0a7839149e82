"""GET /metrics: the answers of this server and the number of its worlds, in Prometheus's text format."""

import asyncio
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from .. import __version__
from ..domain.clock import SECOND
from ..store import worlds
from ..store.database.protocol import DatabaseUnavailableError
from ..web.app_context import AppContext
from ..web.request_counters import WAITS, RequestCounter
from ..web.responses import answer
from ..web.routing import OperationRoute
from .inputs import Context

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_STATES: Final = (worlds.BUILDING, worlds.TEMPLATE, worlds.SPARE, worlds.OPEN, worlds.RETIRED)
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter(route_class=OperationRoute)


@router.get("/metrics")
async def retrieve_metrics(request: Request, context: Context) -> Response:
    """All metrics of this server."""
    scrape = _Scrape(deepcopy(context.request_counters), await _worlds(context))
    # The first scrape imports the library, which takes longer than other requests should wait.
    return answer(request, await asyncio.to_thread(scrape.text), media_type=_TEXT)


async def _worlds(context: AppContext) -> dict[str, int]:
    """The number of worlds by state; empty while the database does not answer, so that the other metrics stay."""
    try:
        return dict.fromkeys(_STATES, 0) | await context.directory.database.ask(worlds.counts)
    except DatabaseUnavailableError:
        return {}


@dataclass(frozen=True, slots=True)
class _Scrape:
    """The numbers of one moment. Prometheus's global registry is not used, so servers in one process are separate."""

    request_counters: Mapping[str, RequestCounter]
    worlds: Mapping[str, int]

    def text(self) -> bytes:
        from prometheus_client import generate_latest  # noqa: PLC0415 - the start of a server does not wait for it

        return generate_latest(self)

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.metrics_core import (  # noqa: PLC0415 - the same
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
            InfoMetricFamily,
        )

        yield InfoMetricFamily("wattif", "The server's version.", {"version": __version__})
        answers = CounterMetricFamily(
            "wattif_requests", "Requests that were answered.", labels=("api", "method", "status")
        )
        seconds = HistogramMetricFamily("wattif_request_seconds", "Seconds until an answer began.", labels=("api",))
        for api, counter in self.request_counters.items():
            for (method, status), number in sorted(counter.answers.items()):
                answers.add_metric((api, method, str(status)), number)
            seconds.add_metric((api,), _buckets(counter), counter.waited / SECOND)
        yield answers
        yield seconds
        kept = GaugeMetricFamily("wattif_worlds", "Worlds in the database, by state.", labels=("state",))
        for state, number in self.worlds.items():
            kept.add_metric((state,), number)
        yield kept


def _buckets(counter: RequestCounter) -> list[tuple[str, float]]:
    """For each bound in seconds, how many answers took no longer."""
    bounds = [*(str(wait / SECOND) for wait in WAITS), "+Inf"]
    return list(zip(bounds, accumulate(counter.waits), strict=True))
