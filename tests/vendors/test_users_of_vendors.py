"""A user belongs to one vendor: Cariqa knows none of the users of Podero, and Podero none of those of Cariqa."""

from typing import Final

import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.own_server

CARIQA: Final = "/api/v1/users"
PODERO: Final = "/api/partners/v2.0/org"


@pytest.fixture(name="ids")
def ids_of_users(untouched: Sandbox) -> dict[str, str]:
    """The ids of a user of Cariqa, and of a user of Podero with the organisation."""
    credentials = untouched.world("default")["credentials"]
    podero = credentials["podero"]
    return {"cariqa": credentials["cariqa"]["user_id"], "podero": podero["user_id"], "org": podero["org_id"]}


@pytest.mark.parametrize("path", ["", "billing-details/", "charging-sessions/", "payment-methods/", "invoices/"])
def test_cariqa_does_not_know_users_of_podero(untouched: Sandbox, ids: dict[str, str], path: str) -> None:
    """The same path is answered for a user of Cariqa, and is 404 for one of Podero."""
    key = {"Authorization": f"Bearer {untouched.world('default')['credentials']['cariqa']['token']}"}
    own, other = (untouched.client.get(f"{CARIQA}/{ids[of]}/{path}", headers=key) for of in ("cariqa", "podero"))

    assert own.status_code == 200
    assert (other.status_code, other.json()) == (404, {"detail": "Not found."})


def test_podero_does_not_know_users_of_cariqa(untouched: Sandbox, ids: dict[str, str]) -> None:
    """A user of Cariqa is 404 at Podero, and in none of its lists."""
    key = {"Authorization": f"Bearer {untouched.world('default')['credentials']['podero']['token']}"}
    org = f"{PODERO}/{ids['org']}/users"
    listed = untouched.client.get(org, headers=key).json()

    assert untouched.client.get(f"{org}/{ids['podero']}", headers=key).status_code == 200
    assert untouched.client.get(f"{org}/{ids['cariqa']}", headers=key).status_code == 404
    assert ids["podero"] in {each["id"] for each in listed}
    assert ids["cariqa"] not in {each["id"] for each in listed}
