"""The worlds of one test, and what the report of its failure says about them."""

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest

from ..client import ControlError, NotRunningError, RefusedError
from .environment import names_in
from .making import new_world
from .refusals import Refusals
from .server_of_run import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sandbox_world import SandboxWorld
    from .servers import TestServer

_NOT_FOUND: Final = 404
_SHOWN: Final = 30
"""The last lines of a log that are shown."""


@dataclass(slots=True)
class WorldsOfTest:
    """Makes the worlds of a test, and deletes them after it."""

    server: "TestServer"
    item: "pytest.Item"
    folders: "pytest.TempPathFactory"
    _worlds: "list[SandboxWorld]" = field(default_factory=list)
    _kept: dict[str, str] = field(default_factory=dict)
    _refusals: Refusals = field(init=False)

    def __post_init__(self) -> None:
        self._refusals = Refusals(self.server)

    def make(self, **wanted: Any) -> "SandboxWorld":  # noqa: ANN401 - scenario, seed, start and speed
        root = self.item.config.rootpath
        try:
            world = new_world(self.server, lambda: names_in(root), about=self.item.name, stays=self._keeps(), **wanted)
        except NotRunningError as error:
            raise pytest.fail.Exception(self._ended(error), pytrace=False) from None
        self._worlds.append(world)
        return world

    def delete(self) -> None:
        """Deletes the worlds, but for those that are kept on the server."""
        first: ControlError | None = None
        for world in reversed(self._worlds):
            try:
                if world.name in self._kept and not self.server.is_own:
                    world.close()
                else:
                    world.delete()
            except ControlError as error:
                # The test may have deleted it; and the worlds of a server that this run has started end with it.
                is_gone = isinstance(error, RefusedError) and error.status == _NOT_FOUND
                if not is_gone and not (isinstance(error, NotRunningError) and self.server.is_own):
                    first = first or error
        if first is not None:
            raise first

    def section(self) -> str:
        """What the report of a failed test says: each world, its clock, how to make it again, and what was refused.

        Empty if the test has no world yet.
        """
        if not self._worlds:
            return ""
        try:
            refused = list(self._refusals.lines([world.name for world in self._worlds]))
            return "\n".join([line for world in self._worlds for line in self._lines(world)] + refused)
        except Exception as error:  # noqa: BLE001 - the test's own failure matters more
            return f"This section could not be written: {type(error).__name__}: {error}"

    def _ended(self, error: NotRunningError) -> str:
        """What a test is told whose server answers no more."""
        if self.server.log is None:
            return str(error)
        wrote = self.server.log.read_text("utf-8", "replace").splitlines()[-_SHOWN:]
        return "\n".join([f"The server that this run has started is gone: {error}. It wrote at last:", *wrote])

    def _lines(self, world: "SandboxWorld") -> "Iterator[str]":
        yield f"World {world.name} at {world.url}: scenario {world.scenario}, seed {world.seed}"
        try:
            clock = world.clock
            yield f"  Its clock shows {_shown(clock.now)}, at speed {clock.speed:g}"
        except ControlError as error:
            yield f"  Its clock cannot be read: {error}"
        began = world.answer["clock"]
        again = ["wattif", "worlds", "create", "--scenario", world.scenario, "--seed", str(world.seed)]
        again += ["--at", began["now"], "--speed", f"{began['speed']:g}"]
        again += [] if self.server.is_own else ["--url", world.url]
        yield f"  The same again: {shlex.join(again)}"
        if self._keeps():
            yield f"  {self._keep(world)}"

    def _keeps(self) -> bool:
        return bool(self.item.config.getoption("wattif_keep"))

    def _keep(self, world: "SandboxWorld") -> str:
        """Keeps a world as it is now, on the server or in a file; returns how to look at it."""
        if world.name not in self._kept:
            try:
                self._kept[world.name] = self._keep_now(world)
            except (ControlError, OSError) as error:
                return f"It could not be kept: {error}"
        return self._kept[world.name]

    def _keep_now(self, world: "SandboxWorld") -> str:
        if not self.server.is_own:
            return f"It is kept: {shlex.join(['wattif', 'worlds', 'show', world.name, '--url', world.url])}"
        file = folder_of(self.folders) / f"{world.name}.json"
        file.write_bytes(world.export())
        return f"It is kept in a file: {shlex.join(['wattif', 'import', str(file)])}"


def _shown(instant: Any) -> str:  # noqa: ANN401 - a datetime
    return str(instant.isoformat(timespec="milliseconds")).replace("+00:00", "Z")
