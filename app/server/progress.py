"""The progress of a start that has to create the world `default` first."""

from typing import Any, Final, Self

from ..domain.clock import SECOND
from ..wall_clock import ticks

_PROGRESS_LINE_EVERY: Final = 5 * SECOND


class Progress:
    """Shows how far the creation of `default` is: a bar on a terminal, else a line every few seconds.

    The bar is removed at the end of the `with` block, also if the start fails or is interrupted.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._began = self._printed = ticks()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None and self._bar.console.is_terminal:
            self._bar.stop()

    def __call__(self, done: int, total: int, sessions: int) -> None:
        if self._bar is None:
            from rich.progress import Progress as Bar  # noqa: PLC0415 - only a new world takes long enough

            self._bar = Bar(transient=True)
            self._days = self._bar.add_task("", total=total)
            if self._bar.console.is_terminal:
                self._bar.start()
            else:
                print("Creating the world default.", flush=True)  # noqa: T201 - the command's output
        at = ticks()
        rate = sessions * SECOND // max(1, at - self._began)
        so_far = f"Creating the world default: {sessions:,} sessions, {rate:,} a second"
        self._bar.update(self._days, completed=done, description=so_far)
        if not self._bar.console.is_terminal and at - self._printed > _PROGRESS_LINE_EVERY and done < total:
            self._printed = at
            left = (at - self._began) * (total - done) // done // SECOND
            print(f"{so_far}, about {left} s to go.", flush=True)  # noqa: T201 - the command's output
