"""How people move between the places where they charge, beside published laws of mobility.

Nothing as general is published about charging, so the bars are wide: they notice people without a home, and people who
never return. Mobile phones show how far people get around (González et al. 2008: their radius of gyration follows
(r + 5.8)^-1.65 exp(-r / 350), in km) and how often they see a new place (Song et al. 2010: at the visit after S places
with the probability 0.6 S^-0.21).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import cos, exp, hypot, log, radians, sqrt
from statistics import median
from typing import Final

from .comparisons import Comparison
from .sessions import Visit

REACH, RETURNS = 0.5, 0.15
"""The bars: a share of the median radius, and a difference of shares."""
_PUBLISHED_RADIUS: Final = 8.3
"""The median of the published law."""
_NEW, _FEWER = 0.6, 0.21
_FEWEST: Final = 10
"""The visits of a person from which a radius and returns are told."""
_KM_A_DEGREE: Final = 111.32

People = Mapping[str, Sequence[Visit]]
"""The visits of each vehicle, in order."""


def people(some: Sequence[Visit]) -> People:
    """The visits of each vehicle that has enough of them."""
    found = defaultdict(list)
    for visit in some:
        found[visit.session.vehicle].append(visit)
    return {vehicle: visits for vehicle, visits in found.items() if len(visits) >= _FEWEST}


def compared(found: People) -> Iterator[Comparison]:
    """The median radius of gyration, and the share of visits to a station where the person has been before."""
    ours = median(gyration_km(visits) for visits in found.values())
    distance = abs(ours / _PUBLISHED_RADIUS - 1)
    yield Comparison("people", "radius_km p50", f"{ours:.1f}", f"{_PUBLISHED_RADIUS:.1f}", distance, REACH)
    count = sum(map(len, found.values()))
    share, theirs = (1 - places / count for places in (_places(found), _published_places(found)))
    yield Comparison("people", "returns to a station", f"{share:.2f}", f"{theirs:.2f}", abs(share - theirs), RETURNS)


def gyration_km(visits: Sequence[Visit]) -> float:
    """The root mean square distance of the places from their mean."""
    north = [float(visit.station.latitude) * _KM_A_DEGREE for visit in visits]
    shrunk = cos(radians(north[0] / _KM_A_DEGREE)) * _KM_A_DEGREE
    east = [float(visit.station.longitude) * shrunk for visit in visits]
    middle = sum(north) / len(north), sum(east) / len(east)
    squares = [hypot(y - middle[0], x - middle[1]) ** 2 for y, x in zip(north, east, strict=True)]
    return sqrt(sum(squares) / len(squares))


def usual_share(visits: Sequence[Visit]) -> float:
    """The share of visits to the station that the person visits most."""
    return Counter(visit.station.id for visit in visits).most_common(1)[0][1] / len(visits)


def _places(found: People) -> float:
    return sum(len({visit.station.id for visit in visits}) for visits in found.values())


def _published_places(found: People) -> float:
    """The places that people with as many visits see by the published law: the sum of the probabilities of new ones."""
    return sum(exp(log((1 + _FEWER) * _NEW * len(visits)) / (1 + _FEWER)) for visits in found.values())
