"""A part of an export has a longest length, which is checked before the part is read; blanks and rows have none."""

import json

import pytest

from app.archive import archives
from app.archive.json_reader import BadDocumentError, Reader, StoppedError
from app.main import VENDORS


def values(raw: bytes, chunk: int, longest: int = 64) -> list[object]:
    """The elements of a list, read in small steps."""
    reader = Reader(raw, longest=longest, chunk=chunk)
    found = [reader.value() for _ in reader.elements()]
    reader.end()
    return found


@pytest.mark.parametrize("chunk", [1, 7, 100, 10_000])
def test_document_is_read_the_same_in_steps_of_each_size(chunk: int) -> None:
    """Letters of several bytes, numbers, literals and escapes may stand at the end of a step."""
    document: list[object] = [1, -12.5e-3, None, True, "é€𝄞" * 3, {"a": ["\\", "\n", "\u2028"]}, [], "x" * 78] * 20
    for indent in (None, 3):
        for escaped in (True, False):
            raw = json.dumps(document, indent=indent, ensure_ascii=escaped).encode()
            assert values(raw, chunk, 80) == document
    assert values(b" " * 5_000 + b"[" + b"\n" * 5_000 + b"1]", chunk) == [1]
    assert values(b"\xef\xbb\xbf[1]", chunk) == [1]


@pytest.mark.parametrize("chunk", [1, 100, 10_000])
@pytest.mark.parametrize(
    "part",
    [
        '"' + "x" * 5_000 + '"',
        "[" + "0," * 5_000 + "0]",
        "[" * 30 + '"' + "é" * 5_000,
        '{"' + "k" * 5_000 + '": 1}',
        "1" * 100,
        "1" * 3_000 + "." + "1" * 3_000,
        '"' + "\\u0041" * 1_000 + '"',
        '{"a": tru' + " " * 5_000,
    ],
    ids=["string", "list", "nested", "name", "number", "fraction", "escapes", "open"],
)
def test_long_part_is_refused(part: str, chunk: int) -> None:
    """The refusal has the line at which the part begins and the bound, or the fault that comes before the bound."""
    raw = f"[1,\n2,\n{part}, 3]".encode()
    with pytest.raises(BadDocumentError) as refusal:
        values(raw, chunk)

    assert refusal.value.line == 3
    assert "longer than 64 characters" in str(refusal.value) or "not JSON" in str(refusal.value)


@pytest.mark.parametrize("chunk", [1, 5, 10_000])
@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        (b'["a",\n"b",\n\n c]', 4, "Expecting value (column 2)"),
        (b'["a",\n"b" "c"]', 2, "',' is expected (column 5)"),
        (b'["a",\n"\xff"]', 2, "this is not UTF-8 (column 2)"),
        (b'["a",\n"\xe2\x82', 2, "this is not UTF-8 (column 2)"),
        (b'["a"]\n]', 2, "Nothing more is expected (column 1)"),
    ],
)
def test_fault_has_its_line_in_steps_of_each_size(raw: bytes, line: int, reason: str, chunk: int) -> None:
    """Line and column count from the beginning of the document."""
    with pytest.raises(BadDocumentError) as refusal:
        values(raw, chunk)

    assert refusal.value.line == line
    assert reason in str(refusal.value)


@pytest.mark.parametrize("member", ["world", "wattif", "sessions", "notes"])
def test_export_with_a_huge_part_is_refused(member: str) -> None:
    """A member, an entry or the name of a member of megabytes is not read."""
    huge = "[[" + "0," * 1_000_000 + "0]]"
    raw = f'{{"wattif": "export", "version": 1,\n"{member}": {huge}}}'.encode()
    with pytest.raises(BadDocumentError, match="line 2: "):
        archives.read(raw, VENDORS)


def test_reading_stops_when_it_is_told_to() -> None:
    """The next part is not read."""
    answers = iter([False, True])
    reader = Reader(b"[1, 2]", lambda: next(answers))
    elements = reader.elements()
    next(elements)

    assert reader.value() == 1

    next(elements)
    with pytest.raises(StoppedError):
        reader.value()
