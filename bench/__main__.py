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

from . import load, machine, made, measures, pairs, peers, starting, table
from .run import Run
from .table import Row

RESULTS: Final = Path(__file__).with_name("results")
_SCENARIO: Final = Path(__file__).with_name("million.yaml")
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
    began, facts = datetime.now(UTC), machine.facts() | {"Peers": peers.versions()}
    wanted = frozenset(asked.only or measures.NAMES)
    made.FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="run-", dir=made.FOLDER) as folder:
            machine.pin_load()
            run = Run(wanted, asked.seconds, asked.scenario, anew=asked.anew, folder=Path(folder), say=_say)
            rows = list(measures.rows(run))
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
        "--scenario", type=_file, default=_SCENARIO, help="YAML file of the world [default: bench/million.yaml]"
    )
    parser.add_argument("--anew", action="store_true", help="make the world again, even if a recent one is kept")
    parser.add_argument(
        "--keep", action=BooleanOptionalAction, help="keep the table in bench/results [default: unless --only is given]"
    )
    return parser


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) not in _SECONDS:
        raise ArgumentTypeError(f"{text!r} is not from {_SECONDS[0]} to {_SECONDS[-1]}")
    return int(text)


def _file(text: str) -> Path:
    file = Path(text).resolve()
    if not file.is_file():
        raise ArgumentTypeError(f"there is no file {text!r}")
    return file


def _how(seconds: int) -> str:
    return (
        f"Each load: wrk with one thread and {load.CONNECTIONS} connections for {seconds} s, {load.ROUNDS} times by "
        "turns with what it is beside (a third of that for each of many filters); medians, and the median of the "
        "rounds' ratios. FastAPI: on uvicorn, set up alike, with one endpoint that answers the same bytes. The other "
        f"mock servers answer the page of ten completed sessions as a constant, tuned and warm: {peers.settings()}; "
        "just started: without options or warm-up, once. "
        f"Sessions are started on {load.CONNECTIONS} connections, started and ended on {pairs.WORKERS}. "
        "Work is the server's processor time for one answer; noisy is a row whose server, or what it is beside, had "
        f"less than {table.UNDISTURBED:.0%} of its core. Starts on an existing database: median of {starting.STARTS}. "
        "PostgreSQL and the SQLite beside it hold the town."
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
