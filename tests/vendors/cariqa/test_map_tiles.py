"""Map tiles show every station once, alone or in a cluster, and obey the filters."""

from typing import Any

import pytest

from app.domain.tiles import Tile, tile_at
from tests.conftest import Sandbox
from tests.vendors.cariqa.stations import Body, around, details, found, read, refusal, sample_evse

pytestmark = pytest.mark.own_server


def features(sandbox: Sandbox, *tiles: Tile, **query: Any) -> list[Body]:  # noqa: ANN401 - what a query holds
    """The features of some tiles of one zoom."""
    asked = {"x": [tile.x for tile in tiles], "y": [tile.y for tile in tiles], "z": tiles[0].z, **query}
    body: Body = found(read(sandbox, "tile", **asked))
    assert body["type"] == "FeatureCollection"
    shown: list[Body] = body["features"]
    return shown


def place_of(station: Body) -> tuple[float, float]:
    """Where a station is, in degrees."""
    return float(station["coordinates"]["latitude"]), float(station["coordinates"]["longitude"])


def count(shown: list[Body]) -> int:
    """The number of stations that features stand for."""
    return sum(each["properties"]["count"] for each in shown)


def everywhere(sandbox: Sandbox) -> list[tuple[str, float, float]]:
    """The id and the place of each public station."""
    [world] = sandbox.kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'")
    rows = sandbox.kept.rows(
        f"SELECT id, latitude, longitude FROM station WHERE world = {world.n} AND kind <> 'home'"  # noqa: S608 - a number
    )
    return [(row.id, float(row.latitude), float(row.longitude)) for row in rows]


@pytest.mark.parametrize("z", [0, 1, 2, 5, 8, 10, 12, 13, 14, 17, 22])
def test_counts_of_all_tiles_add_up_to_the_stations(untouched: Sandbox, z: int) -> None:
    """At each zoom every station is in the features of one tile, which is that of the usual formula."""
    stations = everywhere(untouched)
    tiles = {tile_at(latitude, longitude, z) for _, latitude, longitude in stations}

    for tile in tiles:
        inside = [name for name, latitude, longitude in stations if tile_at(latitude, longitude, z) == tile]
        shown = features(untouched, tile)
        assert count(shown) == len(inside)
        assert {each["station_id"] for each in shown if "station_id" in each} <= set(inside)
        if z >= 13:
            assert [each["station_id"] for each in shown] == sorted(inside)


def test_the_tile_of_the_world_has_all_stations(untouched: Sandbox) -> None:
    """At zoom 0 there is one tile, in at most sixteen features."""
    shown = features(untouched, Tile(0, 0, 0))

    assert count(shown) == len(everywhere(untouched))
    assert 1 < len(shown) <= 16


def test_cariqa_040_cluster_stands_amid_its_stations(untouched: Sandbox) -> None:
    """It has an id, the number of its stations, and the next zoom; its place is latitude first (CARIQA-040)."""
    stations = everywhere(untouched)
    for each in features(untouched, Tile(0, 0, 0)):
        if "cluster_id" not in each:
            continue
        z, x, y = map(int, each["cluster_id"].split("/"))
        inside = [place for _, *place in stations if tile_at(place[0], place[1], z) == Tile(x, y, z)]
        latitudes, longitudes = zip(*inside, strict=True)
        middle = [(min(degrees) + max(degrees)) / 2 for degrees in (latitudes, longitudes)]
        assert list(each) == ["type", "cluster_id", "geometry", "properties"]
        assert each["properties"] == {"count": len(inside), "expansion_zoom": 1}
        assert [float(degrees) for degrees in each["geometry"]["coordinates"]] == pytest.approx(middle, abs=1e-6)


def test_cariqa_040_clusters_end_at_zoom_13(untouched: Sandbox) -> None:
    """From there on every station is shown by itself; below, one that is alone in its cell is (CARIQA-040)."""
    sample = details(untouched, sample_evse(untouched))
    place = place_of(sample)
    for z in (13, 16, 22):
        shown = features(untouched, tile_at(*place, z))
        assert sample["id"] in [each["station_id"] for each in shown]
        assert all("cluster_id" not in each for each in shown)
    for z in range(13):
        for each in features(untouched, tile_at(*place, z)):
            assert (each["properties"]["count"] == 1) is ("station_id" in each)


