"""Links to the files of a world, and to logos, which open without another key: `files/` serves them."""

from functools import lru_cache
from typing import Final
from unicodedata import category, normalize
from urllib.parse import quote

MOUNT: Final = "/_sandbox/files"
"""The path at which the files are served."""
_LONGEST_MARK: Final = 80


def invoices(origin: str, link_key: str) -> str:
    """What the links to the invoices of a world begin with.

    A session's id follows after a slash, in the form in which its vendor shows it. That is the page; with `.pdf` at the
    end it is the same invoice as a PDF file.
    """
    return f"{origin}{MOUNT}/{link_key}/invoices"


def reports(origin: str, link_key: str, vendor: str) -> str:
    """What the links to the files of a vendor's reports begin with; a report's id and `.csv` follow after a slash."""
    return f"{origin}{MOUNT}/{link_key}/{vendor}/reports"


def pages(origin: str, link_key: str, vendor: str) -> str:
    """What the links to a vendor's pages for people begin with; a path of the vendor's own follows after a slash."""
    return f"{origin}{MOUNT}/{link_key}/{vendor}"


@lru_cache(maxsize=1024)
def logo_path(operator: str) -> str:
    """The path of an operator's logo; what it shows follows from the path alone, so it belongs to no world."""
    return f"{MOUNT}/logos/{quote(logo_mark(operator))}.svg"


@lru_cache(maxsize=1024)
def logo_mark(operator: str) -> str:
    """The letters, digits and accents of an operator's name with hyphens between its words, as its logo's path has it.

    The mark of a mark is the mark itself. A name without letters and digits has the mark `operator`.
    """
    kept = "".join(letter if category(letter)[0] in "LMN" else " " for letter in normalize("NFC", operator))
    return "-".join(kept.split())[:_LONGEST_MARK].strip("-") or "operator"


def logo_name(operator: str) -> str:
    """The words of an operator's name as its logo shows them; those of its mark are the same."""
    return logo_mark(operator).replace("-", " ")
