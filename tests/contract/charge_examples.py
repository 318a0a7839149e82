"""The examples of Charge's pages, and what their requests need."""

import json
from pathlib import Path
from typing import Any, Final

EXAMPLES: Final[dict[str, dict[str, Any]]] = json.loads(Path(__file__).with_name("charge_examples.json").read_text())
"""By the names of their pages: the `answer`, and the `request` where the page shows one."""
KEY: Final = {"Authorization": "Bearer ch_sk_test_..."}
NOW: Final = "2026-04-01T01:53:58.446Z"
"""The instant of the world `documented`."""
