"""An operator's logo is an SVG image that its name decides, and which no name can turn into anything else."""

import re
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.logo_drawing import colours, initials, svg
from app.web.file_links import logo_mark, logo_name, logo_path
from tests.conftest import Sandbox

NAMES: Final = ("Amsel Ladenetz", "Punkt Jaskółka", "Dobíjení Sýkora", "Töltő Gólya", "Łódź", "Ластівка", "充電", "W")
TITLE: Final = "{http://www.w3.org/2000/svg}title"


@pytest.mark.parametrize("name", NAMES)
def test_logo_is_an_image_with_the_name(untouched: Sandbox, name: str) -> None:
    """It is well-formed XML of the type of an SVG, and its title is the operator's name."""
    answer = untouched.client.get(logo_path(name))
    image = ET.fromstring(answer.content)  # noqa: S314 - made by this server

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert image.findtext(TITLE) == name
    assert untouched.client.get(logo_path(name)).content == answer.content


def test_logos_differ(untouched: Sandbox) -> None:
    """No two of the operators have the same logo."""
    drawn = [untouched.client.get(logo_path(name)).text for name in NAMES]
    without_texts = {re.sub(r"<(title|text).*?</\1>", "", each) for each in drawn}

    assert len(set(drawn)) == len(NAMES)
    assert len(without_texts) > len(NAMES) / 2


@pytest.mark.parametrize("name", ["-", "Amsel Ladenetz", "a--b", "-a", "<b>", "a/b", "x" * 81, "%00", "%FF"])
def test_other_paths_are_not_found(untouched: Sandbox, name: str) -> None:
    """A path that no operator's logo has is 404."""
    assert untouched.client.get(f"/_sandbox/files/logos/{name}.svg").status_code == 404


def test_operator_without_letters_has_a_logo(untouched: Sandbox) -> None:
    """A name of signs alone, or none, has the mark of any operator."""
    assert {logo_path(name) for name in ("", "-", "***")} == {"/_sandbox/files/logos/operator.svg"}
    assert untouched.client.get(logo_path("")).status_code == 200


@given(st.text())
def test_mark_of_a_mark_is_itself(name: str) -> None:
    """Any name has a mark that a path can carry, and whose logo is found."""
    mark = logo_mark(name)

    assert logo_mark(mark) == mark
    assert logo_name(mark) == logo_name(name)
    assert 1 <= len(mark) <= 80
    assert logo_path(name) == f"/_sandbox/files/logos/{quote(mark)}.svg"


@given(st.text(min_size=1))
def test_logo_of_any_mark_is_well_formed(name: str) -> None:
    """The image has one title and one text, for a name of any letters."""
    image = ET.fromstring(svg(logo_name(name)))  # noqa: S314 - made by this server

    assert [element.tag.rpartition("}")[2] for element in image] == ["title", "rect", "path", "path", "circle", "text"]


@given(st.text(min_size=1))
def test_initials_can_be_read(name: str) -> None:
    """White text has a contrast of at least 4.5 to 1 on the ground (WCAG 2.2, 1.4.3)."""
    assert 1.05 / (luminance(colours(name).ground) + 0.05) >= 4.5


def test_initials_are_those_of_the_outer_words() -> None:
    """The first letters of the first and the last word."""
    assert [initials(name) for name in ("Wren Charge", "Łódź Nova Energia", "Wattif")] == ["WC", "ŁE", "W"]


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
