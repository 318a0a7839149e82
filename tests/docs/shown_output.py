"""Whether a command printed what a page shows.

Whitespace is not compared, because pages wrap long lines. `…` in a page stands for any text, and a line that begins
with `… `, such as `… its keys`, for any lines. What differs from run to run is masked on both sides: keys, tokens,
random parts of links, durations, process numbers, Wattif's version, and instants of worlds in real time. Ids and
instants of frozen worlds are compared, since the same scenario and seed always give the same.
"""

import re
from typing import Final

ANY: Final = "…"
_REAL_TIME: Final = "2026-06"
"""Instants from this month on are those of a world in real time; scenarios with dates of their own are earlier."""

_INSTANT: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_MASKS: Final = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\bch_sk_test_(?!\.)\w*…?|\beyJ[\w.-]*…?"), "KEY"),
    (re.compile(r"(?<!\w)(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{20,}(?!\w)"), "KEY"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:ms|s)\b(?: \(\d+:\d\d:\d\d\))?"), "DURATION"),
    (re.compile(r"\bprocess \d+"), "process NUMBER"),
    (re.compile(r"\b([Ww]attif[ -])v?\d+\.\d+\.\d+(?:\.?(?:a|b|rc|dev)\d+)?"), r"\1VERSION"),
    (re.compile(r"^\d\d:\d\d:\d\d\b", re.MULTILINE), "TIME"),
)


def is_as_shown(shown: str, printed: str) -> bool:
    """Whether the output agrees with the page."""
    wanted = re.sub(rf"^{ANY}(?: .*)?$", ANY, shown, flags=re.MULTILINE)
    pattern = ".*".join(re.escape(part) for part in _masked(wanted).split(ANY))
    return re.fullmatch(pattern, _masked(printed)) is not None


def _masked(text: str) -> str:
    """The text without whitespace and without what differs from run to run."""
    text = _INSTANT.sub(lambda match: match[0] if match[0] < _REAL_TIME else "INSTANT", text)
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return "".join(text.split())
