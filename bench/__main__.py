"""The command: measures, prints and keeps the table. Exits with 2 without wrk, with 1 if a row failed or is slower."""

import shutil
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Final

from . import against, databases, loads, machine, measures, mock_servers, neighbours, performance_page, starting, table
from .run import Run
from .servers import MeasureFailedError

_RESULTS: Final = Path(__file__).with_name("results")
_SCENARIO: Final = Path(__file__).with_name("million.yaml")
_NO_WRK: Final = (
    "The benchmark needs wrk, an HTTP load generator, and found none on the PATH: "
    "apt-get install wrk on Debian and Ubuntu, brew install wrk on macOS."
)
_MEMORY_AND_START: Final = ("start", "memory")
_ALL: Final = (*measures.NAMES, neighbours.NAME)


def main() -> int:
    parser = ArgumentParser(prog="python -m bench", description="Measure Wattif on this machine.")
    names = sorted({*_ALL, *against.NAMES})
    add = parser.add_argument
    add("--seconds", type=_number, help="length of each load [default: 5; 2 with --against]")
    add("--only", choices=names, action="append", help="measure this alone; may be repeated")
    add("--scenario", type=_file, default=_SCENARIO, help="YAML file of the world [default: bench/million.yaml]")
    add("--fresh", action="store_true", help="make the world again, even if a recent one is kept")
    add("--keep", action=BooleanOptionalAction, help="keep the table in bench/results [default: without --only]")
    add("--against", metavar="COMMIT", help="compare with a commit by turns, and keep no table")
    add("--turns", type=_number, default=30, help="turns of each comparison [default: 30]")
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        print(_NO_WRK, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop)
    began, facts = datetime.now(UTC), machine.facts() | {"Mock servers": mock_servers.versions()}
    wanted = frozenset(asked.only or (_MEMORY_AND_START + against.NAMES if asked.against else _ALL))
    seconds = asked.seconds or (2 if asked.against else 5)
    databases.FOLDER.mkdir(exist_ok=True)
    machine.pin(0, machine.LOAD_CORES)
    slower = False
    try:
        with TemporaryDirectory(prefix="run-", dir=databases.FOLDER) as folder:
            run = Run(wanted, seconds, asked.scenario, fresh=asked.fresh, folder=Path(folder), say=_say)
            if asked.against:
                slower = bool(wanted & {*against.NAMES}) and against.compare(run, asked.against, asked.turns)
                run = replace(run, wanted=wanted & {*_MEMORY_AND_START, neighbours.NAME}, fresh=False)
            rows = list(measures.rows(run))
            beside = _neighbours(run, asked.against) if neighbours.NAME in run.wanted else ""
    except KeyboardInterrupt:
        return 130
    except MeasureFailedError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    if rows:
        print(table.markdown(rows), end="\n\n")
    if beside:
        print(beside, end="\n\n")
    if wanted == {*_ALL}:
        print(performance_page.markdown(rows))
    if asked.keep or (asked.keep is None and not asked.only and not asked.against):
        _RESULTS.mkdir(exist_ok=True)
        file = _RESULTS / f"{began:%Y-%m-%d-%H%M}.md"
        file.write_text(table.page(f"{began:%Y-%m-%d %H:%M} UTC", facts, _how(seconds), rows) + f"\n{beside}\n")
        _say(f"kept as {file}")
    failed = [row for row in rows if row.failed]
    for row in failed:
        print(f"FAILED: {row.title}: {row.measured}", file=sys.stderr)
    return 1 if failed or slower else 0


def _neighbours(run: Run, commit: str | None) -> str:
    """The table of neighbours, for the working tree and for the commit that it is compared with."""
    if commit is None:
        return neighbours.report(run, {})
    with against.worktree(commit, run.folder) as root:
        return neighbours.report(run, {commit: root})


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 600:  # noqa: PLR2004 - ten minutes
        raise ArgumentTypeError(f"{text!r} is not from 1 to 600")
    return int(text)


def _file(text: str) -> Path:
    file = Path(text).resolve()
    if not file.is_file():
        raise ArgumentTypeError(f"there is no file {text!r}")
    return file


def _how(seconds: int) -> str:
    return (
        f"Each load: wrk with one thread and {loads.CONNECTIONS} connections for {seconds} s, {loads.ROUNDS} times by "
        "turns with what it is beside (a third of that for each of many filters); medians, and the median of the "
        "rounds' ratios. The other servers answer the page of ten completed sessions, FastAPI each page, as a "
        f"constant, tuned and warm: {mock_servers.settings()}; just started: without options or warm-up, once. "
        f"Sessions are started on {loads.CONNECTIONS} connections. Work is the server's processor time for one answer; "
        f"noisy is a row whose server, or what it is beside, had less than {table.UNDISTURBED:.0%} of its core. "
        f"Starts on an existing database: medians of {starting.STARTS} by turns. "
        "PostgreSQL and the SQLite beside it hold the town."
    )


def _say(progress: str) -> None:
    print(f"... {progress}", file=sys.stderr, flush=True)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
