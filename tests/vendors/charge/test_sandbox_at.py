"""`X-Sandbox-At` shows the world at another instant, past or future, and does not move the clock."""

from collections.abc import Callable
from typing import Final

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, RESERVATIONS, SESSIONS, every, ids, page, retrieve
from tests.vendors.charge.refusals import refusal

NOW: Final = "2026-03-04T12:00:00.000Z"
PATHS: Final = (
    f"{SESSIONS}?limit=60",
    f"{SESSIONS}?status=active",
    f"{SESSIONS}?status=completed&limit=30",
    f"{SESSIONS}?created[gte]=2026-03-04T00:00:00Z",
    f"{RESERVATIONS}?limit=60",
    f"{RESERVATIONS}?status=confirmed",
)


def test_past_stays_the_same(sandbox: Sandbox) -> None:
    """After an advance, the earlier instant still has the same answers."""
    was = [page(sandbox, path) for path in PATHS]
    sandbox.advance("P2D")

    assert was == [page(sandbox, path, at=NOW) for path in PATHS]
    assert all(before != page(sandbox, path) for before, path in zip(was, PATHS, strict=True))


def test_future_comes_as_it_was_shown(sandbox: Sandbox) -> None:
    """A future instant has the same answers once the clock is there, unless a call changes it."""
    ahead = [page(sandbox, path, at="2026-03-06T12:00:00Z") for path in PATHS]
    now = [page(sandbox, path) for path in PATHS]

    sandbox.advance("P2D")

    assert ahead == [page(sandbox, path) for path in PATHS]
    assert all(seen != there for seen, there in zip(ahead, now, strict=True))


def test_a_session_can_be_followed_through_time(sandbox: Sandbox) -> None:
    """One session is shown at instants from before its start to after its payment."""
    session = sandbox.start(session_limit=4000).json()["id"]
    instants = [f"2026-03-04T{clock}Z" for clock in ("12:00:00.000", "12:00:40.000", "12:01:20.000", "23:59:59.999")]

    shown = [retrieve(sandbox, session, at=at) for at in instants]
    energies = [it["energy_consumed"] for it in shown]

    assert refusal(sandbox.charge(f"{SESSIONS}/{session}", at="2026-03-04T11:59:59.999Z"))[0] == 404
    assert sorted(set(energies)) == energies
    assert (energies[0], energies[-1]) == (0, 4000)
    assert shown[-1]["amount_paid"] == shown[-1]["amount_due"]


def test_session_is_not_listed_before_it_was_created(sandbox: Sandbox) -> None:
    """The list at an instant has only the sessions that were created by then."""
    whole = every(sandbox, at=LATER)
    instants = [whole[index]["created"] for index in (0, 5, 100, 300, -1)]

    actual = [ids(every(sandbox, at=at)) for at in instants]

    assert [ids(row for row in whole if row["created"] <= at) for at in instants] == actual


def test_header_does_not_move_the_clock(sandbox: Sandbox) -> None:
    """Clock, lists and sessions are unchanged after requests with the header."""
    before = page(sandbox, PATHS[0])

    for at in ("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"):
        page(sandbox, PATHS[0], at=at)

    assert sandbox.now() == NOW
    assert before == page(sandbox, PATHS[0])


def test_answer_names_its_instant(sandbox: Sandbox) -> None:
    """`X-Sandbox-Now` is the requested instant, in UTC with milliseconds."""
    asked = {
        "2026-02-20T08:00:00Z": "2026-02-20T08:00:00.000Z",
        "2026-02-20T08:00:00.1239Z": "2026-02-20T08:00:00.123Z",
        "2026-02-20t08:00:00+05:30": "2026-02-20T02:30:00.000Z",
        "9998-12-31T23:59:59Z": "9998-12-31T23:59:59.000Z",
        "1970-01-01T00:00:00Z": "1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z": "1969-12-31T23:59:59.999Z",
    }

    actual = {at: sandbox.charge(at=at).headers["x-sandbox-now"] for at in asked}

    assert asked == actual


