"""A map of one week of five people, for the picture: where they charge, and the way from each charge to the next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil, cos, hypot, log10, radians
from typing import Final

from .mobility import People, gyration_km
from .sessions import Visit

_KM_A_DEGREE: Final = 111.32
_WHO: Final = (0.05, 0.35, 0.65, 0.92, 0.985)
"""Which people are drawn: from those who get around least to those who get around most."""
_SIZE, _GAP, _LEFT, _SMALLEST_KM = 178, 12, 24, 8
_ROOM: Final = 16
_WEEK: Final = 7 * 24 * 3_600 * 1_000_000


def week_map(found: People, begins: int, top: float) -> Iterator[str]:
    """Five maps side by side, each as large as the way of its person. `begins` is the Monday of the week."""
    weeks = [
        (visits[0].station.city, week)
        for visits in found.values()
        if len(week := [it for it in visits if begins <= it.session.created_at < begins + _WEEK]) > 3  # noqa: PLR2004 - enough to draw a way
    ]
    weeks.sort(key=lambda each: gyration_km(each[1]))
    for n, share in enumerate(_WHO):
        city, week = weeks[int(share * len(weeks))]
        yield from _one(city, week, _LEFT + n * (_SIZE + _GAP), top)


def _one(city: str, week: Sequence[Visit], left: float, top: float) -> Iterator[str]:
    points = [_km(visit, week[0]) for visit in week]
    middle = [(max(axis) + min(axis)) / 2 for axis in zip(*points, strict=True)]
    span = max(_SMALLEST_KM, *(max(axis) - min(axis) for axis in zip(*points, strict=True)))
    scale = (_SIZE - 2 * _ROOM) / span

    def at(point: tuple[float, float]) -> tuple[float, float]:
        x, y = (scale * (value - mean) for value, mean in zip(point, middle, strict=True))
        return left + _SIZE / 2 + x, top + _SIZE / 2 - y

    yield f'<rect class="map" x="{left:.1f}" y="{top:.1f}" width="{_SIZE}" height="{_SIZE}" rx="6"/>'
    places = [at(point) for point in points]
    yield f'<path class="way" d="M{"L".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    for (x, y), count in Counter(places).items():
        yield f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="{2.5 + 1.5 * count**0.5:.1f}"/>'
    long = 10 ** int(log10(span / 2)) * (5 if span / 2 >= 5 * 10 ** int(log10(span / 2)) else 1)
    yield f'<path class="steps" d="M{left + 8:.1f},{top + _SIZE - 8:.1f}h{scale * long:.1f}"/>'
    yield f'<text x="{left + 12 + scale * long:.1f}" y="{top + _SIZE - 5:.1f}">{long:g} km</text>'
    far = ceil(max(hypot(x - points[0][0], y - points[0][1]) for x, y in points))
    yield f'<text x="{left:.1f}" y="{top + _SIZE + 16:.1f}">{city}: {len(week)} charges, {far} km</text>'


def _km(visit: Visit, first: Visit) -> tuple[float, float]:
    """East and north of a first place, in km."""
    shrunk = cos(radians(float(first.station.latitude))) * _KM_A_DEGREE
    east = (float(visit.station.longitude) - float(first.station.longitude)) * shrunk
    return east, (float(visit.station.latitude) - float(first.station.latitude)) * _KM_A_DEGREE
