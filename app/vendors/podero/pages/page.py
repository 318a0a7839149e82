"""What the pages have in common: their style, and the ids in their links."""

import re
from typing import Final

from ....web.file_pages import FileError

STYLE: Final = """
form { margin: 1.5rem 0 0; }
fieldset { border: 0; margin: 0 0 1.5rem; padding: 0; }
legend { color: var(--soft); font-size: .85rem; padding: 0 0 .4rem; }
.choices { border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
.choices label { align-items: center; cursor: pointer; display: flex; gap: .75rem; padding: .6rem .9rem; }
.choices label + label { border-top: 1px solid var(--line); }
.choices label:hover, .choices label:has(:checked) { background: #3b82f61f; }
.choices label:has(:focus-visible) { outline: 2px solid #3b82f6; outline-offset: -2px; }
.choices input { accent-color: #2563eb; flex: none; height: 1.1rem; margin: 0; width: 1.1rem; }
.choices small { color: var(--soft); margin-left: auto; white-space: nowrap; }
.acts { align-items: center; background: Canvas; bottom: 0; display: flex; flex-wrap: wrap; gap: 1rem;
  padding: .75rem 0; position: sticky; }
.acts button, .acts .main { background: #2563eb; border: 0; border-radius: .5rem; color: #fff; cursor: pointer;
  font: inherit; font-weight: 600; padding: .6rem 1.4rem; text-decoration: none; }
.acts button:hover, .acts .main:hover { background: #1d4ed8; }
.acts a:not(.main) { color: inherit; }
"""
NOTE: Final = (
    "This page is part of Wattif, a sandbox. It stands in for the sign-in at a manufacturer: it asks for no password, "
    "and no real device is touched."
)
_LINK_KEY: Final = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def check_link(link_key: str, object_id: str) -> None:
    """Refuses what no link has; no other text reaches the database. Raises FileError (404)."""
    if not _LINK_KEY.fullmatch(link_key) or not _ID.fullmatch(object_id):
        raise FileError(404, "There is no such page.")
