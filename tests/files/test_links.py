"""A link opens the files of one world, from any address of the server, for as long as the world is there."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.conftest import HOST, Sandbox
from tests.files.reading import Row, settled

WORLDS: Final = "/_sandbox/v1/worlds"
JSON: Final = {"Content-Type": "application/json"}
FORWARDED: Final = {
    "Host": "wattif:8000",
    "X-Forwarded-Host": "sandbox.example:9000",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/tools/wattif",
}
LINKS: Final = ("invoice_view", "invoice_download")


def test_links_have_the_address_that_was_called(sandbox: Sandbox) -> None:
    """Scheme, host and port of the links in an answer are those of the request."""
    for host in ("localhost:8000", "127.0.0.1:9000", "wattif"):
        row = first(sandbox, {"Host": host})

        assert all(link.startswith(f"http://{host}/_sandbox/files/") for link in links(row))


def test_links_lead_back_through_a_proxy(open_sandbox: Callable[..., Sandbox]) -> None:
    """They have the proxy's address and path; the path that the proxy leaves over opens the files, for any host."""
    sandbox = open_sandbox(trusted_proxies="10.0.0.0/8").called_from("10.1.2.3")
    row = first(sandbox, FORWARDED)

    for link in links(row):
        assert link.startswith("https://sandbox.example:9000/tools/wattif/_sandbox/files/")
        path = link.removeprefix("https://sandbox.example:9000/tools/wattif")
        assert sandbox.client.get(path, headers=FORWARDED).status_code == 200


@pytest.mark.parametrize("public_url", ["https://api.example/tools", 'https://api"\\.example'])
def test_links_have_the_public_url(open_sandbox: Callable[..., Sandbox], public_url: str) -> None:
    """They begin with WATTIF_PUBLIC_URL, also if it has letters that JSON escapes."""
    row = first(open_sandbox(public_url=public_url))

    assert all(link.startswith(f"{public_url}/_sandbox/files/") for link in links(row))


def test_links_open_without_the_admin_token(open_sandbox: Callable[..., Sandbox]) -> None:
    """On a server with an admin token, and under a host name that the control API refuses, the files are there."""
    sandbox = open_sandbox(admin_token="secret-of-the-operator")
    admin = {"Authorization": "Bearer secret-of-the-operator"}
    keys = sandbox.client.get(f"{WORLDS}/default", headers=admin).json()["credentials"]["cariqa"]
    path = f"/api/v1/users/{keys['user_id']}/charging-sessions/"
    row = sandbox.client.get(path, headers={"Authorization": f"Bearer {keys['token']}"}).json()["results"][0]

    for link in links(row):
        assert sandbox.client.get(urlsplit(link).path, headers={"Host": "sandbox.example"}).status_code == 200


def test_link_of_one_world_opens_no_other(sandbox: Sandbox) -> None:
    """With the link key of another world, the invoice of a session is not found, though its id is right."""
    made = sandbox.client.post(WORLDS, json={"name": "other", "scenario": "village"}).json()
    assert made["name"] == "other"
    here, there = key_of(first(sandbox)), key_of(first(sandbox, world="other"))
    mine = first(sandbox)["session_cost"]["invoice_view"]

    assert here != there
    assert sandbox.client.get(mine.replace(here, there)).status_code == 404
    assert sandbox.client.get(mine.replace(here, "x" * len(here))).status_code == 404


@pytest.mark.parametrize("text", ["%00", "%FF", "%ED%A0%80", "%F0%9F%90%A6", "..", "'", "x" * 5000])
def test_odd_link_is_not_found(untouched: Sandbox, text: str) -> None:
    """A key or an id of other letters than these have is 404, on every database."""
    link = first(untouched)["session_cost"]["invoice_view"]
    head, key, _, uuid = link.rsplit("/", 3)

    for odd in (f"{head}/{text}/invoices/{uuid}", f"{head}/{key}/invoices/{text}", f"{head}/{key}/invoices/{text}.pdf"):
        assert untouched.client.get(odd).status_code == 404


