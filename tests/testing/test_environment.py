"""The variables of a world for the application under test, and names of one's own for them."""

from pathlib import Path
from typing import Any, Final

import pytest

from app.client import UsageError, World
from app.client.control import ControlClient
from app.testing.environment import names_in, variables

_ANSWER: Final[dict[str, Any]] = {
    "name": "mine",
    "scenario": "village",
    "seed": 1,
    "expires_at": None,
    "urls": {"charge": "http://127.0.0.1:8000/v1", "cariqa": "http://127.0.0.1:8000/api/v1"},
    "credentials": {"charge": {"secret_key": "ch_sk_test_mine"}, "cariqa": {"token": "jwt", "user_id": None}},
    "sample": {"charge": {"driver": "drv_1", "fleet": None}, "cariqa": {}},
    "magic": {"charge": {"declined_card": "pm_Declined"}, "cariqa": {}},
}


@pytest.fixture
def world() -> World:
    return World(ControlClient("http://127.0.0.1:8000"), _ANSWER)


def test_each_address_and_key_has_a_name(world: World) -> None:
    """The usual names are the vendor's and that of the credential; an id that there is not is left out."""
    assert variables(world, {}) == {
        "WATTIF_URL": "http://127.0.0.1:8000",
        "WATTIF_WORLD": "mine",
        "CHARGE_URL": "http://127.0.0.1:8000/v1",
        "CHARGE_SECRET_KEY": "ch_sk_test_mine",
        "CARIQA_URL": "http://127.0.0.1:8000/api/v1",
        "CARIQA_TOKEN": "jwt",
    }


def test_names_of_ones_own_are_added(world: World) -> None:
    """A name of one's own may hold any address, key, sample id or magic id."""
    names = {"KEY": "charge.secret_key", "DRIVER": "charge.sample.driver", "CARD": "charge.magic.declined_card"}
    found = variables(world, names)

    assert (found["KEY"], found["DRIVER"], found["CARD"]) == ("ch_sk_test_mine", "drv_1", "pm_Declined")
    assert "CHARGE_SECRET_KEY" in found


def test_unknown_fact_is_refused(world: World) -> None:
    """A name for what a world has not is refused with all that it has."""
    with pytest.raises(UsageError, match=r"names charge\.key, which a world has not; it has .*charge\.secret_key"):
        variables(world, {"KEY": "charge.key"})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[tool.wattif.env]\nBILLING_URL = "charge.url"\n', {"BILLING_URL": "charge.url"}),
        ("[project]\nname = 'mine'\n", {}),
        (None, {}),
    ],
)
def test_names_stand_in_pyproject(tmp_path: Path, text: str | None, names: dict[str, str]) -> None:
    """The table is optional, and so is the file."""
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)

    assert names_in(tmp_path) == names


@pytest.mark.parametrize("text", ["[tool.wattif.env]\nPORT = 1\n", "[tool.wattif]\nenv = 'x'\n", "not TOML"])
def test_unreadable_names_are_refused(tmp_path: Path, text: str) -> None:
    """A table of another form, or a file that is no TOML, is refused with the file's name."""
    (tmp_path / "pyproject.toml").write_text(text)

    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        names_in(tmp_path)
