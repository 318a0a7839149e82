"""What the README and the pages of the documentation show is what a reader gets who types it."""

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import NOT_TESTED
from tests.docs.blocks import PAGES, ROOT, PageError, blocks
from tests.docs.page_run import fault_in, is_run
from tests.docs.reader import Reader

pytestmark = pytest.mark.slow


def has_steps(page: Path) -> bool:
    """Whether something of a page is run, or it is not written as it should be."""
    try:
        return any(map(is_run, blocks(page.read_text("utf-8"))))
    except PageError:
        return True


@pytest.mark.parametrize(
    "page", [page for page in PAGES if has_steps(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_page_shows_what_a_reader_gets(page: Path, reader: Reader, request: pytest.FixtureRequest) -> None:
    """Its commands, files and Python run in order in an empty folder, and print what it shows."""
    text = page.read_text("utf-8")
    for program, sign in {"curl": "curl ", "jq": "jq ", "node": "```js"}.items():
        if sign in text and shutil.which(program) is None:
            missing = pytest.fail if os.environ.get("CI") else pytest.skip
            missing(f"{NOT_TESTED} AS A PAGE SAYS: no {program}")
    if "$ createdb " in text:
        cluster = request.getfixturevalue("postgres_databases").cluster
        reader.type(f"export PGHOST={cluster.folder} PGUSER=postgres")
    fault = fault_in(text, reader)

    assert fault is None, f"{page.relative_to(ROOT)}, {fault}"
