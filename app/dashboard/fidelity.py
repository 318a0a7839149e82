"""What is known of a vendor's operations and fields: as a page in Markdown, and in the descriptions of its contract."""

from typing import Any

from ..web.fidelity import MEANINGS, Contract, Operation, operations


def table(contract: Contract, vendor: str) -> str:
    """What is known of a vendor's operations and their fields, as a page in Markdown."""
    meanings = "\n".join(f"- **{mark}**: {meaning}" for mark, meaning in MEANINGS.items())
    parts = [f"# {contract['info']['title']}: what is known of every operation and field", meanings]
    for it in operations(contract):
        parts += [
            f"## {it.name}: {it.written['summary']}",
            f"`{it.method.upper()} {it.path}`",
            _summary(it, vendor, ".."),
        ]
        rows = [f"| {row.part} | `{row.name}` | {row.fidelity} |" for row in it.known()]
        parts.append("\n".join(["| part | name | known from |", "| --- | --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


def described(contract: Contract, vendor: str) -> dict[str, Any]:
    """A vendor's contract with fidelity and quirks in the descriptions, where people read them at once."""
    paths = {path: dict(item) for path, item in contract["paths"].items()}
    for it in operations(contract):
        fields = f"[field by field](docs/fidelity/{vendor}#{it.name})"
        text = f"{it.written['description'].rstrip()}\n\n{_summary(it, vendor, 'docs')} All of it: {fields}."
        paths[it.path][it.method] = {**it.written, "description": text}
    links = [
        f"[What is known of every field](docs/fidelity/{vendor})",
        f"[What is odd or assumed](docs/quirks/{vendor})",
        f"[The contract without these additions](_sandbox/v1/openapi/{vendor}.json)",
    ]
    text = f"{contract['info']['description'].rstrip()}\n\n{' · '.join(links)}"
    info = {**contract["info"], "description": text}
    return {**contract, "info": info, "paths": paths}


def _summary(it: Operation, vendor: str, docs: str) -> str:
    """A sentence on the operation. `docs` leads from the page to the folder of the pages."""
    source = f" ([source]({it.written['x-source']}))" if "x-source" in it.written else ""
    quirks = ", ".join(f"[{number}]({docs}/quirks/{vendor}#{number})" for number in it.quirks)
    return f"Known from: **{it.fidelity}**{source}." + (f" Quirks: {quirks}." if quirks else "")
