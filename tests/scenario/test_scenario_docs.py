"""The documentation of scenarios is true: its example, its tables, and the schema for editors."""

import json
import re
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
import yaml

from app.data_files import FIXTURES
from app.domain.clock import NEVER, instant
from tests.conftest import HAMLET
from tests.served import check, read, schema

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_PAGE: Final = "".join((_REPOSITORY / "docs" / f"scenario{it}.md").read_text("utf-8") for it in ("s", "-format"))
_EXAMPLE: Final = re.findall(r"```yaml title=\S+\n(.*?)```", _PAGE, re.DOTALL)
_FAULT: Final = re.findall(r"```text\nscenarios/hotel\.yaml(.*?)\n```", _PAGE, re.DOTALL)
_SCHEMA: Final = FIXTURES / "scenario.schema.json"
_OVERSTAY: Final = str(_REPOSITORY / "tests" / "vendors" / "cariqa" / "overstay.yaml")
_FILES: Final = [*sorted(map(str, FIXTURES.glob("*.yaml"))), HAMLET, _OVERSTAY]


def test_example_is_a_scenario(tmp_path: Path) -> None:
    """It can be used as it is; its guest has left a debt by the time the world's clock starts."""
    file = written(tmp_path, _EXAMPLE[0])
    scenario = read(file).scenario

    assert len(_EXAMPLE) == 1
    assert check(file) == []
    assert valid(yaml.safe_load(_EXAMPLE[0])) == []
    assert scenario.objects.sessions[0].settles_after_s is None
    assert scenario.objects.sessions[0].created == instant("2026-01-04T19:00:00Z") < NEVER


def test_fault_is_reported_as_documented(tmp_path: Path) -> None:
    """The message on the page is that of the example whose power starts too early."""
    file = written(tmp_path, _EXAMPLE[0].replace("started: '-PT4H59M30S'", "started: '-PT6H'"))

    assert check(file) == [f"{file}{fault}" for fault in _FAULT]


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.yaml")), ids=lambda file: file.stem)
def test_page_names_every_scenario(file: Path) -> None:
    """The pages list each scenario that comes with Wattif, whose first line leads an editor to the schema."""
    assert f"| `{file.stem}` |" in _PAGE
    assert file.read_text("utf-8").startswith("# yaml-language-server: $schema=scenario.schema.json\n")


@pytest.mark.parametrize("part", sorted(schema()["$defs"]))
def test_page_names_every_field(part: str) -> None:
    """The pages have each field, and each word that a field may have."""
    defined = schema()["$defs"][part]
    words = [*defined.get("properties", ()), *defined.get("enum", ())]

    assert [word for word in words if not re.search(rf"`(\{{.*)?{re.escape(word)}\b", _PAGE)] == []


def test_schema_is_current() -> None:
    """The file is what the code says; if it is not, this writes it: `json.dumps(schema(), indent=2)`, and a newline."""
    assert _SCHEMA.read_text("utf-8") == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def test_schema_describes_each_field() -> None:
    """Each field of each part has a sentence that an editor can show."""
    parts: dict[str, Any] = {"": schema(), **schema()["$defs"]}
    fields = {
        (part, name): field for part, defined in parts.items() for name, field in defined.get("properties", {}).items()
    }

    assert len(fields) > 100
    assert [where for where, field in fields.items() if not field.get("description", "").endswith(".")] == []


@pytest.mark.parametrize("file", _FILES, ids=lambda file: Path(file).stem)
def test_scenarios_follow_the_schema(file: str) -> None:
    """An editor has no complaint about a scenario of the repository."""
    assert valid(yaml.safe_load(Path(file).read_text("utf-8"))) == []


def test_magic_objects_follow_the_schema() -> None:
    """An editor has no complaint about the objects that all scenarios have."""
    magic = yaml.safe_load((FIXTURES / "catalogue" / "magic.yaml").read_text("utf-8"))

    assert valid({"name": "magic", "about": "Magic.", "objects": magic}) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("started: '-PT4H59M30S'", "started: 'yesterday'"),
        ("started: '-PT4H59M30S'", "started: 'P1D'"),
        ("started: '-PT4H59M30S'", "started: '+P'"),
        ("started: '-PT4H59M30S'", "started: '+PT'"),
        ("tariff: eur vat=19 kwh=0.453", "tariff: 0.453 EUR"),
        ("tariff: eur vat=19 kwh=0.453", "tariff: eur kwh=0.453"),
        ("channel: charge", "channel: radio"),
        ("card: fails_at_settlement", "card: gold"),
        ("seed: 1", "seed: -1"),
        ("speed: 60", "speed: -1"),
        ("start: now", "start: soon"),
        ("id: veh_Hotel", "id: car_Hotel"),
        ("power_kw: 11", "power_kw: 0"),
        ("power_kw: 11", "power_kw: 1.0e+300"),
        ("ac_kw: 22", "ac_kw: 1.0e-300"),
        ("make: Renault", "colour: red"),
        ("phases: 3", "phases: 4"),
    ],
)
def test_schema_and_check_agree(tmp_path: Path, old: str, new: str) -> None:
    """What the schema forbids is reported by `check` as well, and the other way round."""
    text = _EXAMPLE[0].replace(old, new, 1)

    assert text != _EXAMPLE[0]
    assert valid(yaml.safe_load(text)) != []
    assert check(written(tmp_path, text)) != []


def valid(data: object) -> list[str]:
    """What an editor would complain of."""
    validator = jsonschema_rs.Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))
    return [error.message for error in validator.iter_errors(data)]


def written(folder: Path, text: str) -> str:
    file = folder / "hotel.yaml"
    file.write_text(text, "utf-8")
    return str(file)
