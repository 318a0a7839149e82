"""JSON that scenarios and exports write for vendors: the details of people and things, and the bodies of documents."""

from collections.abc import Iterator
from typing import Final

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from . import messages
from .parts import Location
from .terms import Terms

MEMBERS: Final = "members"
"""The kind of the details of users with an organisation; `users` is that of the others."""


class Members(BaseModel):
    """Members of JSON that is kept, of these very types."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, defer_build=True)


def faults(
    vendors: tuple[Terms, ...], kind: str, text: str, *, document: tuple[str, str] | None = None
) -> Iterator[tuple[Location, str]]:
    """The first fault of the JSON of an object of that kind, if there is one, with the steps that lead to it.

    `document` has the vendor of a document and what the document is in its words. Each vendor says which members have
    which types; it does so for the details of people and things that it shows.
    """
    for vendor in vendors:
        forms = vendor.stored_forms()
        is_asked = document is None or document[0] == vendor.name
        form = forms.get(kind if document is None else f"{kind}.{document[1]}") if is_asked else None
        if form is None:
            continue
        try:
            form.model_validate(orjson.loads(text))
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            yield fault["loc"], messages.reason(fault)
            return
