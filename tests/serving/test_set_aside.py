"""With `--fresh` a database is set aside, whole, and a new one is made in its place."""

from typing import Any, Final

import pytest

from tests.databases import Kept
from tests.serving.servers import serving

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session")
FROM: Final = "SELECT * FROM world WHERE name = 'default' AND state = 'open'"


def test_fresh_begins_anew(kept: Kept) -> None:
    """With `--fresh` the old file is kept as `*.old`, another seed is taken, and the keys are new ones."""
    [old] = kept.rows(FROM)
    with serving(kept, "--fresh", "--seed", "8", "--scenario", old.scenario) as server:
        new = server.world()
        printed = "\n".join(server.printed)

        assert new["seed"] == 8
        assert f"{kept.file} is now {kept.file}.old" in printed
    assert set_aside(kept) == [old]
    assert kept.rows(FROM)[0].seed == 8


def test_fresh_sets_another_versions_database_aside(kept: Kept) -> None:
    """With `--fresh` a file whose schema this version does not know is kept as `*.old`, and the server starts."""
    kept.run("UPDATE meta SET value = value + 1 WHERE name = 'schema'")
    [old] = kept.rows(FROM)
    with serving(kept, "--fresh", "--scenario", old.scenario) as server:
        lines = [line for line in server.printed if "is now" in line]

        assert server.start().status_code == 200
        assert len(lines) == 1
    assert set_aside(kept) == [old]


def set_aside(kept: Kept) -> list[Any]:
    """The world `default` of the file that was set aside."""
    return Kept(f"{kept.url}.old").rows(FROM)