def test_single_station_shows_what_its_details_say(untouched: Sandbox) -> None:
    """Its place is latitude first, as texts; speed, status, partner and price are those of the station."""
    sample = details(untouched, sample_evse(untouched))
    place = place_of(sample)
    [shown] = [each for each in features(untouched, tile_at(*place, 18)) if each["station_id"] == sample["id"]]
    [group] = sample["price_groups"]
    [item] = group["prices"]["kwh_price"]["ALL"]

    assert shown == {
        "type": "Feature",
        "station_id": sample["id"],
        "geometry": {"type": "Point", "coordinates": list(sample["coordinates"].values())},
        "properties": {
            "count": 1,
            "speed": sample["speed"],
            "status": sample["status"],
            "operator_id": sample["operator"]["name"].lower().replace(" ", "_"),
        },
        "custom_properties": {"is_partner": sample["is_partner"]},
        "price_properties": {
            "price": item["user_facing_price"],
            "type": "charging_price",
            "currency": group["currency"],
        },
    }


def test_cariqa_042_price_is_per_minute_where_energy_has_none(sandbox: Sandbox) -> None:
    """A station that sells by time shows that price, and a free one has no price (CARIQA-042)."""
    sample = details(sandbox, sample_evse(sandbox))
    tile = tile_at(*place_of(sample), 22)

    def sold(tariff: str) -> Any:  # noqa: ANN401 - an object or nothing
        sandbox.kept.run("UPDATE connector SET tariff = :sold WHERE station = :id", sold=tariff, id=sample["id"])
        return features(sandbox, tile)[0].get("price_properties")

    assert sold("eur vat=20 hour=3") == {"price": "0.06", "type": "time_price", "currency": "eur"}
    assert sold("eur vat=20 session=3") is None


def test_cariqa_041_columns_and_rows_make_the_tiles(untouched: Sandbox) -> None:
    """Each column goes with each row, and a tile that is named twice is shown once (CARIQA-041)."""
    parts = [features(untouched, Tile(x, y, 1)) for x in (0, 1) for y in (0, 1)]

    assert features(untouched, Tile(0, 0, 1), Tile(1, 1, 1)) == [each for part in parts for each in part]
    assert features(untouched, Tile(0, 0, 1), Tile(1, 1, 1), Tile(0, 0, 1)) == [each for part in parts for each in part]


def test_filters_leave_stations_out(untouched: Sandbox) -> None:
    """They leave the same stations as a list of them all does."""
    stations = [details(untouched, each["evses"][0]["evse_id"]) for each in whole_town(untouched)]
    name = stations[0]["operator"]["name"]

    def left(**query: Any) -> int:  # noqa: ANN401 - what a query holds
        return count(features(untouched, Tile(0, 0, 0), **query))

    assert left(only_partners="true") == sum(each["is_partner"] for each in stations)
    assert left(only_available="true") == sum(each["status"] == "free" for each in stations)
    assert left(operators=[name]) == sum(each["operator"]["name"] == name for each in stations)
    for speeds in (["slow"], ["fast", "turbo"], ["slow", "fast", "turbo"]):
        assert left(power_groups=speeds) == sum(each["speed"] in speeds for each in stations)
    for wanted in (["CHADEMO"], ["IEC_62196_T2", "IEC_62196_T2_COMBO"]):
        types = [{group["type"] for group in each["price_groups"]} for each in stations]
        assert left(connector_types=wanted) == sum(bool(each & set(wanted)) for each in types)


