"""What the operations of stations take: places, tiles and filters, all in the query."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from .....domain.areas import Circle
from .....domain.station_prices import FAST, SLOW, TURBO
from .....domain.tiles import HIGHEST_ZOOM, Tile
from .....store.station_map import MapFilter
from ...errors import invalid
from ...inputs import Filled, Flag, Number, QueryInput, Whole
from ...pagination import PageQuery

_STANDARDS: Final = (
    "CHADEMO",
    *(f"DOMESTIC_{letter}" for letter in "ABCDEFGHIJKL"),
    "IEC_60309_2_single_16",
    "IEC_60309_2_three_16",
    "IEC_60309_2_three_32",
    "IEC_60309_2_three_64",
    "IEC_62196_T1",
    "IEC_62196_T1_COMBO",
    "IEC_62196_T2",
    "IEC_62196_T2_COMBO",
    "IEC_62196_T3A",
    "IEC_62196_T3C",
    "TESLA_R",
    "TESLA_S",
)
_METRES: Final = 100
_MOST_METRES: Final = 1_000_000
_POLE, _HALF_TURN = 90, 180
_MOST_TILES: Final = 64

Standard = Literal[_STANDARDS]  # type: ignore[valid-type]
Speed = Literal[SLOW, FAST, TURBO]  # type: ignore[valid-type]


class _Filtered(QueryInput):
    """The filters of a map; all that are given must be met."""

    only_available: Flag = False
    only_partners: Flag = False
    operators: tuple[Filled, ...] = ()
    connector_types: tuple[Standard, ...] = ()

    def wanted(self) -> MapFilter:
        """The stations that are shown."""
        return MapFilter(self.only_available, self.only_partners, self.operators, self.connector_types)


class ListStationsAround(_Filtered, PageQuery):
    """The query of the stations around a point, `distance` in metres (CARIQA-038)."""

    latitude: Annotated[Number, Field(ge=-_POLE, le=_POLE, allow_inf_nan=False)]
    longitude: Annotated[Number, Field(ge=-_HALF_TURN, le=_HALF_TURN, allow_inf_nan=False)]
    distance: Annotated[Whole, Field(ge=0, le=_MOST_METRES)] = _METRES

    def area(self) -> Circle:
        """Where to look."""
        return Circle(self.latitude, self.longitude, self.distance)


class GetStationDetails(QueryInput):
    """The query of one station."""

    id: Filled
    type: Literal["evse_id", "station_id"]


class GetMapTile(_Filtered):
    """The query of tiles: those in all the columns `x` and all the rows `y` of a zoom (CARIQA-041)."""

    x: Annotated[tuple[Annotated[Whole, Field(ge=0)], ...], Field(min_length=1)]
    y: Annotated[tuple[Annotated[Whole, Field(ge=0)], ...], Field(min_length=1)]
    z: Annotated[Whole, Field(ge=0, le=HIGHEST_ZOOM)]
    max_price: Annotated[Number, Field(ge=0, allow_inf_nan=False)] | None = None
    power_groups: tuple[Speed, ...] = ()

    def tiles(self) -> list[Tile]:
        """The tiles, each once, by columns. Raises CariqaError for one that its zoom does not have, or too many."""
        last = 2**self.z - 1
        for name, values in (("x", self.x), ("y", self.y)):
            if max(values) > last:
                raise invalid(f"{name}: Ensure this value is less than or equal to {last}.")
        columns, rows = dict.fromkeys(self.x), dict.fromkeys(self.y)
        if len(columns) * len(rows) > _MOST_TILES:
            raise invalid(f"x: Ensure that there are no more than {_MOST_TILES} tiles.")
        return [Tile(x, y, self.z) for x in columns for y in rows]

    def wanted(self) -> MapFilter:
        """The stations that are shown."""
        most = None if self.max_price is None else Decimal(str(self.max_price))
        return MapFilter(
            self.only_available, self.only_partners, self.operators, self.connector_types, self.power_groups, most
        )
