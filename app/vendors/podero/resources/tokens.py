"""Access tokens: issued for client credentials, valid for ten hours of the world's own time (PODERO-004)."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from hmac import compare_digest
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import SECOND
from ....operations import access_tokens
from ....wall_clock import random_token
from ....web import request_body
from ....web.app_context import context_of
from ....web.headers import credentials
from ....web.log_text import masked
from ....web.reasons import explain
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ....web.world_access import WorldAccess, open_world
from ..token_errors import NOT_STORED, TokenError
from ..vendor import CLIENT, TOKEN, TOKEN_LENGTH

_LIFETIME_S: Final = 36_000
_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 1_000
_NO_OBJECT: Final = "The body is neither a JSON object, sent as application/json, nor a form."

router = APIRouter(route_class=OperationRoute)


async def token_request(request: Request) -> Mapping[str, Any]:
    """The body: JSON as documented, or a form."""
    raw = await request_body.read(request)
    if request_body.media_type(request) == _FORM:
        try:
            fields = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise TokenError(400, "invalid_request", reason=f"The form has more than {_MOST_FIELDS} fields.") from None
        if len(dict(fields)) < len(fields):
            raise TokenError(400, "invalid_request", reason="The form has a field twice.")
        return dict(fields)
    content = request_body.parsed(raw) if request_body.is_json(request) else None
    if not isinstance(content, dict):
        raise TokenError(400, "invalid_request", reason=_NO_OBJECT)
    return content


TokenRequest = Annotated[Mapping[str, Any], Depends(token_request)]


async def client_world(request: Request, body: TokenRequest) -> WorldAccess:
    """The world of the client whose id and secret are in HTTP Basic or in the body. Raises TokenError (401)."""
    client, secret = _basic(credentials(request, "basic")) or (
        str(body.get("client_id", "")),
        str(body.get("client_secret", "")),
    )
    opened = await context_of(request).directory.opened_by(CLIENT, client)
    expected = opened.credential.secret if opened else None
    if expected is None or not compare_digest(secret.encode(), expected.encode()):
        explain(request, _why_refused(client, known=opened is not None))
        raise TokenError(401, "invalid_client")
    return await open_world(request, CLIENT, client)


@router.post("/token/")
async def issue_token(
    request: Request, body: TokenRequest, world: Annotated[WorldAccess, Depends(client_world)]
) -> Response:
    """Issues a token that opens the client's world."""
    if body.get("grant_type") != "client_credentials":
        reason = "grant_type is not client_credentials, the only one that there is."
        raise TokenError(400, "unsupported_grant_type", reason=reason)
    token = random_token(TOKEN_LENGTH)
    await world.change(access_tokens.issue_token, TOKEN, token, _LIFETIME_S * SECOND)
    answer = {"access_token": token, "expires_in": _LIFETIME_S, "token_type": "Bearer", "scope": "read write"}
    return json_answer(request, answer, headers=NOT_STORED)


def _why_refused(client: str, *, known: bool) -> str:
    """Why a client gets no token."""
    if not client:
        return "There is no client_id, neither in the body nor in Authorization: Basic."
    if known:
        return f"The client_secret is not that of the client {masked(client)}."
    return f"No world has the client {masked(client)}; GET /_sandbox/v1/worlds shows the clients of each."


def _basic(encoded: str) -> tuple[str, str] | None:
    if not encoded:
        return None
    try:
        client, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (Base64Error, ValueError):
        return None
    return client, secret
