"""The command: measures what is asked for, prints the table and keeps it. Exit 2 without wrk, 1 when a row failed."""

import shutil
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Final

from . import load, machine, measures, pairs, table
from .table import Row

RESULTS: Final = Path(__file__).with_name("results")
_SECONDS: Final = range(1, 601)
_NO_WRK: Final = (
    "The benchmark needs wrk, an HTTP load generator, and found none on the PATH: "
    "apt-get install wrk on Debian and Ubuntu, brew install wrk on macOS."
)


def main() -> int:
    asked = _arguments().parse_args()
    if shutil.which("wrk") is None:
        print(_NO_WRK, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _leave)
    began, facts = datetime.now(UTC), machine.facts()
    wanted = frozenset(asked.only or measures.NAMES)
    try:
        with TemporaryDirectory(prefix="wattif-bench-") as folder:
            machine.pin_load()
            rows = list(measures.Bench(wanted, asked.seconds, Path(folder), _say).rows())
    except KeyboardInterrupt:
        return 130
    print(table.markdown(rows))
    if asked.keep or (asked.keep is None and not asked.only):
        page = table.page(f"{began:%Y-%m-%d %H:%M} UTC", facts, _how(asked.seconds), rows)
        _say(f"kept as {_keep(f'{began:%Y-%m-%d-%H%M}', page)}")
    return _failures(rows)


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench", description="Measure Wattif on this machine.")
    parser.add_argument("--seconds", type=_seconds, default=5, help="how long each load lasts [default: 5]")
    parser.add_argument("--only", choices=measures.NAMES, action="append", help="measure this alone; may be repeated")
    parser.add_argument(
        "--keep", action=BooleanOptionalAction, help="keep the table in bench/results [default: unless --only is given]"
    )
    return parser


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) not in _SECONDS:
        raise ArgumentTypeError(f"{text!r} is not from {_SECONDS[0]} to {_SECONDS[-1]}")
    return int(text)


def _how(seconds: int) -> str:
    return (
        f"Each load: wrk with one thread and {load.CONNECTIONS} connections for {seconds} s, {measures.ROUNDS} times "
        "by turns with its constant; medians. The constant: FastAPI on uvicorn, set up alike, with one endpoint that "
        f"answers the same bytes. Sessions are started and ended on {pairs.WORKERS} connections. "
        "Work is the server's processor time for one of them; noisy is a row whose server, or constant, had less than "
        f"{table.UNDISTURBED:.0%} of its core. "
        f"Starts on an existing database: median of {measures.STARTS}."
    )


def _keep(name: str, page: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.md"
    file.write_text(page)
    return file.relative_to(RESULTS.parents[1])


def _failures(rows: list[Row]) -> int:
    failed = [row for row in rows if row.failed]
    for row in failed:
        print(f"FAILED: {row.title}: {row.measured}", file=sys.stderr)
    return 1 if failed else 0


def _say(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
