"""Operations are declared as in FastAPI, but their parameters are resolved once, when the route is made.

    router = APIRouter(route_class=OperationRoute)

    @router.get("/drivers/{driver}")
    async def retrieve_driver(request: Request, world: ChargeWorld, driver: str) -> Response: ...

FastAPI goes through an endpoint's declarations on every request, which takes longer than the query of a list.
`OperationRoute` goes through them when the route is made, and then calls dependencies and endpoint itself. It passes
an endpoint the same arguments, and raises the same RequestValidationError.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, Final

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_typed_return_annotation, request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_CACHED_QUERIES: Final = 1024
_CACHED_PATHS: Final = 1024
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
"""The parameters of a `Dependant` that only FastAPI's handler supports."""

Solved = dict[Callable[..., Any], Any]


class OperationRoute(APIRoute):
    """A route of FastAPI that calls its endpoint without FastAPI's handler, where the answer is the same.

    This is the case if the endpoint returns a `Response`, and if the endpoint and its dependencies are `async def`
    functions that take the request, path parameters, frozen models of the query, and dependencies. `is_direct` is true
    for such a route. Dependency overrides are ignored.
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

    __slots__ = ("_checked_names", "_checked_path", "_dependencies", "_plain_path", "_query", "_request_name", "call")

    def __init__(self, dependant: Dependant) -> None:
        assert dependant.call is not None  # noqa: S101 - for types; FastAPI itself relies on it
        self.call: Callable[..., Awaitable[Any]] = dependant.call
        self._dependencies = [(each.name, _Callable(each)) for each in dependant.dependencies]
        self._plain_path = [field.name for field in dependant.path_params if _is_plain_text(field)]
        checked = [field for field in dependant.path_params if not _is_plain_text(field)]
        self._checked_names = [field.alias for field in checked]
        self._checked_path = _cached_path(checked) if checked else None
        self._query = _cached_query(dependant) if dependant.query_params else None
        self._request_name = dependant.request_param_name

    async def arguments(self, request: Request, solved: Solved, errors: list[Any]) -> dict[str, Any]:
        """The arguments for one request; faults of its parameters are added to `errors`.

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
        for name in self._plain_path:
            values[name] = request.scope["path_params"][name]
        if self._checked_path is not None:
            given = request.scope["path_params"]
            found, wrong = self._checked_path(tuple([given[name] for name in self._checked_names]))
            values.update(found)
            errors.extend(wrong)
        if self._query is not None:
            found, wrong = self._query(request.scope["query_string"])
            values.update(found)
            errors.extend(wrong)
        return values


def _cached_path(fields: list[ModelField]) -> Callable[[tuple[str, ...]], tuple[dict[str, Any], list[Any]]]:
    """A function from the texts of path parameters, in the order of the fields, to FastAPI's values and errors."""
    names = [field.alias for field in fields]

    @lru_cache(maxsize=_CACHED_PATHS)
    def validated(texts: tuple[str, ...]) -> tuple[dict[str, Any], list[Any]]:
        return request_params_to_args(fields, dict(zip(names, texts, strict=True)))

    return validated


def _cached_query(dependant: Dependant) -> Callable[[bytes], tuple[dict[str, Any], list[Any]]]:
    """A function from a raw query to FastAPI's values and errors."""
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
        and all(_is_frozen_model(field.field_info.annotation) for field in dependant.query_params)
        and all(_is_supported(each) for each in dependant.dependencies)
    )


def _is_plain_text(field: ModelField) -> bool:
    """Whether a path parameter accepts any text, and so needs no validation."""
    return field.field_info.annotation is str and not field.field_info.metadata and field.alias == field.name


def _is_frozen_model(annotation: object) -> bool:
    """Whether a type is a frozen model, whose values several requests can share."""
    return (
        inspect.isclass(annotation)
        and issubclass(annotation, BaseModel)
        and annotation.model_config.get("frozen") is True
    )
