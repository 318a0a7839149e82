"""Reports on a period, which are ready some minutes after they were asked for, and their files.

A report is a document of the kind `REPORT`. Its body has `account`, `parameters` (`filters` with a list `vehicle`,
`group_by`, `period_end`, `period_start`, `type`), the file's `size` and its `type`, and `url` where its file is not
this server's.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from ..domain.charging_summary import GroupBy, csv_file
from ..domain.clock import MINUTE, SECOND, instant, millis
from ..domain.ids import prefixed_id
from ..domain.models import Document
from ..store import documents, sessions
from ..store.charging_totals import Period, session_totals
from ..store.world_transaction import WorldTransaction

REPORT: Final = "report"
PENDING: Final = "pending"
PROCESSING: Final = "processing"
SUCCEEDED: Final = "succeeded"
SUMMARY: Final = "charging_summary"
_WAITS: Final = 5 * SECOND
_TAKES: Final = 5 * MINUTE
"""From its creation on, a report is `processing` after the first of these, and `succeeded` after the second."""


@dataclass(frozen=True, slots=True)
class WantedReport:
    """What a report is about; `vehicles` is empty for all. The instants are in whole milliseconds."""

    account: str | None
    fleet: str | None
    start: int
    end: int
    group_by: GroupBy
    vehicles: tuple[str, ...] = ()


def create_report(tx: WorldTransaction, vendor: str, wanted: WantedReport) -> Document:
    """Creates a report on what its period holds now; what happens in the period later is not in it."""
    n = sessions.take_number(tx)
    body: dict[str, Any] = {
        "account": wanted.account,
        "parameters": {
            "filters": {"vehicle": list(wanted.vehicles)},
            "group_by": wanted.group_by,
            "period_end": millis(wanted.end),
            "period_start": millis(wanted.start),
            "type": SUMMARY,
        },
        "size": 0,
        "type": "csv",
    }
    report = Document(
        vendor=vendor,
        kind=REPORT,
        id=prefixed_id("rpt", tx.world.seed, REPORT, n),
        n=n,
        created_at=tx.now,
        body=orjson.dumps(body).decode(),
        touched_at=tx.now,
        owner=wanted.fleet,
        first=PENDING,
        second=PROCESSING,
        second_at=tx.now + _WAITS,
        third=SUCCEEDED,
        third_at=tx.now + _TAKES,
    )
    body["size"] = len(report_file(tx, report))
    made = replace(report, body=orjson.dumps(body).decode())
    documents.insert_document(tx, made)
    return made


def report_file(tx: WorldTransaction, report: Document) -> bytes:
    """The file of a report. It is the same at any time, because it has what the period held at its creation."""
    parameters = orjson.loads(report.body)["parameters"]
    period = Period(
        start=instant(parameters["period_start"]),
        end=min(instant(parameters["period_end"]), report.created_at + 1),
        fleet=report.owner,
        vehicles=tuple(parameters["filters"]["vehicle"]),
    )
    group_by: GroupBy = parameters["group_by"]
    return csv_file(group_by, session_totals(tx, report.vendor, period, group_by))