def test_copy_has_links_of_its_own(sandbox: Sandbox) -> None:
    """In a fork and in an import, the links have other keys and lead to invoices with the same figures."""
    sandbox.client.post(WORLDS, json={"name": "forked", "fork": "default"})
    file = sandbox.client.get(f"{WORLDS}/default/export").content
    sandbox.client.post(f"{WORLDS}/import?name=imported", content=file, headers=JSON)
    rows = [first(sandbox, world=name) for name in ("default", "forked", "imported")]
    pages = [sandbox.client.get(row["session_cost"]["invoice_view"]) for row in rows]

    assert len({key_of(row) for row in rows}) == 3
    assert [page.headers["X-Sandbox-World"] for page in pages] == ["default", "forked", "imported"]
    assert len({page.text for page in pages}) == 1


def test_reset_keeps_links(sandbox: Sandbox) -> None:
    """After a reset of its world, a link that was stored leads to the invoice of the same session."""
    link = first(sandbox)["session_cost"]["invoice_view"]
    before = sandbox.client.get(link).text

    assert sandbox.client.post(f"{WORLDS}/default/reset").status_code == 200
    assert sandbox.client.get(link).text == before


def test_link_of_a_deleted_world_is_gone(sandbox: Sandbox) -> None:
    """Once the world is deleted, its links are 404, with a page that says so; logos stay."""
    sandbox.client.post(WORLDS, json={"name": "short", "scenario": "village"})
    row = first(sandbox, world="short")
    sandbox.client.delete(f"{WORLDS}/short")
    answers = [sandbox.client.get(row["session_cost"][name]) for name in LINKS]

    assert {answer.status_code for answer in answers} == {404}
    assert all("This link opens no world" in answer.text for answer in answers)
    assert sandbox.client.get(row["logo_url"]).status_code == 200


@pytest.mark.own_server
def test_link_of_an_expired_world_is_gone(sandbox: Sandbox) -> None:
    """From the instant at which the world expires, its links are 404."""
    sandbox.client.post(WORLDS, json={"name": "short", "scenario": "village", "expires_in": "PT1H"})
    link = first(sandbox, world="short")["session_cost"]["invoice_view"]
    there = sandbox.client.get(link)
    sandbox.kept.run("UPDATE world SET expires_at = 1 WHERE name = 'short'")

    assert (there.status_code, sandbox.client.get(link).status_code) == (200, 404)


@pytest.mark.own_server
def test_documented_world_has_a_link_key_too(sandbox: Sandbox) -> None:
    """Its answers keep the literal links, and its invoices are there under the link key all the same."""
    session = "ab7ae756-b663-43b9-a025-40c51dd503d9"
    [row] = sandbox.kept.rows("SELECT link_key FROM world WHERE name = 'documented' AND state = 'open'")
    page = sandbox.client.get(f"/_sandbox/files/{row.link_key}/invoices/{session}")

    assert (page.status_code, page.headers["X-Sandbox-World"]) == (200, "documented")
    assert "5.39 EUR" in page.text


def test_id_may_be_written_in_capitals(sandbox: Sandbox) -> None:
    """The UUID in a link means the same session in capitals."""
    head, _, uuid = first(sandbox)["session_cost"]["invoice_view"].rpartition("/")

    assert sandbox.client.get(f"{head}/{uuid.upper()}").status_code == 200


def first(sandbox: Sandbox, headers: dict[str, str] | None = None, world: str = "default") -> Row:
    """A session with an invoice, as a caller with these headers sees it."""
    if headers is None:
        return settled(sandbox, world)[0]
    keys = sandbox.opened(world)["credentials"]["cariqa"]
    path = f"{HOST}/api/v1/users/{keys['user_id']}/charging-sessions/"
    listed = sandbox.client.get(path, headers={"Authorization": f"Bearer {keys['token']}", **headers})
    rows: list[Row] = listed.json()["results"]
    return next(row for row in rows if row["session_cost"]["invoice_view"])


def links(row: Row) -> list[str]:
    return [row["logo_url"], *(row["session_cost"][name] for name in LINKS)]


def key_of(row: Row) -> str:
    """The world's part of a link."""
    return str(row["session_cost"]["invoice_view"].split("/")[-3])
