"""Scenario files: where they are, what they contain, and the line of each part."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from ..data_files import FIXTURES
from . import messages, yaml_text
from .parts import Location
from .yaml_text import Loader, OddTextError, OddValueError

_OUT_OF_FILES: Final = {errno.EMFILE, errno.ENFILE}
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENDINGS: Final = (".yaml", ".yml")
_SHOWN: Final = 80
_LONGEST: Final = 400
_PLACES: Final = 20
_DEEPEST: Final = 50
_MOST_BYTES: Final = 4 << 20
_CONCEALED: Final = "keys"
"""The part of a file whose values no message repeats."""
_PLACE: Final = re.compile(r"(?:.*/)?([^/]*?\.ya?ml:\d+):")
"""What each line of a message about a file begins with; the path's folders are left out."""


class BadScenarioError(Exception):
    """A scenario has faults; each line of the message names file, line and reason, and may quote the file."""

    def without_quotes(self) -> str:
        """The message for callers who may not read files of the server: the places of the faults."""
        places = list(dict.fromkeys(found[1] for line in str(self).splitlines() if (found := _PLACE.match(line))))
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        return (
            f"the scenario's file has faults ({', '.join(places[:_PLACES]) or 'in all of it'}{more}); "
            "`check-scenario`, on the server's machine, gives the reasons"
        )


class UnknownScenarioError(BadScenarioError):
    """There is no scenario of that name; the message lists those that exist and quotes no file."""

    def without_quotes(self) -> str:
        return str(self)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence, and the number of its nodes that have been seen."""

    is_mapping: bool
    nodes: int = 0
    keys: set[str] = field(default_factory=set)

    def repeated(self, event: yaml.NodeEvent) -> str | None:
        """Takes the next node; returns it if it is a key for the second time. Merge keys may be repeated."""
        self.nodes += 1
        if not (self.is_mapping and self.nodes % 2 and isinstance(event, yaml.ScalarEvent)) or event.value == "<<":
            return None
        if event.value in self.keys:
            return str(event.value)
        self.keys.add(event.value)
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read."""

    path: Path
    text: bytes

    def data(self) -> Any:  # noqa: ANN401 - any YAML value
        """Returns its content. Raises BadScenarioError if it is not YAML."""
        try:
            yaml_text.check(self.text)
            self._survey()
            return yaml.load(self.text, Loader=Loader)  # noqa: S506 - a safe loader
        except OddTextError as error:
            raise BadScenarioError(f"{self.path}:{error.line}: {error} (column {error.column})") from error
        except OddValueError as error:
            raise BadScenarioError(f"{self.path}:{_place(error.problem_mark, str(error.problem))}") from error
        except yaml.MarkedYAMLError as error:
            begun = error.context_mark.line + 1 if error.context_mark else 1
            reason = f"this is not YAML: {error.problem}, begun on line {begun}"
            raise BadScenarioError(f"{self.path}:{_place(error.problem_mark, reason)}") from error
        except (yaml.YAMLError, ValueError) as error:
            raise BadScenarioError(f"{self.path}:1: this is not YAML: {_in_one_line(error)}") from error

    def fault(self, where: Location, reason: str) -> str:
        """The message for a fault of the part of the file that the steps lead to."""
        return f"{self.path}:{self._line_of(where)}: {'.'.join(map(str, where)) or 'the file'}: {reason}"

    def faults(self, error: ValidationError) -> Iterator[str]:
        """The messages for the faults that pydantic has found."""
        for fault in error.errors(include_url=False):
            is_secret = fault["loc"][:1] == (_CONCEALED,)
            reason, given = messages.reason(fault), "" if is_secret else _shown(fault["input"])
            yield self.fault(fault["loc"], f"{reason}, not {given}"[:_LONGEST] if given not in reason else reason)

    def _survey(self) -> None:
        """Refuses repeated keys, which reading would accept, and a depth at which the C parser would crash."""
        within: list[_Open] = []
        for event in yaml.parse(self.text, Loader=Loader):
            if isinstance(event, yaml.CollectionEndEvent):
                within.pop()
            elif isinstance(event, yaml.NodeEvent):
                repeated = within[-1].repeated(event) if within else None
                if repeated is not None:
                    reason = f"{repeated[:_SHOWN]!r} is here for the second time"
                    raise BadScenarioError(f"{self.path}:{_place(event.start_mark, reason)}")
                if isinstance(event, yaml.CollectionStartEvent):
                    within.append(_Open(isinstance(event, yaml.MappingStartEvent)))
                if len(within) > _DEEPEST:
                    reason = f"this is nested more than {_DEEPEST} levels deep"
                    raise BadScenarioError(f"{self.path}:{_place(event.start_mark, reason)}")

    def _line_of(self, steps: Location) -> int:
        """The line of the innermost part of the file that the steps lead to."""
        node, line = _root(self.text), 1
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                node = next((value for key, value in node.value if key.value == step), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step] if step < len(node.value) else None
            if node is None:
                break
            line = int(node.start_mark.line) + 1
        return line


