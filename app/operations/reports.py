"""Reports on a period, which are ready some minutes after they were asked for, and their files.

A report is a document of the kind `REPORT`. Its body has `account`, `parameters` (`filters` with a list `vehicle`,
`group_by`, `period_end`, `period_start`, `type`), the file's `size` and its `type`, and `url` where its file is not
this server's. Its file is kept, because what it was made of may change: in pieces, each the `text` of a document
that the report owns.
"""

from dataclasses import dataclass
from typing import Final

import orjson

from ..domain.charging_summary import GroupBy, csv_text
from ..domain.clock import MINUTE, SECOND, millis
from ..domain.models import Document
from ..store import documents, sessions
from ..store.charging_totals import Wanted, charging_totals
from ..store.keyset_pages import PageQuery
from ..store.world_transaction import WorldTransaction, one_statement
from .documents import create_document

REPORT: Final = "report"
PENDING: Final = "pending"
PROCESSING: Final = "processing"
SUCCEEDED: Final = "succeeded"
SUMMARY: Final = "charging_summary"
_PIECE: Final = "report_piece"
_LONGEST: Final = 1 << 16
"""The most characters of a piece; a row of an export has room for twice as many."""
_MOST_PIECES: Final = 1 << 20
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
    period = Wanted(wanted.start, wanted.end, wanted.fleet, wanted.vehicles)
    file = csv_text(wanted.group_by, charging_totals(tx, vendor, period, wanted.group_by))
    body = {
        "account": wanted.account,
        "parameters": {
            "filters": {"vehicle": list(wanted.vehicles)},
            "group_by": wanted.group_by,
            "period_end": millis(wanted.end),
            "period_start": millis(wanted.start),
            "type": SUMMARY,
        },
        "size": len(file.encode()),
        "type": "csv",
    }
    report = create_document(
        tx,
        vendor,
        REPORT,
        "rpt",
        sessions.take_number(tx),
        body,
        owner=wanted.fleet,
        status=PENDING,
        stages=[(PROCESSING, tx.now + _WAITS), (SUCCEEDED, tx.now + _TAKES)],
    )
    for place, begin in enumerate(range(0, len(file), _LONGEST)):
        text = orjson.dumps({"text": file[begin : begin + _LONGEST]}).decode()
        number = sessions.take_number(tx)
        piece = Document(vendor, _PIECE, f"{report.id}/{place}", number, tx.now, text, owner=report.id)
        documents.insert_document(tx, piece)
    return report


@one_statement
def report_file(tx: WorldTransaction, report: Document) -> bytes:
    """The file of a report; it is empty if the report was not made here."""
    pieces = documents.documents(tx, report.vendor, _PIECE, PageQuery({"owner": report.id}, None, _MOST_PIECES))
    return "".join(str(orjson.loads(piece.body).get("text", "")) for piece in reversed(pieces)).encode()
