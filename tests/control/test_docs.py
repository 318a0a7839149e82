"""The docs are a page that loads nothing from other servers."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

import app.dashboard
from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

STATIC: Final = Path(app.dashboard.__file__).parent / "static"
FILES: Final = sorted(str(file.relative_to(STATIC)) for file in STATIC.rglob("*") if file.is_file())
CONTRACTS: Final = ("charge", "cariqa", "podero", "sandbox")
LOADING: Final = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "use": "href"}


class Loads(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in LOADING and named.get(LOADING[tag]):
            self.addresses.append(str(named[LOADING[tag]]))
        self.inline += tag in {"script", "style"} and "src" not in named
        self.inline += sum(name.startswith("on") or name == "style" for name in named)


def test_the_root_redirects_to_the_docs(untouched: Sandbox) -> None:
    """`/` redirects to `/docs`, which is a page."""
    door = untouched.client.get("/", follow_redirects=False)
    page = untouched.client.get("/", follow_redirects=True)

    assert door.status_code in {302, 303, 307, 308}
    assert door.headers["Location"] == "/docs"
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


def test_the_page_loads_files_of_this_server_only(untouched: Sandbox) -> None:
    """Every script, style and image is a file of this server that exists; none is inline."""
    loads = loaded(untouched)

    assert len(loads.addresses) >= 4
    assert loads.inline == 0
    for address in loads.addresses:
        assert address.startswith("docs/static/")
        assert untouched.client.get(f"/{address}").status_code == 200


def test_the_content_security_policy_allows_this_server_only(untouched: Sandbox) -> None:
    """Scripts come from files only, and no page may frame it."""
    policy = directives(untouched.client.get("/docs").headers["Content-Security-Policy"])

    assert policy["default-src"] == ["'self'"]
    assert policy.get("script-src", ["'self'"]) == ["'self'"]
    assert policy.get("connect-src", ["'self'"]) == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert not any(source.startswith(("http", "//", "*")) for sources in policy.values() for source in sources)


@pytest.mark.parametrize(
    "path", ["/docs", "/docs/static/docs.html", "/docs/static/docs.js", "/docs/contracts.json", "/x"]
)
def test_every_page_and_file_is_protected(untouched: Sandbox, path: str) -> None:
    """None may be framed, have its type guessed, or tell its address to another site."""
    headers = untouched.client.get(path).headers

    assert directives(headers["Content-Security-Policy"])["frame-ancestors"] == ["'none'"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert len(headers.get_list("X-Content-Type-Options")) == 1


@pytest.mark.parametrize("file", FILES)
def test_every_static_file_is_served(untouched: Sandbox, file: str) -> None:
    """Each file in the folder is served byte by byte."""
    answer = untouched.client.get(f"/docs/static/{file}")

    assert answer.status_code == 200
    assert answer.content == (STATIC / file).read_bytes()


@pytest.mark.parametrize("file", ["../pages.py", "..%2fpages.py", "swagger-ui/../../pages.py", "", "nothing.js"])
def test_other_files_are_not_served(untouched: Sandbox, file: str) -> None:
    """No path leads out of the folder, and the folder itself is not listed."""
    assert untouched.client.get(f"/docs/static/{file}").status_code == 404


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".css")])
def test_style_sheets_load_files_of_this_server_only(file: str) -> None:
    """A style sheet imports nothing, and its images are inline or beside it."""
    addresses = list(urls((STATIC / file).read_text("utf-8")))

    assert [address for address in addresses if not address.startswith(("data:", "#"))] == []


def test_every_contract_can_be_chosen(untouched: Sandbox) -> None:
    """The page asks this server for all four contracts, the vendors' first, each with the title that it has."""
    script = untouched.client.get("/docs/static/docs.js").text
    listed = untouched.client.get("/docs/contracts.json").json()["contracts"]
    served = [untouched.client.get(f"/{contract['url']}").json() for contract in listed]

    assert 'fetch("docs/contracts.json")' in script
    assert [contract["url"] for contract in listed] == [f"docs/contracts/{name}.json" for name in CONTRACTS]
    assert [contract["name"] for contract in listed] == [contract["info"]["title"] for contract in served]
    assert "validatorUrl: null" in script
    assert "://" not in script


def test_keys_of_the_page_open_the_documented_world(untouched: Sandbox) -> None:
    """The page has the key of the world `documented` for each vendor's security scheme."""
    keys = untouched.client.get("/docs/contracts.json").json()["keys"]
    answer = untouched.client.get("/v1/reservations", headers={"Authorization": f"Bearer {keys['secretKey']}"})

    assert sorted(keys) == ["accessToken", "secretKey", "token"]
    assert answer.headers["X-Sandbox-World"] == "documented"


def loaded(untouched: Sandbox) -> Loads:
    """The addresses that the docs load."""
    loads = Loads()
    loads.feed(untouched.client.get("/docs").text)
    return loads


def directives(policy: str) -> dict[str, list[str]]:
    """A content security policy by directive."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {part[0]: part[1:] for part in parts}


def urls(style: str) -> Iterator[str]:
    """The addresses that a style sheet loads."""
    yield from (match.strip("\"' ") for match in re.findall(r"url\(([^)]*)\)", style))
    yield from re.findall(r"@import\s+[\"']([^\"']+)", style)
