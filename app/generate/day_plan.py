"""The days of a town's plan. A week depends on (seed, number) only, so that a day can be planned at any time.

Days are counted from the world's first Monday, in UTC. A planned session is created on its day, and lasts at most 20
hours; one that a caller starts at most seven days. A big town has ten thousand sessions a day: a day comes in slices,
so that other requests are served between two of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .day_entry import DayEntry
from .day_inputs import DayInputs
from .week_plan import DAYS, Turn, Week, draw_turn

_SLICE: Final = 25
"""Saving 25 entries takes about 3 ms."""


@dataclass(slots=True)
class DayPlanner:
    """Plans the days of a town. It remembers the week that it is in, so that days in order are planned fastest."""

    inputs: DayInputs
    _week: Week | None = field(default=None, init=False)
    _turns: dict[int, Turn] = field(default_factory=dict, init=False)

    def day(self, day: int) -> list[DayEntry]:
        """The entries of one day, in the order in which they begin."""
        return [entry for some in self.slices(day) for entry in some]

    def slices(self, day: int) -> Iterator[list[DayEntry]]:
        """The entries of one day in slices, which are always the same; while the day is drawn, slices are empty."""
        number, weekday = divmod(day, DAYS)
        week = self._week
        if week is None or week.number != number or week.drawn > weekday:
            for _ in self._draw_turns(number):
                yield []
            week = self._week = Week(self.inputs, number, self._turns[number], self._turns[number + 1])
        while week.drawn < weekday:
            for _ in week.draw():
                yield []
        entries: list[DayEntry] = []
        for some in week.draw():
            entries += some
            yield []
        entries.sort(key=_begins)
        for first in range(0, len(entries), _SLICE):
            yield entries[first : first + _SLICE]

    def _draw_turns(self, week: int) -> Iterator[None]:
        """Draws the turns at the beginning and at the end of a week, and forgets all others."""
        turns: dict[int, Turn] = {}
        for number in (week, week + 1):
            known = self._turns.get(number)
            if known is None:
                known = Turn(self.inputs.dawn(number * DAYS))
                yield from draw_turn(self.inputs, number, known)
            turns[number] = known
        self._turns = turns


def _begins(entry: DayEntry) -> tuple[int, str]:
    """The order of entries: when the session, or else the reservation, is created."""
    first = entry.session or entry.reservation
    return (first.created_at, first.id) if first else (0, "")