@pytest.mark.parametrize("most", ["0", "0.39", "0.5", "1000"])
def test_cariqa_042_stations_above_a_price_are_left_out(untouched: Sandbox, most: str) -> None:
    """A station is shown if its price is no higher; one without a price is (CARIQA-042)."""
    prices = [
        each.get("price_properties", {}).get("price", "0")
        for name, latitude, longitude in everywhere(untouched)
        for each in features(untouched, tile_at(latitude, longitude, 22))
        if each["station_id"] == name
    ]

    left = count(features(untouched, Tile(0, 0, 0), max_price=most))
    assert left == sum(float(price) <= float(most) for price in prices)


def whole_town(sandbox: Sandbox) -> list[Body]:
    """All stations of the town."""
    found_ones = {each["id"]: each for each in around(sandbox)}
    for _, latitude, longitude in everywhere(sandbox):
        listed = found(read(sandbox, "around", latitude=latitude, longitude=longitude, distance=0))["results"]
        found_ones |= {each["id"]: each for each in listed}
    return list(found_ones.values())


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (89.9, -180), (-86, 180), (0, 0)])
def test_poles_and_the_date_line_are_on_the_map(sandbox: Sandbox, latitude: float, longitude: float) -> None:
    """A station there is in the tile of its place, at each zoom, and counts in that of the world."""
    sample = sandbox.opened()["sample"]["charge"]["charging_station"]
    before = count(features(sandbox, Tile(0, 0, 0)))
    place = {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"}
    sandbox.kept.run(
        "UPDATE station SET latitude = :latitude, longitude = :longitude WHERE id = :id", id=sample, **place
    )

    assert count(features(sandbox, Tile(0, 0, 0))) == before
    for z in (3, 13, 22):
        [shown] = features(sandbox, tile_at(latitude, longitude, z))
        assert shown["station_id"] == sample


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"y": 0, "z": 0}, "x: This field is required."),
        ({"x": "", "y": 0, "z": 0}, "x: This field is required."),
        ({"x": 0, "y": 0}, "z: This field is required."),
        ({"x": "a", "y": 0, "z": 0}, "x: A valid integer is required."),
        ({"x": [0, "1.5"], "y": 0, "z": 1}, "x: A valid integer is required."),
        ({"x": 0, "y": -1, "z": 0}, "y: Ensure this value is greater than or equal to 0."),
        ({"x": 8, "y": 0, "z": 3}, "x: Ensure this value is less than or equal to 7."),
        ({"x": 0, "y": [0, 1], "z": 0}, "y: Ensure this value is less than or equal to 0."),
        ({"x": 0, "y": 0, "z": 23}, "z: Ensure this value is less than or equal to 22."),
        ({"x": 0, "y": 0, "z": -1}, "z: Ensure this value is greater than or equal to 0."),
        ({"x": 0, "y": 0, "z": "9" * 50}, "z: Ensure this value is less than or equal to 22."),
        ({"x": list(range(9)), "y": list(range(9)), "z": 10}, "x: Ensure that there are no more than 64 tiles."),
        ({"x": 0, "y": 0, "z": 0, "max_price": "cheap"}, "max_price: A valid number is required."),
        ({"x": 0, "y": 0, "z": 0, "max_price": "inf"}, "max_price: A valid number is required."),
        ({"x": 0, "y": 0, "z": 0, "power_groups": "rapid"}, 'power_groups: "rapid" is not a valid choice.'),
    ],
)
def test_absurd_tiles_are_refused_with_the_parameter(untouched: Sandbox, query: dict[str, Any], says: str) -> None:
    """It is 400 `validation_error` in the words of the framework."""
    assert refusal(read(untouched, "tile", **query)) == (400, "validation_error", says)


def test_the_playground_of_the_vendor_is_answered(untouched: Sandbox) -> None:
    """Its request has an empty price and no lists, and the tile that it asks for is not empty."""
    asked: dict[str, Any] = {
        "x": 8803,
        "y": 5374,
        "z": 14,
        "max_price": "",
        "only_available": "false",
        "only_partners": "false",
    }

    shown = found(read(untouched, "tile", **asked))["features"]
    assert all(each["station_id"] for each in shown)
    assert shown == features(untouched, Tile(8803, 5374, 14)) != []
