"""Environment variables for the application under test: the addresses and the keys of the vendors' APIs."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client import UsageError

if TYPE_CHECKING:
    from ..client import World


def variables(world: "World", names: Mapping[str, str]) -> dict[str, str]:
    """`{VENDOR}_URL` and `{VENDOR}_{CREDENTIAL}` for each vendor, `WATTIF_URL`, `WATTIF_WORLD`, and names of one's own.

    `names` has what each of those holds, such as `charge.secret_key`. Raises UsageError for what there is not.
    """
    facts = _facts(world)
    usual = {fact.replace(".", "_").upper(): value for fact, value in facts.items() if fact.count(".") == 1}
    unknown = sorted(set(names.values()) - set(facts))
    if unknown:
        raise UsageError(f"[tool.wattif.env] names {unknown[0]}, which a world has not; it has {', '.join(facts)}")
    return usual | {name: facts[fact] for name, fact in names.items()}


def names_in(folder: Path) -> dict[str, str]:
    """The table `[tool.wattif.env]` of the folder's `pyproject.toml`; empty if there is none. Raises UsageError."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return {}
    import tomllib  # noqa: PLC0415 - only a test that asks for variables needs it

    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("wattif", {}).get("env", {})
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise UsageError(f'{file}: [tool.wattif.env] has lines such as BILLING_KEY = "charge.secret_key"')
    return dict(table)


def _facts(world: "World") -> dict[str, str]:
    """What a variable may hold, by its name in dots."""
    facts = {"wattif.url": world.url, "wattif.world": world.name}
    urls: Mapping[str, Any] = dict(world.urls)
    credentials: Mapping[str, Any] = dict(world.credentials)
    for vendor, url in urls.items():
        facts[f"{vendor}.url"] = url
        for name, value in credentials[vendor].items():
            if value is not None:
                facts[f"{vendor}.{name}"] = value
    for kind, shown in (("sample", world.sample), ("magic", world.magic)):
        each: Mapping[str, Any] = dict(shown)
        for vendor, ids in each.items():
            facts |= {f"{vendor}.{kind}.{name}": value for name, value in ids.items() if value is not None}
    return facts
