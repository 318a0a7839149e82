"""No text of the repository has one of the words that `tests/house/dialect.py` refuses."""

from collections import Counter

import pytest

from tests.house.dialect import REPOSITORY, Text, files, found_in, found_in_file, python_texts


def test_texts_have_no_refused_words() -> None:
    """`python -m tests.house.dialect --list` shows where they are."""
    found = Counter(path.relative_to(REPOSITORY).parts[0] for path in files() for _ in found_in_file(path))

    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "Whoever calls",
        "if nobody is there",
        "so many\nof them",
        "somebody's key",
        "However long it takes",
        "it befalls",
    ],
)
def test_the_search_finds_refused_words(text: str) -> None:
    """Refused words are found in any case, with an ending, and across the end of a line."""
    assert found_in([Text(1, text, is_prose=True)])


@pytest.mark.parametrize("text", ["the body of a request", "so that many", "However, it is long", "what became clear"])
def test_the_search_passes_plain_words(text: str) -> None:
    """Words that are only similar to refused ones are not found."""
    assert found_in([Text(1, text, is_prose=True)]) == []


def test_python_is_searched_where_people_read() -> None:
    """The search reads docstrings, comments, messages and names of functions, but no other code."""
    source = '"""Nobody."""\n\n\ndef is_nobody(so, many):  # whoever\n    return f"somebody {so}", so . many\n'

    found = [(it.line, it.words, it.is_prose) for it in found_in(python_texts(source))]

    assert sorted(found) == [(1, "Nobody", True), (4, "nobody", False), (4, "whoever", True), (5, "somebody", False)]
