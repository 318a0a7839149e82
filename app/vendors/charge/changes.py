"""Runs what a POST or DELETE does, once for each `Idempotency-Key`, and answers it.

An action changes the world in its transaction and returns the object that it made or changed, as Charge shows it. If
the request has a key, the answer is kept in the same transaction, also if it is a refusal, whose own writes are undone.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Concatenate, Final, ParamSpec

import orjson
from starlette.requests import Request
from starlette.responses import Response

from ...domain.clock import DAY
from ...domain.errors import Refusal
from ...domain.models import Document
from ...store import documents
from ...store.savepoints import undone_by
from ...store.sessions import take_number
from ...store.world_transaction import WorldTransaction, keeps_worlds
from ...web.headers import header
from ...web.reasons import explain
from ...web.request_log import REFUSED
from ...web.responses import JSON, answer
from ...web.world_access import WorldAccess
from . import errors
from .errors import ChargeError
from .inputs import read_body
from .path_ids import refuse_impossible_ids
from .vendor import NAME

Arguments = ParamSpec("Arguments")
Object = dict[str, Any]

_KIND: Final = "idempotency_key"
"""The kind of the documents that keep answers."""
_HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")
_MOST_BYTES: Final = 48_000
"""The bytes of the largest object that can be created (CHARGE-039)."""
_LASTS: Final = DAY
_REMOVED_AT_ONCE: Final = 10
"""How many answers that are no longer repeated are removed whenever one is kept."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The body and status of an answer. `refusal` is what to raise instead; `is_repeated` if it was kept before."""

    status: int
    body: bytes
    refusal: Exception | None = None
    is_repeated: bool = False


async def answer_change(
    request: Request,
    world: WorldAccess,
    action: Callable[Concatenate[WorldTransaction, Arguments], Object],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Response:
    """Runs an action and answers with the object that it returns, or as a request with the same key was answered.

    Raises what the action raises, and ChargeError for an object that is too large, and for a key that is malformed, in
    use, or known with another request.
    """

    @keeps_worlds
    def act(tx: WorldTransaction) -> bytes:
        shown = orjson.dumps(action(tx, *args, **kwargs))
        if len(shown) > _MOST_BYTES:
            raise ChargeError(400, f"An object has at most {_MOST_BYTES:,} bytes.")
        return shown

    refuse_impossible_ids(request)
    key = header(request, b"idempotency-key") if request.method == "POST" else None
    if key is None:
        return answer(request, await world.change(act), media_type=JSON)
    if not _KEY.fullmatch(key):
        raise ChargeError(400, "An Idempotency-Key has 1 to 255 printable ASCII characters.", param=_HEADER)
    with _running(request, world, key):
        outcome = await world.change(_once, request, key, act)
    if outcome.refusal is not None:
        raise outcome.refusal
    if outcome.is_repeated and outcome.status >= REFUSED:
        explain(request, f"The first request with the {_HEADER} {key} was refused like this.")
    return answer(request, outcome.body, outcome.status, media_type=JSON)


@keeps_worlds
def _once(tx: WorldTransaction, request: Request, key: str, act: Callable[[WorldTransaction], bytes]) -> _Outcome:
    """What is done now, or the outcome that was kept with the key less than a day ago (CHARGE-034)."""
    asked = _fingerprint(request)
    known = documents.document(tx, NAME, _KIND, key)
    if known is not None and tx.now < known.created_at + _LASTS:
        return _kept(known, asked)
    if known is not None:
        documents.remove_document(tx, NAME, _KIND, key)
    documents.remove_oldest_documents(tx, NAME, _KIND, before=tx.now - _LASTS, most=_REMOVED_AT_ONCE)
    n = take_number(tx)
    outcome = _tried(tx, request, act)
    kept = {"request": asked, "status": outcome.status, "answer": outcome.body.decode()}
    documents.insert_document(tx, Document(NAME, _KIND, key, n, tx.now, orjson.dumps(kept).decode()))
    return outcome


def _kept(known: Document, asked: str) -> _Outcome:
    kept = orjson.loads(known.body)
    if kept.get("request") != asked:
        raise ChargeError(400, f"This {_HEADER} was used for another request.", param=_HEADER)
    return _Outcome(kept["status"], kept["answer"].encode(), is_repeated=True)


def _tried(tx: WorldTransaction, request: Request, act: Callable[[WorldTransaction], bytes]) -> _Outcome:
    """What is done, or its refusal, whose writes are undone."""
    try:
        with undone_by(tx, Refusal, ChargeError):
            return _Outcome(200, act(tx))
    except (Refusal, ChargeError) as error:
        refused = errors.refusal_of(request, error)
        return _Outcome(refused.status, orjson.dumps(errors.shown(request, refused)), error)


@contextmanager
def _running(request: Request, world: WorldAccess, key: str) -> Iterator[None]:
    """Marks a key as in use by a request; a second request with it is refused meanwhile."""
    running: set[tuple[str, str]] = request.app.state.running_keys
    # The number may have been that of a deleted world, which a request is still in.
    named = world.world.link_key, key
    if named in running:
        raise ChargeError(409, f"A request with this {_HEADER} is still running.", param=_HEADER)
    running.add(named)
    try:
        yield
    finally:
        running.remove(named)


def _fingerprint(request: Request) -> str:
    """What makes two requests the same: the path, and the JSON of the body, in which the order of names is free."""
    body = orjson.dumps(read_body(request), option=orjson.OPT_SORT_KEYS)
    return blake2b(request.scope["path"].encode() + b"\n" + body, digest_size=16).hexdigest()
