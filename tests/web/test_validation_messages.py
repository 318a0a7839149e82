"""Pydantic's validation errors become phrases about the value."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.web.validation_messages import faults, sentence


class Thing(BaseModel):
    """One field for each kind of fault."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    amount: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.5
    word: Annotated[str, Field(min_length=2, max_length=3, pattern="^[a-z]*$")] = "ab"
    kind: Literal["a", "b", "c"] = "a"
    flag: Annotated[bool, Field(strict=True)] = True
    own: str = ""
    filled: Annotated[str, Field(min_length=1)] = "x"
    id: UUID | None = None
    day: date | None = None

    @field_validator("own")
    @classmethod
    def _is_short(cls, own: str) -> str:
        if own:
            raise ValueError("must be empty")
        return own


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"number": 0}, "must be at least 1"),
        ({"number": 10}, "must be at most 9"),
        ({"number": "1"}, "must be a whole number"),
        ({"amount": 0}, "must be greater than 0"),
        ({"amount": 1}, "must be less than 1"),
        ({"amount": "x"}, "must be a number"),
        ({"amount": float("nan")}, "must be a finite number"),
        ({"word": 1}, "must be a string"),
        ({"word": "a"}, "must have at least 2 characters"),
        ({"word": "abcd"}, "must have at most 3 characters"),
        ({"word": "AB"}, "must match ^[a-z]*$"),
        ({"kind": "d"}, "must be 'a', 'b' or 'c'"),
        ({"flag": 1}, "must be true or false"),
        ({"colour": 1}, "is not known"),
        ({"own": "x"}, "must be empty"),
        ({"filled": ""}, "must not be empty"),
        ({"id": "x"}, "must be a UUID"),
        ({"id": 1}, "must be a UUID"),
        ({"day": "x"}, "must be a date such as 2026-03-04"),
        ({"day": "2026-13-01"}, "must be a date such as 2026-03-04"),
        ({"day": "2026-03-04T12:00:00"}, "must be a date without a time"),
        ([], "must be an object"),
    ],
)
def test_fault_is_described_by_a_phrase(given: Any, said: str) -> None:  # noqa: ANN401 - what a caller may send
    """The phrase has bounds and choices; a message of a model's own validator is unchanged."""
    with pytest.raises(ValidationError) as refused:
        Thing.model_validate(given)

    assert [sentence(error) for error in refused.value.errors()] == [said]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"type": "missing", "loc": ("query", "from"), "msg": "Field required"}, "query from is required."),
        (
            {"type": "date_type", "loc": ("query", "from"), "msg": "Input should be a valid date"},
            "query from: Input should be a valid date.",
        ),
        ({"type": "value_error", "loc": ("body",), "msg": "Value error, give one"}, "the body: give one."),
        ({"type": "limit", "loc": ("query", "limit"), "msg": "must be at most 9"}, "query limit must be at most 9."),
    ],
)
def test_faults_of_a_request_name_their_place(fault: dict[str, Any], said: str) -> None:
    """A phrase continues the name of the place; a sentence of its own follows a colon."""
    assert faults([fault]) == said
