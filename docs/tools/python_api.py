"""The reference of the Python packages, made from docstrings: `python docs/tools/python_api.py > docs/python-api.md`.

It reads the source and imports nothing. A class is shown with its public attributes and methods, in the order of the
source; what a package's `__all__` lists is public.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("client", "testing")
_NOT_SHOWN: Final = {"Exception", "TypedDict", "NamedTuple", "Protocol"}
"""Bases that say nothing to a reader."""
_INNER: Final = ("Magic", "Order", "Sample", "Credentials", "Urls")
"""How the names of objects end that stand for a vendor in another one."""
_HEAD: Final = """# Python

`wattif.client` calls the control API of any server, with the standard library alone. `wattif.testing` has what a test
needs beside it; most tests meet it as [pytest's fixtures](pytest.md). All of it is typed. This page is made from the
docstrings.
"""

Attribute: TypeAlias = tuple[str, str, str]
Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def page() -> str:
    """The page as it is kept in `docs/`."""
    return "\n".join([_HEAD, *(line for name in PACKAGES for line in _package(name))]).rstrip() + "\n"


def _package(name: str) -> Iterator[str]:
    folder = ROOT / "app" / name
    if not folder.is_dir():
        return
    init = ast.parse((folder / "__init__.py").read_text("utf-8"))
    yield from (f"## wattif.{name}", "", *_text(init), "")
    found = {
        node.name: (node, source)
        for source in (path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
        for node in ast.parse(source).body
        if isinstance(node, Definition)
    }
    public = [found.pop(name) for name in _public(init) if name in found]
    private = {name: node for name, (node, _) in found.items() if isinstance(node, ast.ClassDef)}
    for node, source in sorted(public, key=lambda each: _order(each[0])):
        yield from _definition(node, source, private)


def _public(init: ast.Module) -> list[str]:
    """What `__all__` of a package lists."""
    for node in init.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def _order(node: Definition) -> tuple[int, str]:
    """Classes with methods and functions come first, then what they return, then errors."""
    is_error = node.name.endswith("Error")
    has_methods = not isinstance(node, ast.ClassDef) or any(_methods(node))
    return (2 if is_error else 0 if has_methods else 1), node.name


def _definition(node: Definition, source: str, private: Mapping[str, ast.ClassDef]) -> Iterator[str]:
    if not isinstance(node, ast.ClassDef):
        yield from (f"### {node.name}", "", *_block(_signature(node, source)), *_text(node), "")
        return
    bases = [ast.unparse(each) for each in node.bases if isinstance(each, ast.Name) and each.id not in _NOT_SHOWN]
    yield from (f"### {node.name}", "", *([f"A `{bases[0]}`.", ""] if bases else []), *_text(node), "")
    attributes = [row for each in (*_inherited(node, private), *_attributes(node)) for row in _members(each, private)]
    if attributes:
        yield from ("| attribute | type | meaning |", "| --- | --- | --- |")
        for name, kind, meaning in attributes:
            # A bar would end the cell.
            yield f"| `{name}` | `{kind.replace(' | ', '` or `')}` | {meaning} |"
        yield ""
    plain = []
    for method in _methods(node):
        if method.name == "__init__":
            yield from (*_block(_signature(method, source, node.name)), *_text(method), "")
        elif ast.get_docstring(method):
            yield from (f"#### {node.name}.{method.name}", "", *_block(_signature(method, source)), *_text(method), "")
        else:
            plain.append(_signature(method, source))
    if plain:
        yield from (f"Further methods of {node.name}:", "", *_block("\n".join(plain)))


def _members(row: Attribute, private: Mapping[str, ast.ClassDef]) -> Iterator[Attribute]:
    """An attribute; in the place of an object that is known by its members only, those."""
    name, kind, _ = row
    inner = private.get(kind)
    if inner is not None and kind.endswith(_INNER) and "TypedDict" in map(ast.unparse, inner.bases):
        yield from ((f"{name}.{each}", of, meaning) for each, of, meaning in _attributes(inner))
    else:
        yield row


def _inherited(node: ast.ClassDef, private: Mapping[str, ast.ClassDef]) -> Iterator[Attribute]:
    """The attributes of a generic base, which is not shown by itself, for the type that the class gives it."""
    for base in node.bases:
        if isinstance(base, ast.Subscript) and (generic := private.get(ast.unparse(base.value))):
            text = " ".join((ast.get_docstring(generic) or "").partition("\n")[0].split())
            yield from ((name, _kind(base.slice), text) for name, _, _ in _attributes(generic))


def _methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for each in node.body:
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        is_public = not each.name.startswith("_") or each.name == "__init__"
        if is_public and not _is_property(each):
            yield each


def _attributes(node: ast.ClassDef) -> Iterator[Attribute]:
    """The annotated attributes and the properties of a class: name, type and docstring."""
    for each, following in zip(node.body, (*node.body[1:], None), strict=True):
        if isinstance(each, ast.AnnAssign) and not ast.unparse(each.target).startswith("_"):
            is_documented = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            text = str(following.value.value) if is_documented else ""  # type: ignore[union-attr]
            yield ast.unparse(each.target), _kind(each.annotation), " ".join(text.split())
        elif isinstance(each, ast.FunctionDef) and _is_property(each) and each.returns:
            yield each.name, _kind(each.returns), " ".join((ast.get_docstring(each) or "").split())


def _kind(annotation: ast.expr) -> str:
    return ast.unparse(annotation).strip("'")


def _is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("property" in ast.unparse(each) for each in node.decorator_list)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef, source: str, called: str | None = None) -> str:
    """A function's head as it is written, without `self` and comments; of a class, how it is called."""
    head = "\n".join(source.splitlines()[node.lineno - 1 : node.body[0].lineno - 1])
    head = inspect.cleandoc(re.sub(r"  # .*$", "", head, flags=re.MULTILINE)).removesuffix(":")
    head = re.sub(r'(: |-> )"([^"]+)"', r"\1\2", head)
    if called:
        head = head.replace("def __init__", called).removesuffix(" -> None")
    head = re.sub(r"(\()\s*self(?:, ?)?", r"\1", head, count=1)
    return re.sub(r"\(\n +\n", "(\n", head)


def _block(signatures: str) -> Iterator[str]:
    # The language is not `python`, because this is no program that runs.
    yield from ("```py", signatures, "```", "")


def _text(node: Definition | ast.Module) -> list[str]:
    return (ast.get_docstring(node) or "").splitlines()


if __name__ == "__main__":
    sys.stdout.write(page())
