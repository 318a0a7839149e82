"""A path at which nothing answers is compared with all documented ones."""

import pytest

from app.web.likely_paths import LikelyPaths

PATHS = LikelyPaths(
    [
        ("GET", "/v1/trips"),
        ("POST", "/v1/trips"),
        ("GET", "/v1/trips/{trip}"),
        ("POST", "/v1/trips/{trip}/end"),
        ("GET", "/v1/drivers/{driver}/licences"),
        ("GET", "/api/v1/users/{user}/bus-trips/"),
    ],
    ["/v1", "/api/v1"],
)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/trip", "the nearest path is GET /v1/trips"),
        ("POST", "/v1/trip", "the nearest path is POST /v1/trips"),
        ("GET", "/V1/Trips", "the nearest path is GET /v1/trips"),
        ("GET", "/v2/trips", "the nearest path is GET /v1/trips"),
        ("GET", "/v1/tripps/trip_1", "the nearest path is GET /v1/trips/{trip}"),
        ("GET", "/v1/driver/drv_1/licenses", "the nearest path is GET /v1/drivers/{driver}/licences"),
        ("GET", "/v1/users/u/bus_trips", "The path lacks its beginning /api: GET /api/v1/users/{user}/bus-trips/"),
        ("GET", "/trips", "The path lacks its beginning /v1: GET /v1/trips"),
        ("POST", "/trips/trip_1/end", "The path lacks its beginning /v1: POST /v1/trips/{trip}/end"),
        ("GET", "/users/u/bus-trips/", "The path lacks its beginning /api/v1: GET /api/v1/users/{user}/bus-trips/"),
        ("GET", "/v1", "No API has a path like /v1"),
        ("GET", "/v1/a/b", "No API has a path like /v1/a/b"),
        ("GET", "", "No API has a path like "),
        ("GET", "//", "No API has a path like //"),
    ],
)
def test_the_nearest_path_is_found(method: str, path: str, expected: str) -> None:
    """Case, plurals, hyphens, versions and misspelt words do not matter; a word besides the mount's has to fit."""
    assert expected in PATHS.mistake(method, path)


def test_long_paths_take_no_time() -> None:
    """Only the beginning of a path is compared."""
    assert PATHS.mistake("GET", "/trips" * 100_000).startswith("No API has a path like /trips/trips")
