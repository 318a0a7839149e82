"""A page token is valid for its own list, filters and world only (CHARGE-003)."""

import re
from string import ascii_letters, digits
from struct import Struct
from typing import Final
from urllib.parse import urlsplit

import pytest

from app.domain.clock import EARLIEST, LATEST, NEVER, instant
from app.store.keyset_pages import Position
from app.vendors.charge import pagination
from app.vendors.charge.pagination import Tokens
from tests.conftest import Sandbox
from tests.vendors.charge.pages import RESERVATIONS, SESSIONS, ids, page
from tests.vendors.charge.refusals import Refusal, refusal

ALPHABET: Final = ascii_letters + digits + "-_"
NOON: Final = instant("2026-03-04T12:00:00Z")
REFUSED: Final[Refusal] = (400, None, "page")


def test_charge_003_a_token_that_was_altered_is_refused(sandbox: Sandbox) -> None:
    """A token with another character at any of its 43 places is refused."""
    token = _token(sandbox, f"{SESSIONS}?limit=3")
    altered = [_altered(token, place) for place in range(5, 48)]

    actual = _opened_with(sandbox, altered)

    assert dict.fromkeys(altered, REFUSED) == actual
    assert len(actual) == 43


def test_charge_003_the_last_character_has_one_spelling(sandbox: Sandbox) -> None:
    """Two bits of the last character encode nothing, and still only one of the 64 characters is accepted."""
    token = _token(sandbox, f"{SESSIONS}?limit=3")
    others = [token[:-1] + last for last in ALPHABET if last != token[-1]]

    actual = _opened_with(sandbox, others)

    assert dict.fromkeys(others, REFUSED) == actual
    assert sandbox.charge(page=token).status_code == 200


@pytest.mark.own_server
def test_charge_003_a_malformed_token_is_refused(sandbox: Sandbox) -> None:
    """A shorter, longer or padded token, one with another prefix or alphabet, and any other text is refused."""
    token = _token(sandbox, f"{SESSIONS}?limit=3")
    bare = token.removeprefix("page_")
    others = [
        "",
        "page_",
        bare,
        token[:-1],
        f"{token}=",
        f"{token}A",
        f" {token}",
        f"{token} ",
        f"{token}\n",
        f"page_{token}",
        f"Page_{bare}",
        f"page_{bare[:-1]}=",
        f"page_{bare[:20]}+{bare[21:]}",
        f"page_{bare[:20]}/{bare[21:]}",
        f"page_{bare[:20]}\0{bare[21:]}",
        f"page_{bare[:20]}é{bare[21:]}",
        "page_" + "A" * 43,
        "page_" + "_" * 43,
        "page_" + "A" * 50_000,
        "2",
        "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4",
    ]

    actual = _opened_with(sandbox, others)

    assert dict.fromkeys(others, REFUSED) == actual


