"""A list is selected by inclusive UTC days of the plug-in, and paged by offset and limit."""

from datetime import date, timedelta

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import ALL, every, get, path


def test_podero_001_both_days_are_included(sandbox: Sandbox) -> None:
    """A span of days gives the sessions that were plugged in on them, from the first to the last, in UTC."""
    items = every(sandbox)
    first = date(2026, 2, 11)
    days = [(first + timedelta(days=offset)).isoformat() for offset in range(20)]
    spans = [(begin, end) for begin in days[::3] for end in days if begin <= end]
    expected = {span: [item for item in items if span[0] <= item["plug_in_time"][:10] <= span[1]] for span in spans}

    actual = {span: sandbox.podero(from_=span[0], to=span[1]).json() for span in spans}

    assert {span: body["items"] for span, body in actual.items()} == expected
    assert {span: body["total"] for span, body in actual.items()} == {span: len(expected[span]) for span in spans}
    assert len({len(found) for found in expected.values()}) > 5


def test_podero_001_a_night_belongs_to_the_evening(sandbox: Sandbox) -> None:
    """A session over midnight belongs to the day of its plug-in only."""
    nights = [item for item in every(sandbox) if (item["unplug_time"] or "")[:10] > item["plug_in_time"][:10]]

    assert nights
    for night in nights:
        evening, morning = night["plug_in_time"][:10], night["unplug_time"][:10]
        assert night in sandbox.podero(from_=evening, to=evening).json()["items"]
        assert night not in sandbox.podero(from_=morning, to=morning).json()["items"]


def test_podero_012_a_day_may_be_written_as_its_midnight(sandbox: Sandbox) -> None:
    """An instant at midnight is accepted as a day."""
    plain = sandbox.podero(world="documented", from_="2026-03-31", to="2026-03-31").json()
    days = ("2026-03-31T00:00:00Z", "2026-03-31T00:00:00", "2026-03-31T00:00:00.000Z")

    bodies = [sandbox.podero(world="documented", from_=day, to=day).json() for day in days]

    assert [plain] * 3 == bodies
    assert plain["total"] == 1


def test_podero_008_pages_are_cut_from_the_whole(sandbox: Sandbox) -> None:
    """Each offset and limit give that part of the list, with the total of all."""
    items = every(sandbox)
    cuts = [(offset, limit) for offset in (0, 1, 5, len(items) - 1, len(items), 10_000) for limit in (1, 2, 7, 200)]

    actual = {cut: sandbox.podero(offset=cut[0], limit=cut[1], **ALL).json() for cut in cuts}

    assert {cut: items[cut[0] : sum(cut)] for cut in cuts} == {cut: body["items"] for cut, body in actual.items()}
    assert {body["total"] for body in actual.values()} == {len(items)}


def test_page_has_fifty_sessions_by_default(sandbox: Sandbox) -> None:
    """Without limit and offset a page has the first fifty sessions."""
    for _ in range(52 - len(every(sandbox))):
        sandbox.start(session_limit=1)
        sandbox.advance("PT2M")

    body = sandbox.podero(**ALL).json()

    assert (body["total"], len(body["items"])) == (52, 50)
    assert body["items"] == every(sandbox)[:50]


def test_span_of_days_may_have_any_length(sandbox: Sandbox) -> None:
    """A span of many years is accepted."""
    spans = [("0001-01-01", "9999-12-31"), ("2026-01-01", "9999-12-31"), ("0001-01-01", "2026-12-31")]

    bodies = [sandbox.podero(from_=first, to=last, limit=200).json() for first, last in spans]

    assert [every(sandbox)] * 3 == [body["items"] for body in bodies]


def test_days_without_sessions_are_empty(sandbox: Sandbox) -> None:
    """A day without a plug-in, past or future, gives an empty page."""
    bodies = [sandbox.podero(from_=day, to=day).json() for day in ("1999-12-31", "2026-03-04", "2030-01-01")]

    assert bodies == [{"total": 0, "items": []}] * 3


def test_podero_015_unknown_parameters_are_ignored(sandbox: Sandbox) -> None:
    """Unknown parameters have no effect, and of a value given twice the last one counts."""
    query = "from=2026-01-01&to=2026-12-31"
    whole = get(sandbox, f"{path(sandbox)}?{query}").json()
    others = ["status=active", "page=2", "page_size=1", "%FF=%FE", "=", "&&", "From=x", "a" * 5000 + "=1"]

    answers = [get(sandbox, f"{path(sandbox)}?{query}&{other}").json() for other in others]
    twice = get(sandbox, f"{path(sandbox)}?from=2030-01-01&limit=1&{query}&limit=3").json()

    assert [whole] * len(others) == answers
    assert whole["items"][:3] == twice["items"]