def source(name: str, folder: Path | None) -> Source:
    """Reads the file at that path, or of the scenario with that name as `named_source` does. Raises BadScenarioError.

    It is for the operator of a server only: with it, every file that has the ending of a scenario can be read.
    """
    if not is_path(name):
        return named_source(name, folder)
    path = Path(name)
    try:
        return Source(path, _content(path))
    except (OSError, ValueError) as error:
        raise BadScenarioError(f"{path}: {_reason(error)}; {_known(folder)}") from error


def named_source(name: str, folder: Path | None) -> Source:
    """Reads the file of the scenario with that name: one that comes with Wattif, or in the folder.

    What is not a name, such as a path, is refused like an unknown name. Raises UnknownScenarioError.
    """
    if _NAME.fullmatch(name):
        for place in filter(None, (FIXTURES, folder)):
            for ending in _ENDINGS:
                path = place / f"{name}{ending}"
                try:
                    return Source(path, _content(path))
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except (OSError, ValueError) as error:
                    raise UnknownScenarioError(f"{path.name} cannot be used: {_reason(error)}") from error
    raise UnknownScenarioError(f"there is no scenario {name[:_SHOWN]!r}; {_known(folder)}")


def is_path(name: str) -> bool:
    """Whether an operator means a file by its path, instead of a scenario by its name."""
    return name.endswith(_ENDINGS)


def _reason(error: OSError | ValueError) -> str:
    """Why a file cannot be a scenario. Raises the error again if the process can open no file at all."""
    if not isinstance(error, OSError):
        return str(error)
    if error.errno in _OUT_OF_FILES:
        raise error
    return error.strerror or str(error)


def _content(path: Path) -> bytes:
    """The content of a regular file. A pipe or a device, which could hold up the reader, is opened without waiting.

    Raises OSError, or ValueError for what cannot be a scenario file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("this is not a regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > _MOST_BYTES:
        raise ValueError(f"a scenario file has at most {_MOST_BYTES >> 20} MiB")
    return content


def _known(folder: Path | None) -> str:
    own = [] if folder is None else _names(folder)
    more = f", and in {folder} {', '.join(own)}" if own else ""
    return f"the scenarios that come with Wattif are {', '.join(_names(FIXTURES))}{more}"


def _names(folder: Path) -> list[str]:
    files = (file for ending in _ENDINGS for file in folder.glob(f"*{ending}"))
    return sorted(file.stem for file in files if _NAME.fullmatch(file.stem))


@lru_cache(maxsize=1)
def _root(text: bytes) -> yaml.Node | None:
    """The file as its nodes, each of which knows its line."""
    return yaml.compose(text, Loader=Loader)


def _place(mark: Any, reason: str) -> str:  # noqa: ANN401 - a mark of either parser, or None
    """The reason between its line and its column."""
    return f"{mark.line + 1}: {reason} (column {mark.column + 1})" if mark else f"1: {reason}"


def _shown(given: object) -> str:
    """The value that was written, if it is short; else a text that each reason contains."""
    is_short = isinstance(given, str | float) or (isinstance(given, int) and abs(given) < 1 << 64)
    return repr(given)[:_SHOWN] if is_short else ""


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