@pytest.mark.parametrize(
    "position",
    [
        *(Position(at, 1) for at in (-(2**63), EARLIEST - 1, LATEST + 1, NEVER, 2**63 - 1)),
        *(Position(NOON, n) for n in (-(2**63), -2, 2**63 - 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("newer", [False, True], ids=["older", "newer"])
def test_charge_003_a_signed_token_of_no_position_is_refused(
    sandbox: Sandbox, position: Position, *, newer: bool
) -> None:
    """A token whose instant or number no row can have is refused, although its signature is right."""
    token = Tokens(sandbox.world()["seed"], SESSIONS, ()).write(position, newer=newer)

    assert refusal(sandbox.charge(page=token)) == REFUSED


@pytest.mark.parametrize("newer", [False, True], ids=["older", "newer"])
@pytest.mark.parametrize("n", [-1, 2**63 - 2])
@pytest.mark.parametrize("at", [EARLIEST, NOON, LATEST])
def test_charge_003_links_of_the_farthest_positions_can_be_followed(
    sandbox: Sandbox, at: int, n: int, *, newer: bool
) -> None:
    """A token of the first or the last possible position gives a page, whose links give pages."""
    token = Tokens(sandbox.world()["seed"], SESSIONS, ()).write(Position(at, n), newer=newer)
    body = page(sandbox, f"{SESSIONS}?page={token}")
    links = [body[name] for name in ("next_page_url", "previous_page_url") if body[name] is not None]

    assert links
    assert all("data" in page(sandbox, link) for link in links)


def test_charge_003_a_signed_token_of_no_direction_is_refused(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The byte for the direction has two values."""
    monkeypatch.setattr(pagination, "_POSITION", Struct(">qqb"))
    tokens = Tokens(sandbox.world()["seed"], SESSIONS, ())
    written = {way: tokens.write(Position(NOON, 1), newer=way) for way in (-1, 0, 1, 2)}  # type: ignore[arg-type]
    monkeypatch.undo()

    assert {way: sandbox.charge(page=token).status_code for way, token in written.items()} == {
        **dict.fromkeys((-1, 2), 400),
        **dict.fromkeys((0, 1), 200),
    }


def test_charge_003_a_token_belongs_to_its_filters(sandbox: Sandbox) -> None:
    """A token is refused with one filter more or less, or with another value."""
    sample = sandbox.world()["sample"]["charge"]
    mine = {"fleet": sample["fleet"], "status": "completed"}
    query = "&".join(f"{name}={value}" for name, value in mine.items())
    token = _token(sandbox, f"{SESSIONS}?{query}&limit=3")
    others = [
        {},
        {"fleet": mine["fleet"]},
        {"status": "completed"},
        mine | {"status": "active"},
        mine | {"driver": sample["driver"]},
        mine | {"created[gte]": "2026-02-01T00:00:00Z"},
        {"vehicle": mine["fleet"], "status": "completed"},
    ]

    actual = [refusal(sandbox.charge(page=token, limit=3, **asked)) for asked in others]

    assert [REFUSED] * len(others) == actual
    assert sandbox.charge(page=token, limit=3, **mine).status_code == 200


def test_charge_003_a_token_belongs_to_its_list(sandbox: Sandbox) -> None:
    """The list of reservations refuses a token of the list of sessions, and the reverse."""
    tokens = [_token(sandbox, f"{path}?limit=3") for path in (SESSIONS, RESERVATIONS)]

    actual = [
        refusal(sandbox.charge(path, page=token)) for path, token in zip((RESERVATIONS, SESSIONS), tokens, strict=True)
    ]

    assert actual == [REFUSED] * 2


def test_charge_003_a_token_belongs_to_its_world(sandbox: Sandbox) -> None:
    """Another world refuses the token."""
    tokens = {
        "documented": _token(sandbox, f"{SESSIONS}?limit=1"),
        "default": _token(sandbox, f"{SESSIONS}?limit=1", world="documented"),
    }

    actual = [refusal(sandbox.charge(world=world, page=token)) for world, token in tokens.items()]

    assert actual == [REFUSED] * 2


def test_charge_003_a_token_works_with_another_limit(sandbox: Sandbox) -> None:
    """The size of pages may change between two requests: the limit is not a filter."""
    token = _token(sandbox, f"{SESSIONS}?limit=3")

    shorter, longer = (page(sandbox, f"{SESSIONS}?page={token}&limit={limit}") for limit in (1, 20))

    assert ids(shorter["data"]) == ids(longer["data"])[:1]
    assert len(longer["data"]) == 20


def test_charge_003_a_token_outlasts_an_advance(sandbox: Sandbox) -> None:
    """A token still gives the same page after the clock has been advanced."""
    token = _token(sandbox, f"{SESSIONS}?limit=3")
    before = page(sandbox, f"{SESSIONS}?page={token}&limit=3")

    sandbox.advance("P30D")

    assert ids(before["data"]) == ids(page(sandbox, f"{SESSIONS}?page={token}&limit=3")["data"])


def _token(sandbox: Sandbox, url: str, *, world: str = "default") -> str:
    """The token of a page's next link."""
    found = re.search("page_[A-Za-z0-9_-]{43}", urlsplit(page(sandbox, url, world=world)["next_page_url"]).query)
    assert found is not None
    return found[0]


def _opened_with(sandbox: Sandbox, tokens: list[str]) -> dict[str, Refusal]:
    """The answers of the list of sessions to each of the tokens."""
    key = sandbox.charge_key()
    return {token: refusal(sandbox.client.get(SESSIONS, params={"page": token}, headers=key)) for token in tokens}


def _altered(token: str, place: int) -> str:
    """The token with the character at that place exchanged for the next in the alphabet."""
    other = ALPHABET[(ALPHABET.index(token[place]) + 1) % 64]
    return token[:place] + other + token[place + 1 :]
