"""A Charge that has parking permits, to test what every resource gets."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import httpx2
import orjson
import pytest
import yaml

from app.data_files import OPENAPI
from app.vendors.charge import resources
from app.web import openapi
from tests.conftest import Sandbox

PERMITS: Final = "/v1/parking_permits"
_ADDED: Final = Path(__file__).parent / "added"
_MODULE: Final = f"{resources.__name__}.parking_permits"


@cache
def _contract_with_permits() -> bytes:
    """Charge's contract with parking permits. It is JSON, which is YAML too, and takes less time to write."""
    charge = openapi.contract("charge")
    permits = yaml.safe_load((_ADDED / "parking_permits.yaml").read_text())
    schemas = charge["components"]["schemas"] | permits["components"]["schemas"]
    paths, components = charge["paths"] | permits["paths"], charge["components"] | {"schemas": schemas}
    return orjson.dumps({**charge, "paths": paths, "components": components})


@pytest.fixture
def open_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_sandbox: Callable[..., Sandbox]
) -> Iterator[Callable[..., Sandbox]]:
    """Opens a sandbox whose Charge has parking permits, as if module and contract lay where all others do."""
    contracts = copytree(OPENAPI, tmp_path / "openapi")
    (contracts / "charge.yaml").write_bytes(_contract_with_permits())
    monkeypatch.setattr("app.web.openapi.OPENAPI", contracts)
    monkeypatch.setattr(resources, "__path__", [*resources.__path__, str(_ADDED)])
    openapi.contract.cache_clear()
    yield open_sandbox
    openapi.contract.cache_clear()
    sys.modules.pop(_MODULE, None)
    vars(resources).pop("parking_permits", None)


@pytest.fixture
def added(open_added: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox whose Charge has parking permits."""
    return open_added()


def permit(sandbox: Sandbox, key: str | None = None, /, **body: object) -> httpx2.Response:
    """A POST that creates a permit, for the vehicle `veh_1` unless it says another one."""
    headers = sandbox.charge_key() | ({} if key is None else {"Idempotency-Key": key})
    return sandbox.client.post(PERMITS, json={"vehicle": "veh_1"} | body, headers=headers)


def permit_made(sandbox: Sandbox, **body: object) -> dict[str, Any]:
    """A permit that was created."""
    answer = permit(sandbox, **body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made
