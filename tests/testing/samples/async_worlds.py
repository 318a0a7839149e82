"""Tests that await; `test_event_loops.py` runs them with pytest-asyncio, and with anyio's plugin."""

from datetime import timedelta

from app.testing import AsyncWorld


async def test_calls_are_awaited(wattif_async: AsyncWorld) -> None:
    before = await wattif_async.clock()
    happened = await wattif_async.advance(timedelta(hours=1))

    assert happened.start == before.now
    assert (await wattif_async.clock()).now == happened.end == before.now + timedelta(hours=1)
    assert (await wattif_async.set_speed(2)).speed == 2


async def test_vendors_are_called(wattif_async: AsyncWorld) -> None:
    then = (await wattif_async.clock()).now - timedelta(days=1)
    now = await wattif_async.charge.get("/charging_sessions", params={"limit": 1})
    past = await wattif_async.at(then).charge.get("/charging_sessions", params={"limit": 1})

    assert (now.status_code, past.status_code) == (200, 200)
    assert past.headers["X-Sandbox-Now"] < now.headers["X-Sandbox-Now"]


async def test_a_world_is_copied_and_put_back(wattif_async: AsyncWorld) -> None:
    await wattif_async.advance(by="PT1H")
    fork = await wattif_async.fork()
    assert (await fork.clock()).now == (await wattif_async.clock()).now

    await wattif_async.reset()
    assert (await wattif_async.clock()).now == (await fork.clock()).now - timedelta(hours=1)
    assert b"charging" in await wattif_async.export()
    assert fork.env["WATTIF_WORLD"] == fork.name != wattif_async.name
    assert {event["event"] for event in await wattif_async.events()} >= {"unplug"}


async def test_both_kinds_share_a_world(wattif_async: AsyncWorld) -> None:
    assert wattif_async.sync.clock == await wattif_async.clock()
    assert wattif_async.sample == wattif_async.sync.sample
