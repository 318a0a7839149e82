"""Draws a session in eight simulated hours: `python -m docs.tools.picture` writes docs/session.svg.

The figures are what a server in this process answers: a vehicle that is nearly empty is plugged in in the evening,
one call advances the clock by eight hours, and the hours in between are read with `X-Sandbox-At`.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

PICTURE: Final = Path(__file__).resolve().parents[1] / "session.svg"
_BEGIN: Final = datetime(2026, 3, 4, 20, tzinfo=UTC)
_HOURS: Final = 8
_STEP: Final = timedelta(minutes=5)
_STATION: Final = "chst_MagicStationGood0000000000000000"
_LEFT, _RIGHT, _TOP, _HEIGHT, _GAP = 140, 950, 92, 70, 26
_STYLE: Final = """
svg { --ground: #fff; --ink: #1d2433; --faint: #667085; --line: #d0d5dd; }
svg { --first: #0e7c86; --second: #5b5bd6; --third: #b54708; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #10151d; --ink: #e7eaf0; --faint: #98a2b3; --line: #3b4252; }
  svg { --first: #4cc2cd; --second: #a5a5ff; --third: #f7b27a; }
}
text { font: 15px system-ui, sans-serif; fill: var(--ink); }
.faint { fill: var(--faint); font-size: 13px; }
.code { font: 14px ui-monospace, monospace; }
.ground { fill: var(--ground); }
.line { stroke: var(--line); stroke-width: 1; fill: none; }
.arrow { stroke: var(--ink); stroke-width: 2; fill: none; }
.series { stroke-width: 2.5; fill: none; stroke-linejoin: round; }
.area { opacity: .18; stroke: none; }
""".strip()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the APIs show at an instant."""

    at: datetime
    power_kw: float
    soc_percent: float
    cost_eur: float


@dataclass(frozen=True, slots=True)
class Strip:
    """One of the curves, with its greatest value and how a value is written."""

    title: str
    colour: str
    values: Sequence[float]
    most: float
    written: str


def readings() -> tuple[list[Reading], list[tuple[datetime, str]]]:
    """The session every five minutes, and what happened to it, with the instants."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/picture.db", scenario="empty")
        with TestClient(create_app(settings), base_url="http://localhost:8000") as client:
            made = client.post("/_sandbox/v1/worlds", json={"name": "picture", "clock": {"at": _shown(_BEGIN)}}).json()
            return _readings(client, made)


def _readings(client: TestClient, world: Mapping[str, Any]) -> tuple[list[Reading], list[tuple[datetime, str]]]:
    sample, podero = world["sample"]["charge"], world["credentials"]["podero"]
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    token = {"Authorization": f"Bearer {podero['token']}"}
    order = {name: sample[name] for name in ("driver", "vehicle", "payment_method")}
    order |= {"charging_station": _STATION, "connector": "connector_a1"}
    session = client.post("/v1/charging_sessions", json=order, headers=key).raise_for_status().json()["id"]
    moved = client.post("/_sandbox/v1/worlds/picture/clock/advance", json={"by": f"PT{_HOURS}H"}).json()
    happened = [(datetime.fromisoformat(it["at"]), it["reason"]) for it in moved["transitions"] if it["id"] == session]
    vehicle = (
        f"/api/partners/v2.0/org/{podero['org_id']}/users/{podero['user_id']}"
        f"/electric-vehicles/{podero['electric_vehicle_id']}"
    )
    found = []
    for n in range(int(timedelta(hours=_HOURS) / _STEP) + 1):
        at = {"X-Sandbox-At": _shown(_BEGIN + n * _STEP)}
        bill = client.get(f"/v1/charging_sessions/{session}", headers=key | at).json()
        car = client.get(vehicle, headers=token | at).json()
        cost = max(bill["amount_due"], bill["amount_paid"]) / 100
        found.append(Reading(_BEGIN + n * _STEP, (car["charge_rate_w"] or 0) / 1000, car["battery_level"], cost))
    return found, happened


def drawing(found: Sequence[Reading], happened: Sequence[tuple[datetime, str]]) -> str:
    """The SVG."""
    strips = [
        Strip("Power", "--first", [it.power_kw for it in found], 12, "{:.0f} kW"),
        Strip("State of charge", "--second", [it.soc_percent for it in found], 100, "{:.0f} %"),
        Strip("Cost", "--third", [it.cost_eur for it in found], 50, "{:.2f} EUR"),
    ]
    bottom = _TOP + len(strips) * (_HEIGHT + _GAP) - _GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1040 {bottom + 66}" role="img">',
        "<title>A charging session in eight simulated hours, which pass in one call</title>",
        f"<desc>{_described(found[0], found[-1])}</desc>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect class="ground" width="1040" height="{bottom + 66}" rx="10"/>',
        f'<text class="code" x="{_LEFT}" y="28">wattif.advance("PT{_HOURS}H")</text>',
        f'<path class="arrow" d="M{_LEFT} 52H{_RIGHT - 2}m-10 -7l10 7l-10 7"/>',
        *(line for n in range(_HOURS + 1) for line in _hour(n, bottom)),
        *(line for n, strip in enumerate(strips) for line in _strip(strip, _TOP + n * (_HEIGHT + _GAP))),
        *_marks(happened, bottom),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _described(first: Reading, last: Reading) -> str:
    return (
        f"A vehicle charges at {first.power_kw:.0f} kW from {first.soc_percent:.0f} % until it is full; "
        f"the cost rises to {last.cost_eur:.2f} EUR, which are paid."
    )


def _hour(n: int, bottom: int) -> Iterator[str]:
    x, at = _LEFT + n * (_RIGHT - _LEFT) / _HOURS, _BEGIN + timedelta(hours=n)
    yield f'<path class="line" d="M{x:g} {_TOP - 20}V{bottom}"/>'
    yield f'<text class="faint" x="{x:g}" y="{bottom + 20}" text-anchor="middle">{at:%H:%M}</text>'


def _strip(strip: Strip, top: int) -> Iterator[str]:
    base, step = top + _HEIGHT, (_RIGHT - _LEFT) / (len(strip.values) - 1)
    points = [(_LEFT + n * step, base - value / strip.most * _HEIGHT) for n, value in enumerate(strip.values)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path class="line" d="M{_LEFT} {base}H{_RIGHT}"/>'
    yield f'<path class="area" fill="var({strip.colour})" d="M{_LEFT} {base}L{path}L{_RIGHT} {base}Z"/>'
    yield f'<path class="series" stroke="var({strip.colour})" d="M{path}"/>'
    yield f'<text x="{_LEFT - 12}" y="{base - _HEIGHT / 2 + 5:g}" text-anchor="end">{strip.title}</text>'
    first, last = (strip.written.format(value) for value in (strip.values[0], strip.values[-1]))
    yield f'<text class="faint" x="{_LEFT + 8}" y="{points[0][1] - 8:.1f}">{first}</text>'
    yield f'<text class="faint" x="{_RIGHT + 8}" y="{points[-1][1] + 5:.1f}">{last}</text>'


def _marks(happened: Sequence[tuple[datetime, str]], bottom: int) -> Iterator[str]:
    """What happens at an instant, below the hours; what happens within minutes is written together."""
    groups: list[tuple[datetime, list[str]]] = []
    for at, reason in happened:
        if groups and at - groups[-1][0] < timedelta(minutes=20):
            groups[-1][1].append(reason)
        else:
            groups.append((at, [reason]))
    for at, reasons in groups:
        x = _LEFT + (at - _BEGIN) / timedelta(hours=_HOURS) * (_RIGHT - _LEFT)
        yield f'<path class="arrow" stroke-dasharray="4 4" d="M{x:.1f} {_TOP - 20}V{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 44}" text-anchor="middle">{at:%H:%M} {", ".join(reasons)}</text>'


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    PICTURE.write_text(drawing(*readings()), "utf-8")
    sys.stdout.write(f"Wrote {PICTURE}.\n")
