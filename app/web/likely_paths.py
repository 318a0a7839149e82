"""The documented path that a caller probably meant by one at which nothing answers, for the log."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property, lru_cache
from typing import Final

_LONGEST: Final = 300
_MOST_SEGMENTS: Final = 16
_NEAR_WORD: Final = 0.75
_NEAR_PATH: Final = 0.6
_PARAMETER: Final = "{}"
_NO_WORD: Final = re.compile(r"[{0-9]")
_VERSION: Final = re.compile(r"^v[0-9][0-9.]*$")


@dataclass(frozen=True, slots=True)
class _Template:
    """A documented operation: its method and path, and the path's segments as they are compared."""

    method: str
    path: str
    words: tuple[str, ...]


class LikelyPaths:
    """The operations of all APIs, by method and path template, and the paths at which the APIs are mounted.

    A path is like another one if they have a word in common besides those of `mounts`. Paths are compared by their
    segments, without regard to case, hyphens, a plural's s and the number of a version. That takes a millisecond, so
    the latest answers are kept. What is compared is made ready at the first question, which many servers never get.
    """

    def __init__(self, operations: Iterable[tuple[str, str]], mounts: Iterable[str]) -> None:
        self._operations: Final = frozenset(operations)
        self._mounts: Final = tuple(mounts)
        self.mistake = lru_cache(maxsize=256)(self._mistake)

    @cached_property
    def _templates(self) -> list[_Template]:
        return [
            _Template(method, path, tuple(map(_word, _segments(path)))) for method, path in sorted(self._operations)
        ]

    @cached_property
    def _words(self) -> list[str]:
        return sorted({word for each in self._templates for word in each.words} - {_PARAMETER})

    @cached_property
    def _telling(self) -> set[str]:
        """The words that are not those of `mounts`."""
        return {*self._words} - {_word(segment) for mount in self._mounts for segment in _segments(mount)}

    def _mistake(self, method: str, path: str) -> str:
        """What is probably wrong with a path at which nothing answers, as a sentence."""
        segments = _segments(path[:_LONGEST])[:_MOST_SEGMENTS]
        words = tuple(self._nearest_word(segment) for segment in segments)
        telling = self._telling.intersection(words)
        near = [each for each in self._templates if not telling.isdisjoint(each.words)]
        best = max(near, key=lambda each: (_likeness(words, each.words), each.method == method), default=None)
        if best is None or _likeness(words, best.words) < _NEAR_PATH:
            return f"No API has a path like {path}; /docs lists all paths."
        if len(best.words) > len(words) and _is_end(words, best.words):
            prefix = "/".join(_segments(best.path)[: -len(words)])
            return f"The path lacks its beginning /{prefix}: {best.method} {best.path}"
        return f"Nothing answers at {path}; the nearest path is {best.method} {best.path}"

    def _nearest_word(self, segment: str) -> str:
        word = _word(segment)
        near = get_close_matches(word, self._words, 1, _NEAR_WORD)
        return near[0] if near else _PARAMETER


def _likeness(words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """How alike two paths are, from 0 to 1; a path without its beginning is as good as whole."""
    if _is_end(words, others):
        return 1.0 - 0.01 * (len(others) - len(words))
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def _is_end(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a path is the end of another one, from a word on."""
    return words[0] != _PARAMETER and others[-len(words) :] == words


def _segments(path: str) -> list[str]:
    return [each for each in path.split("/") if each]


def _word(segment: str) -> str:
    """A segment as it is compared. One with a digit is taken for an id, unless it is a version."""
    word = _VERSION.sub("v", segment.lower().replace("-", "_").removesuffix("s"))
    return _PARAMETER if _NO_WORD.search(word) else word
