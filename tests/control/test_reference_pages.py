"""What is known of operations and fields, and the quirks, are pages that load nothing and that the docs lead to."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from app.web import openapi
from tests.conftest import Sandbox
from tests.contract.written import operations

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

VENDORS: Final = ("charge", "cariqa", "podero")
_LINK: Final = re.compile(r"\]\((docs/[^)#]*)#?([^)]*)\)")


class Page(HTMLParser):
    """Collects the anchors of a page, the rows of its tables by heading, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.loaded: list[str] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.anchors.append(str(named["id"]))
        if tag in {"script", "img", "style", "iframe", "link"}:
            self.loaded.append(str(named.get("src") or named.get("href")))
        if tag == "tr":
            self.rows.setdefault(self.anchors[-1], []).append([])
        self._cell = tag == "td" or (tag == "code" and self._cell)

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[self.anchors[-1]][-1].append(data)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_has_a_table(untouched: Sandbox, vendor: str) -> None:
    """The page has each operation with a row for each parameter and each answer, and every row says how it is known."""
    page = Page(untouched.client.get(f"/docs/fidelity/{vendor}").text)

    for operation in operations():
        if operation.contract == vendor:
            rows = [row for row in page.rows[operation.name] if row]
            answers = [name for part, name, _ in rows if part == "answer"]
            assert answers == [str(status) for status in operation.written["responses"]]
            assert {known for _, _, known in rows} <= {"seed", "documented", "assumed"}


@pytest.mark.parametrize(
    ("vendor", "operation", "row"),
    [
        ("charge", "listChargingSessions", ["query", "driver", "seed"]),
        ("charge", "listChargingSessions", ["query", "created[gte]", "assumed"]),
        ("charge", "listChargingSessions", ["header", "X-Sandbox-At", "assumed"]),
        ("charge", "listChargingSessions", ["answer 200", "data[].amount_due", "seed"]),
        ("charge", "listChargingSessions", ["answer 200", "data[].session_limit", "assumed"]),
        ("charge", "listReservations", ["answer 200", "data[].location.latitude", "seed"]),
        ("charge", "getChargingSession", ["path", "charging_session", "documented"]),
        ("charge", "getChargingSession", ["answer 200", "session_limit", "seed"]),
        ("charge", "getChargingSession", ["answer 400", "code", "documented"]),
        ("charge", "createChargingSession", ["body", "vehicle", "seed"]),
        ("charge", "createChargingSession", ["answer", "409", "assumed"]),
        ("cariqa", "listChargingSessions", ["answer 200", "results[].session_cost.kwh_cost", "seed"]),
        ("cariqa", "listChargingSessions", ["answer 200", "results[].session_cost.invoice_credits", "assumed"]),
        ("podero", "createAccessToken", ["body", "grant_type", "documented"]),
        ("podero", "listElectricVehicleSessions", ["answer 200", "items[].unplug_time", "assumed"]),
    ],
)
def test_a_field_is_known_as_well_as_what_it_is_in(
    untouched: Sandbox, vendor: str, operation: str, row: list[str]
) -> None:
    """Unless the contract says otherwise of the field itself or of its schema."""
    page = Page(untouched.client.get(f"/docs/fidelity/{vendor}").text)

    assert row in page.rows[operation]


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_shown_contracts_lead_to_the_pages(untouched: Sandbox, vendor: str) -> None:
    """The descriptions say how an operation is known and name its quirks, and every link leads to a page's anchor."""
    shown = untouched.client.get(f"/docs/contracts/{vendor}.json").json()
    links = set(_LINK.findall(str(shown)))

    for operation in operations():
        if operation.contract == vendor:
            text = shown["paths"][operation.path][operation.method]["description"]
            assert f"Known from: **{operation.written['x-fidelity']}**" in text
            assert all(f"[{number}](docs/quirks/{vendor}#{number})" in text for number in operation.written["x-quirks"])
    for path, anchor in links:
        page = Page(untouched.client.get(f"/{path}").raise_for_status().text)
        assert not anchor or anchor in page.anchors


@pytest.mark.parametrize("contract", openapi.names())
def test_shown_contracts_differ_in_descriptions_only(untouched: Sandbox, contract: str) -> None:
    """Without the descriptions, the contract that Swagger UI shows is the served one."""
    shown = untouched.client.get(f"/docs/contracts/{contract}.json").json()
    served = untouched.client.get(f"/_sandbox/v1/openapi/{contract}.json").json()

    assert _undescribed(shown) == _undescribed(served)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("page", ["fidelity", "quirks"])
def test_pages_load_a_style_sheet_of_this_server_only(untouched: Sandbox, page: str, vendor: str) -> None:
    """No script and no style is inline, and the policy forbids every other server."""
    answer = untouched.client.get(f"/docs/{page}/{vendor}")
    loaded = Page(answer.text).loaded

    assert loaded == ["../static/swagger-ui/favicon-32x32.png", "../static/docs.css"]
    assert "://" not in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert all(untouched.client.get(f"/docs/{page}/{address}").status_code == 200 for address in loaded)


@pytest.mark.parametrize("path", ["fidelity/sandbox", "quirks/unknown", "quirks/..%2fcharge", "contracts/tesla.json"])
def test_other_pages_are_not_found(untouched: Sandbox, path: str) -> None:
    """A vendor that does not exist has no page, and the control API is no vendor."""
    assert untouched.client.get(f"/docs/{path}").status_code == 404


def test_pages_are_open_without_the_admin_token(open_sandbox: Callable[..., Sandbox]) -> None:
    """They need no key, as they tell nothing of a world, and they are for near hosts only."""
    client = open_sandbox(admin_token="token").client
    for path in ("/docs/fidelity/charge", "/docs/quirks/charge", "/docs/contracts/charge.json"):
        assert client.get(path).status_code == 200
        assert client.get(path, headers={"Host": "pages.example.com"}).status_code == 403


def _undescribed(node: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {name: _undescribed(value) for name, value in node.items() if name != "description"}
    return [_undescribed(item) for item in node] if isinstance(node, list) else node


@pytest.mark.parametrize("page", [f"/docs/{kind}/{vendor}" for kind in ("fidelity", "quirks") for vendor in VENDORS])
def test_contents_lead_to_every_part(untouched: Sandbox, page: str) -> None:
    """A long page begins with links to all its parts, in their order."""
    text = untouched.client.get(page).text
    contents = text[text.index("<nav>") : text.index("</nav>")]

    assert re.findall(r'href="#([^"]+)"', contents) == re.findall(r'<h2 id="([^"]+)"', text)
