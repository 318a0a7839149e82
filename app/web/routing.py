"""How operations are declared: as FastAPI's own, with parameters that are worked out once, when the route is made.

    router = APIRouter(route_class=OperationRoute)

    @router.get("/drivers/{driver}")
    async def retrieve_driver(request: Request, world: ChargeWorld, driver: str) -> Response: ...

FastAPI looks through an endpoint's declarations on every request, which takes longer than the query of a list.
`OperationRoute` looks through them when the route is made, and then calls dependencies and endpoint itself. It gives
an endpoint the same arguments, and raises the same RequestValidationError.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, Final, TypeGuard

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_typed_return_annotation, get_validation_alias, request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_CACHED_QUERIES: Final = 1024
_UNSUPPORTED: Final = (
    "header_params",
    "cookie_params",
    "body_params",
    "websocket_param_name",
    "http_connection_param_name",
    "response_param_name",
    "background_tasks_param_name",
    "security_scopes_param_name",
    "own_oauth_scopes",
    "concurrency",
)
"""What a `Dependant` may ask for that is left to FastAPI."""

Solved = dict[Callable[..., Any], Any]


class OperationRoute(APIRoute):
    """A route of FastAPI that calls its endpoint without FastAPI's handler, where that makes no difference.

    It does so if the endpoint returns a `Response`, and if the endpoint and its dependencies are `async def`
    functions that take the request, path parameters, frozen models of the query, and dependencies. `is_direct` tells
    which way a route goes. Dependency overrides are not looked at.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(path, endpoint, **options)
        returned = get_typed_return_annotation(endpoint)
        self.is_direct = (
            inspect.isclass(returned)
            and issubclass(returned, Response)
            and self.response_field is None
            and _is_supported(self.dependant)
        )
        if self.is_direct:
            self._operation = _Callable(self.dependant)
            self.app = self._call

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        errors: list[Any] = []
        arguments = await self._operation.arguments(request, {}, errors)
        if errors:
            raise RequestValidationError(errors)
        response: Response = await self._operation.call(**arguments)
        await response(scope, receive, send)


class _Callable:
    """An endpoint or a dependency, and where its arguments come from."""

    __slots__ = ("_dependencies", "_path_params", "_query", "_request_name", "call")

    def __init__(self, dependant: Dependant) -> None:
        assert dependant.call is not None  # noqa: S101 - for types; FastAPI itself relies on it
        self.call: Callable[..., Awaitable[Any]] = dependant.call
        self._dependencies = [(each.name, _Callable(each)) for each in dependant.dependencies]
        self._path_params = [
            (field.name, get_validation_alias(field), None if _is_plain_text(field) else field)
            for field in dependant.path_params
        ]
        self._query = _cached_query(dependant) if dependant.query_params else None
        self._request_name = dependant.request_param_name

    async def arguments(self, request: Request, solved: Solved, errors: list[Any]) -> dict[str, Any]:
        """The arguments for one request; what is wrong with its parameters is added to `errors`.

        `solved` holds the values of the dependencies that were called already. A dependency whose own parameters are
        wrong is not called, as in FastAPI.
        """
        values: dict[str, Any] = {} if self._request_name is None else {self._request_name: request}
        for name, dependency in self._dependencies:
            call = dependency.call
            if call not in solved:
                known = len(errors)
                arguments = await dependency.arguments(request, solved, errors)
                if len(errors) > known:
                    continue
                solved[call] = await call(**arguments)
            if name is not None:
                values[name] = solved[call]
        for name, alias, field in self._path_params:
            text = request.scope["path_params"][alias]
            if field is None:
                values[name] = text
                continue
            value, wrong = field.validate(text, values, loc=("path", alias))
            errors.extend(wrong)
            values[name] = value
        if self._query is not None:
            found, wrong = self._query(request.scope["query_string"])
            values.update(found)
            errors.extend(wrong)
        return values


def _cached_query(dependant: Dependant) -> Callable[[bytes], tuple[dict[str, Any], list[Any]]]:
    """From a query as it was sent to FastAPI's values and errors."""
    fields = dependant.query_params

    @lru_cache(maxsize=_CACHED_QUERIES)
    def validated(query: bytes) -> tuple[dict[str, Any], list[Any]]:
        return request_params_to_args(fields, QueryParams(query))

    return validated


def _is_supported(dependant: Dependant) -> bool:
    return (
        inspect.iscoroutinefunction(dependant.call)
        and dependant.use_cache
        and not any(getattr(dependant, name) for name in _UNSUPPORTED)
        and not any(_is_model(field.field_info.annotation) for field in dependant.path_params)
        and all(_is_frozen_model(field.field_info.annotation) for field in dependant.query_params)
        and all(_is_supported(each) for each in dependant.dependencies)
    )


def _is_plain_text(field: ModelField) -> bool:
    """Whether a path parameter takes every text, as it is."""
    return field.field_info.annotation is str and not field.field_info.metadata


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return inspect.isclass(annotation) and issubclass(annotation, BaseModel)


def _is_frozen_model(annotation: object) -> bool:
    """Whether many requests can share a value of that type."""
    return _is_model(annotation) and annotation.model_config.get("frozen") is True
