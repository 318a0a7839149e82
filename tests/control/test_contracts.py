"""The contracts are served as they are written, with this server as the first in their list of servers."""

from pathlib import Path
from typing import Any, Final

import orjson
import pytest
import yaml

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

OPENAPI: Final = Path(__file__).resolve().parents[2] / "openapi"
NAMES: Final = ("charge", "cariqa", "podero", "sandbox")


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_is_served_as_written(untouched: Sandbox, name: str) -> None:
    """Except for its servers, the JSON equals the YAML in the repository."""
    served = contract(untouched, name)
    written = orjson.loads(orjson.dumps(yaml.safe_load((OPENAPI / f"{name}.yaml").read_text("utf-8"))))

    assert {key: value for key, value in served.items() if key != "servers"} == {
        key: value for key, value in written.items() if key != "servers"
    }
    assert served["openapi"].startswith("3.1.")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("wattif:9000", "http://wattif:9000"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_first_server_is_this_one(untouched: Sandbox, name: str, host: str, origin: str) -> None:
    """The first server has the address to which the request was sent."""
    assert contract(untouched, name, host)["servers"][0]["url"] == origin


@pytest.mark.parametrize("name", NAMES)
def test_every_path_of_a_contract_exists(untouched: Sandbox, name: str) -> None:
    """Server and path together lead to an operation: none is answered as an unknown path."""
    served = contract(untouched, name)
    for path in served["paths"]:
        answer = untouched.client.request("OPTIONS", path.replace("{", "").replace("}", ""))

        assert "Nothing answers at" not in answer.text


def test_an_unknown_contract_is_not_found(untouched: Sandbox) -> None:
    """It is 404 with the names that exist; no name leads out of the folder."""
    for name in ("tesla", "..%2fpyproject", "charge.yaml", "", "CHARGE"):
        answer = untouched.client.get(f"/_sandbox/v1/openapi/{name}.json")

        assert answer.status_code == 404


def contract(untouched: Sandbox, name: str, host: str = "localhost:8000") -> dict[str, Any]:
    """A contract as it is served for a host name."""
    body: dict[str, Any] = untouched.client.get(f"/_sandbox/v1/openapi/{name}.json", headers={"Host": host}).json()
    return body