def test_years_have_four_digits(sandbox: Sandbox) -> None:
    """The first possible years are written with four digits too."""
    assert sandbox.charge(at="0999-12-31T00:00:00Z").headers["x-sandbox-now"] == "0999-12-31T00:00:00.000Z"


def test_links_do_not_repeat_the_header(sandbox: Sandbox) -> None:
    """The links of a page of the past lead to pages of the present, unless the header is sent again."""
    past = page(sandbox, f"{SESSIONS}?status=completed&limit=2", at="2026-02-20T08:00:00Z")

    present = page(sandbox, past["next_page_url"])

    assert "2026" not in past["next_page_url"]
    assert "at=" not in past["next_page_url"].lower()
    assert sandbox.client.get(past["next_page_url"], headers=sandbox.charge_key()).headers["x-sandbox-now"] == NOW
    assert len(present["data"]) == 2


def test_malformed_instant_is_refused(sandbox: Sandbox) -> None:
    """An invalid header is 400 with the header's name, at the world's own instant."""
    values = [
        "",
        "now",
        "yesterday",
        "2026-03-04",
        "1772625600",
        "2026-03-04T12:00:00",
        "2026-02-30T00:00:00Z",
        "-PT1H",
    ]
    values += [
        "0000-01-01T00:00:00Z",
        "9999-06-01T00:00:00Z",
        "x" * 10_000,
        "2026-03-04T12:00:00Z, 2026-03-04T13:00:00Z",
    ]

    answers = {at: sandbox.charge(at=at) for at in values}

    assert dict.fromkeys(values, (400, None, "X-Sandbox-At")) == {at: refusal(it) for at, it in answers.items()}
    assert {answer.headers["x-sandbox-now"] for answer in answers.values()} == {NOW}


def test_an_offset_out_of_range_is_refused(sandbox: Sandbox) -> None:
    """An instant before the first year, or an offset of 24 hours or more, is 400."""
    for at in ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+00:01", "2026-03-04T12:00:00+99:99"):
        assert refusal(sandbox.charge(at=at)) == (400, None, "X-Sandbox-At")


def test_change_at_another_instant_is_refused(sandbox: Sandbox) -> None:
    """On a POST the header is refused, and the call has no effect."""
    session = sandbox.start().json()["id"]
    order = {
        name: value for name, value in sandbox.world()["sample"]["charge"].items() if name not in {"fleet", "account"}
    }
    headers = sandbox.charge_key() | {"X-Sandbox-At": "2026-03-04T11:00:00Z"}

    answers = [
        sandbox.client.post(SESSIONS, json=order | {"connector": "connector_a2"}, headers=headers),
        sandbox.client.post(f"{SESSIONS}/{session}/end", headers=headers),
    ]

    assert [refusal(answer) for answer in answers] == [(400, None, "X-Sandbox-At")] * 2
    assert retrieve(sandbox, session)["status"] == "active"
    assert len(every(sandbox, f"{SESSIONS}?created={NOW}")) == 1


def test_keys_are_checked_first(sandbox: Sandbox) -> None:
    """A request without a key is 401 for every instant."""
    for headers in ({}, {"Authorization": "Bearer ch_sk_test_000000000000000000000000"}):
        answer = sandbox.client.get(SESSIONS, headers=headers | {"X-Sandbox-At": "2026-02-20T08:00:00Z"})
        assert refusal(answer) == (401, None, None)


def test_refusals_are_the_same_at_any_instant(sandbox: Sandbox) -> None:
    """A bad query gets the same error at every instant."""
    assert refusal(sandbox.charge(at="2026-02-20T08:00:00Z", limit=0)) == (400, None, "limit")


def test_an_instant_stands_still_on_a_running_clock(open_sandbox: Callable[..., Sandbox]) -> None:
    """On a running clock the answers for one instant are always the same."""
    sandbox = open_sandbox(speed=3600)

    first, second = (sandbox.charge(at="2026-03-05T09:00:00Z").json() for _ in range(2))

    assert first == second
