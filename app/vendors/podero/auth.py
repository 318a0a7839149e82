"""Podero's keys: client credentials buy a token for ten hours of the world's own time, at `/oauth2/token/`."""

from base64 import b64decode
from binascii import Error as Base64Error
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ...domain.clock import SECOND
from ...operations import access_tokens
from ...wall_clock import random_token
from ...web import request_body
from ...web.app_context import AppContext, context_of
from ...web.responses import json_answer
from ...web.vendor_app import add_call, new_face
from ...web.world_access import UnknownKeyError, WorldAccess, enter
from .errors import PoderoError, TokenRefusal, add_handlers

VENDOR: Final = "podero"
_CLIENT: Final = "podero-client"
_LIFETIME_S: Final = 36_000
_TOKEN_LENGTH: Final = 30
_UNSTORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM: Final = "application/x-www-form-urlencoded"


def authorization(context: AppContext) -> FastAPI:
    """The token endpoint as an application of its own, to be mounted at `/oauth2`."""
    app = new_face(context)
    add_handlers(app, for_tokens=True)
    add_call(app, "POST", "/token/", issue_token)
    return app


async def visiting(request: Request) -> WorldAccess:
    """The visit that the request's token opens; missing, unknown and expired are refused alike."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise PoderoError(401, "Unauthorized")
    try:
        return await enter(request, VENDOR, token)
    except UnknownKeyError:
        raise PoderoError(401, "Unauthorized") from None


async def issue_token(request: Request) -> Response:
    """A token for whoever knows a client's secret. JSON as documented, or a form (PODERO-004)."""
    asked = await _asked(request)
    visit = await _client_visit(request, asked)
    if asked.get("grant_type") != "client_credentials":
        raise TokenRefusal(400, "unsupported_grant_type")
    token = random_token(_TOKEN_LENGTH)
    await visit.change(access_tokens.issue_token, "podero", token, _LIFETIME_S * SECOND)
    body = {"access_token": token, "expires_in": _LIFETIME_S, "token_type": "Bearer", "scope": "read write"}
    return json_answer(request, body, headers=_UNSTORED)


async def _client_visit(request: Request, asked: dict[str, Any]) -> WorldAccess:
    client, secret = _basic(request.headers.get("authorization", "")) or (
        str(asked.get("client_id", "")),
        str(asked.get("client_secret", "")),
    )
    opened = await context_of(request).directory.opened_by(_CLIENT, client)
    expected = opened.credential.secret if opened else None
    if expected is None or not compare_digest(secret.encode(), expected.encode()):
        raise TokenRefusal(401, "invalid_client")
    return await enter(request, _CLIENT, client)


async def _asked(request: Request) -> dict[str, Any]:
    raw = await request_body.read(request)
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == _FORM:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    content = request_body.parsed(raw) if request_body.is_json(request) else None
    if not isinstance(content, dict):
        raise TokenRefusal(400, "invalid_request")
    return content


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (Base64Error, ValueError):
        return None
    return client, secret
