"""All of Charge's resources take texts, whole numbers and ids in the same way, and no other parameter."""

from collections.abc import Iterator
from typing import Annotated, Final

import pytest
from pydantic import Field, ValidationError

from app.vendors.charge.inputs import Input, Text, Whole, given
from app.web import openapi
from tests.conftest import Sandbox
from tests.vendors.charge.refusals import refusal

pytestmark = pytest.mark.one_database


class Note(Input):
    """A body with a text and a number."""

    text: Text | None = None
    number: Annotated[Whole, Field(ge=1, le=100)] | None = None


class Name(Input):
    """A body with a text that has to be there."""

    text: Text


def _reads() -> Iterator[str]:
    """The path of each GET of the contract, with ids that no object has."""
    for path, item in openapi.contract("charge")["paths"].items():
        if "get" in item:
            steps = (f"{step.strip('{}')}_0" if step.startswith("{") else step for step in path.split("/"))
            yield "/".join(steps)


READS: Final = tuple(_reads())


@pytest.mark.parametrize("text", ["", "\0", "x" * 501, 1, None, ["a"]])
def test_texts_are_bounded(text: object) -> None:
    """CHARGE-037: no empty text, none that a database cannot store, and none that is very long."""
    with pytest.raises(ValidationError):
        Name.model_validate({"text": text})


@pytest.mark.parametrize("text", ["x", "ü\n\t", "x" * 500])
def test_other_texts_are_taken(text: str) -> None:
    """A text is returned as it was sent."""
    assert Name.model_validate({"text": text}).text == text


@pytest.mark.parametrize("number", [True, "1", 1.5, 0, 101, 1e300])
def test_other_numbers_are_refused(number: object) -> None:
    """A whole number is no text, no truth value and no fraction, and lies within its bounds."""
    with pytest.raises(ValidationError):
        Note.model_validate({"number": number})


def test_whole_numbers_may_have_a_point() -> None:
    """JSON does not tell 82.0 from 82."""
    number = Note.model_validate({"number": 82.0}).number

    assert (number, type(number)) == (82, int)


def test_given_fields_are_those_that_were_sent() -> None:
    """A field that was sent as null is given, and one that was not sent is not."""
    assert given(Note.model_validate({"text": None})) == {"text": None}
    assert given(Note.model_validate({})) == {}


@pytest.mark.parametrize("path", READS)
def test_reads_refuse_other_parameters(untouched: Sandbox, path: str) -> None:
    """Every GET names a parameter that it does not have, and one that is given twice."""
    twice = untouched.client.get(f"{path}?colour=red&colour=blue", headers=untouched.charge_key())

    assert refusal(untouched.charge(path, colour="red")) == (400, None, "colour")
    assert refusal(twice) == (400, None, "colour")


@pytest.mark.parametrize("path", READS)
def test_reads_refuse_what_they_cannot_expand(untouched: Sandbox, path: str) -> None:
    """Every GET takes `expand`, and names it if the object has no such member."""
    assert refusal(untouched.charge(path, expand=["colour"])) == (400, "unsupported_expand_value", "expand")


@pytest.mark.parametrize("path", [path for path in READS if path.endswith("_0")])
@pytest.mark.parametrize("written", ["%00", "a%20b", "%E4%B8%80", "x" * 256])
def test_impossible_ids_are_unknown(untouched: Sandbox, path: str, written: str) -> None:
    """CHARGE-010: what no database could look up is 404 with the code of the resource."""
    kind = path.rpartition("/")[2].removesuffix("_0")
    answer = untouched.charge(path.replace(f"{kind}_0", written))

    assert refusal(answer) == (404, f"{kind}_not_found", kind)
