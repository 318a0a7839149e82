"""What the server of a test run has refused since a test began, from its log."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from ..client import ControlError, RefusedError
from ..wall_clock import lasting, random_token

if TYPE_CHECKING:
    from .servers import TestServer

_WAIT_US: Final = 2_000_000
_LOOK_EVERY_S: Final = 0.01
_MOST: Final = 50
_OF_WORLD: Final = re.compile(r"/worlds/([a-z0-9-]+)")


class Refusals:
    """The refusals that a server logs from now on."""

    def __init__(self, server: "TestServer") -> None:
        self._server = server
        self._from = server.log.stat().st_size if server.log is not None and server.log.exists() else 0

    def lines(self, names: Sequence[str]) -> Iterator[str]:
        """The refusals in the worlds of these names, and those that opened no world, such as one of a wrong key."""
        if self._server.log is None:
            yield "What the server refused is in its own log, because this run has not started it."
            return
        records = [each for each in self._records() if _concerns(each, names)]
        yield "The server refused nothing." if not records else "The server refused:"
        if len(records) > _MOST:
            yield f"  … {len(records) - _MOST} more"
        for each in records[-_MOST:]:
            place = f"{each['now']}" if each["now"] else "no world"
            called = f"{each['method'] or ''} {each['path'] or ''}".strip() or "a request that could not be read"
            yield f"  {place}  {called}  {each['status']}  {each['reason']}"

    def _records(self) -> list[dict[str, Any]]:
        """The records of the log. The server writes them a moment later, so this waits for one of its own making."""
        mark = f"mark-{random_token(12).lower()}"
        waits = lasting(0)
        try:
            self._server.client.request("GET", f"/worlds/{mark}")
        except RefusedError:
            waits = lasting(_WAIT_US)
        except ControlError:
            pass  # it does not answer any more
        while mark not in (text := self._text()) and waits():
            Event().wait(_LOOK_EVERY_S)
        found = []
        for line in text.splitlines():
            with suppress(ValueError):
                record = json.loads(line)
                if isinstance(record, dict) and mark not in str(record.get("path")):
                    found.append(record)
        return found

    def _text(self) -> str:
        assert self._server.log is not None  # noqa: S101 - for types; the caller has looked
        with self._server.log.open("rb") as log:
            log.seek(self._from)
            return log.read().decode("utf-8", "replace")


def _concerns(record: dict[str, Any], names: Sequence[str]) -> bool:
    """Whether a record is of these worlds, or a vendor's of none: other tests have worlds of their own.

    A call of the control API that names no world is left out, because the client raises what the server said.
    """
    if record.get("world") is not None:
        return record["world"] in names
    named = _OF_WORLD.search(str(record.get("path")))
    return record.get("api") != "sandbox" or (named is not None and named[1] in names)
