"""Finds words that plain English does without: `python -m tests.house.dialect` counts them, `--list` shows each one.

In Python it reads comments, strings and the names of functions and classes; of other files the whole text. The list of
words is a floor: text without them can still be hard to read.
"""

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PLACES: Final = (
    *("app", "tests", "bench", "fixtures", "openapi", "docs", "examples", "clients"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".env.example", ".pre-commit-config.yaml"),
    *("Makefile", ".ci", ".github", "pyproject.toml", "schemathesis.toml", "Dockerfile", "docker-compose.yml"),
)
"""Folders and files that are read; those that do not exist are skipped."""
REFUSED: Final = re.compile(
    r"(?<![A-Za-z])(?:"
    r"(?:who|whom|what|which|where|whoso|whatso)(?:so)?ever|(?:no|some|every|any)body(?:'s)?"
    r"|so\s+(?:many|much|long|few|little|often)|however\s+(?:many|much|long|few|little|often|far)"
    r"|befall(?:s|en|ing)?|befell|lest|of\s+which\s+so|nothing\s+is\s+made\s+of|for\s+want\s+of|stands?\s+in\s+line"
    r"|what\s+(?:comes|came|becomes|became)\s+of|(?:comes|came|come)\s+of\s+(?:it|that|them)|of\s+themselves"
    r"|(?:is|are)\s+had"
    r")(?![A-Za-z])",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]*")
_TEXT_KINDS: Final = {".md", ".yaml", ".yml", ".toml", ".html", ".js", ".ts", ".css", ".example", ""}
_SKIPPED_NAMES: Final = {"__pycache__", "node_modules", "test-results", "results", "swagger-ui", "dejavu", "quirks.md"}
"""Results are records, packages of npm, Swagger UI and the font are not ours, and `quirks.md` quotes the vendors."""
_NAMING: Final = {f"tests/house/{name}.py" for name in ("dialect", "test_plain_words", "test_test_names")}
"""They name the words."""
_FINGERPRINTED: Final = {
    *(f"fixtures/{name}.yaml" for name in ("documented", "empty", "fault_parade", "town", "village")),
    "fixtures/catalogue/magic.yaml",
    "tests/vendors/cariqa/overstay.yaml",
}
"""Scenarios and the objects that they share: another text, even of a comment, is another scenario to a database.

The last one is among the recorded calls, whose answers show its operator.
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a file. Prose is what people read as sentences: comments, docstrings, and files that are no Python."""

    line: int
    text: str
    is_prose: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Refused words in a file."""

    line: int
    words: str
    is_prose: bool


def files() -> Iterator[Path]:
    """Every file that is read."""
    for place in PLACES:
        root = REPOSITORY / place
        for path in sorted([root] if root.is_file() else root.rglob("*")):
            parts = path.relative_to(REPOSITORY).parts
            is_skipped = _SKIPPED_NAMES & set(parts) or "/".join(parts) in _NAMING | _FINGERPRINTED
            if path.is_file() and not is_skipped and path.suffix in _TEXT_KINDS | {".py"}:
                yield path


def found_in(texts: list[Text]) -> list[Found]:
    """The refused words in the texts of a file."""
    return [
        Found(it.line + it.text.count("\n", 0, match.start()), " ".join(match[0].split()), it.is_prose)
        for it in texts
        for match in REFUSED.finditer(it.text)
    ]


def found_in_file(path: Path) -> list[Found]:
    """The refused words in a file. Python is taken apart only if they are in it somewhere."""
    if REFUSED.search(path.read_text("utf-8").replace("_", " ")) is None:
        return []
    return found_in(texts_of(path))


def texts_of(path: Path) -> list[Text]:
    """The texts of a file."""
    source = path.read_text("utf-8")
    return python_texts(source) if path.suffix == ".py" else [Text(1, source, is_prose=True)]


def python_texts(source: str) -> list[Text]:
    """The comments, strings and names of functions and classes of Python code."""
    tree = ast.parse(source)
    docstrings = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_string(node.value)}
    strings = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    texts = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or token.type in strings:
            is_prose = token.type == tokenize.COMMENT or token.start[0] in docstrings
            texts.append(Text(token.start[0], token.string, is_prose))
    names = [
        Text(node.lineno, node.name.replace("_", " "), is_prose=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    return [*texts, *names]


def word_count(texts: list[Text]) -> int:
    """The number of words of the prose."""
    return sum(len(_WORD.findall(it.text)) for it in texts if it.is_prose)


def folder_of(path: Path) -> str:
    """Where a file is counted: in `app/store` or `tests/laws`, in `bench`, or as itself."""
    parts = path.relative_to(REPOSITORY).parts
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _main() -> None:
    words, in_prose, elsewhere = Counter[str](), Counter[str](), Counter[str]()
    for path in files():
        texts, folder = texts_of(path), folder_of(path)
        words[folder] += word_count(texts)
        for it in found_in(texts):
            (in_prose if it.is_prose else elsewhere)[folder] += 1
            if "--list" in sys.argv:
                sys.stdout.write(f"{path.relative_to(REPOSITORY)}:{it.line}: {it.words}\n")
    sums = {"all": list(words)} | {top: [it for it in words if it.split("/")[0] == top] for top in ("app", "tests")}
    for name, folders in [*((it, [it]) for it in words), *sums.items()]:
        n, prose, other = (sum(counter[it] for it in folders) for counter in (words, in_prose, elsewhere))
        rate = 1000 * prose / n
        sys.stdout.write(f"{name:20} {prose:4} in {n:7,} words, {rate:5.1f} per 1,000; in messages and names {other}\n")


if __name__ == "__main__":
    _main()
