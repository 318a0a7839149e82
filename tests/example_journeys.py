"""The journeys of the examples, and what has to be true of the lines that they print."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest


@dataclass(frozen=True, slots=True)
class Journey:
    """An example: its folder, the page that shows it, the keys that it is given, and the longest that it takes.

    `check` looks at what the program prints, `check_lines` at the lines of the script. The page shows a journey in a
    village that begins at the instant `at`.
    """

    folder: str
    page: str
    keys: tuple[str, ...]
    longest: timedelta
    check: Callable[[str], None]
    check_lines: Callable[[Sequence[str]], None]
    at: str = "2026-03-04T12:15:00Z"

    def keys_of(self, world: Mapping[str, Any]) -> list[str]:
        """What the journey is given, of a world that was just created."""
        return [world["credentials"][vendor][name] for vendor, name in (each.split(".") for each in self.keys)]


def check_fleet(printed: str) -> None:
    """Transaction, report and invoice have the same amount, and the invoice is paid."""
    (charged,) = re.findall(r"txn\S+ has succeeded: (\d+\.\d\d EUR)$", printed, re.MULTILINE)
    (reported,) = re.findall(r"^veh_\w+,eur,1,10000,\d+,0,0,(\d+)\r?$", printed, re.MULTILINE)

    assert printed.splitlines()[-1].endswith(f" is paid: {charged} paid")
    assert f"{int(reported) / 100:.2f} EUR" == charged


def check_lines_of_fleet(lines: Sequence[str]) -> None:
    """The amount of the paid invoice is that of the report."""
    *_, report, drafted, paid = lines
    amount = report.rsplit(",", 1)[1]

    assert f'"status":"open","amount_due":{amount},' in drafted
    assert f'"status":"paid","amount_paid":{amount},' in paid


def check_driver(printed: str) -> None:
    """The invoice has the cost of the first session, and what was owed is the cost of the second one, paid at last."""
    billed = re.findall(r" is billed: \d+\.\d{3} kWh for (\d+\.\d\d)$", printed, re.MULTILINE)
    (invoiced,) = re.findall(r"^.* the invoice of \S+ is (\d+\.\d\d) EUR$", printed, re.MULTILINE)
    (owed,) = re.findall(r" was not paid: (\d+\.\d\d) EUR are owed$", printed, re.MULTILINE)

    assert billed[:2] == [invoiced, owed]
    assert len(billed) == 3
    assert "a start is refused: 402 payment_error" in printed
    assert "there are 0 debts and 2 invoices" in printed


def check_lines_of_driver(lines: Sequence[str]) -> None:
    """What was owed is on the second invoice, and the last session has started."""
    (owed,) = re.findall(r'^{"amount":"(\d+\.\d\d)","currency":"eur"}$', "\n".join(lines), re.MULTILINE)

    assert list(lines[-3:]) == ['{"debts":0}', f'{{"invoices":2,"total":"{owed}"}}', '{"is_active":true}']


def check_energy(printed: str) -> None:
    """The car has its 80 % in the morning, and the savings of the days are those of its two sessions."""
    sessions = re.findall(r" kWh to (\S+) % for \S+ EUR, (\S+) EUR saved$", printed, re.MULTILINE)
    days = re.findall(r": (\S+) EUR saved$", printed, re.MULTILINE)

    assert [float(soc) for soc, _ in sessions][1:] == [80]
    assert sum(float(each) for _, each in sessions) == pytest.approx(sum(map(float, days)), abs=0.001)
    assert sum(map(float, days)) > 1


def check_lines_of_energy(lines: Sequence[str]) -> None:
    """The session of the night ends with 80 %, and the savings are those of both sessions."""
    night, evening, *days = lines[-3:] if '"day"' not in lines[-2] else lines[-4:]
    saved = [float(value) for each in (night, evening) for value in re.findall(r'"actual_savings_eur":(\S+)}', each)]
    shown = [float(value) for each in days for value in re.findall(r'"saved":(\S+)}', each)]

    assert '"final_soc_pct":80,' in night
    assert sum(saved) == pytest.approx(sum(shown), abs=0.001)
    assert sum(shown) > 1


JOURNEYS: Final = (
    Journey(
        "charge", "fleet-journey.md", ("charge.secret_key",), timedelta(hours=3), check_fleet, check_lines_of_fleet
    ),
    Journey("cariqa", "driver-journey.md", ("cariqa.token",), timedelta(hours=3), check_driver, check_lines_of_driver),
    Journey(
        "podero",
        "energy-journey.md",
        ("podero.client_id", "podero.client_secret", "podero.org_id"),
        timedelta(hours=10),
        check_energy,
        check_lines_of_energy,
        at="2026-03-04T20:00:00Z",
    ),
)
each_journey: Final = pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.folder)
