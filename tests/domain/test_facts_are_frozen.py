"""No field of a session or reservation is assigned: mypy refuses it, although Python does not."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
ASSIGNMENTS: Final = """
from app.domain.models import Reservation, Session

def change(session: Session, reservation: Reservation) -> None:
    session.energy_wh = 1
    reservation.outcome = "expired"
"""


@pytest.mark.slow
def test_mypy_refuses_an_assignment_to_a_row(tmp_path: Path) -> None:
    """Each assignment to a field of a session or of a reservation is an error of the type check."""
    module = tmp_path / "assignments.py"
    module.write_text(ASSIGNMENTS, "utf-8")
    options = ["--no-error-summary", "--follow-imports=silent", f"--cache-dir={tmp_path}"]

    checked = subprocess.run(  # noqa: S603 - the command is written here
        [sys.executable, "-m", "mypy", *options, str(module)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    refusals = [line.split("error: ")[-1] for line in checked.stdout.splitlines()]
    assert refusals == [
        'Property "energy_wh" defined in "Session" is read-only  [misc]',
        'Property "outcome" defined in "Reservation" is read-only  [misc]',
    ]
