"""Bodies are JSON, forms or several parts, and what is wrong with them is told in the framework's words."""

import json
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import answered, call, fault, new_user

pytestmark = [pytest.mark.own_server, pytest.mark.one_database]

_JSON: Final = {"Content-Type": "application/json"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_PARTS: Final = {"Content-Type": "multipart/form-data; boundary=b"}
_CHOICE: Final = "is not a valid choice."
_ADDRESS: Final = {"line1": "Berliner Str. 123", "postal_code": "10119"}
_PART: Final = b'--b\r\nContent-Disposition: form-data; name="locale"\r\n\r\n%b\r\n--b--\r\n'


def test_cariqa_024_error_has_a_type_where_it_is_documented(sandbox: Sandbox) -> None:
    """CARIQA-024: a 400 for a field has `error`; 404, 415 and a bad instant have `detail` only."""
    typed = call(sandbox, "POST", "", json={"locale": "fr"})
    plain = [
        call(sandbox, "GET", "unknown/"),
        call(sandbox, "POST", "", content=b"x", headers={"Content-Type": "text/plain"}),
        call(sandbox, "POST", "", at="2026-03-04T12:00:00Z"),
    ]

    assert list(typed.json()) == ["detail", "error"]
    assert [(answer.status_code, list(answer.json())) for answer in plain] == [
        (404, ["detail"]),
        (415, ["detail"]),
        (400, ["detail"]),
    ]
    assert plain[1].json()["detail"] == 'Unsupported media type "text/plain" in request.'


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"email": "user"}, "email: Enter a valid email address."),
        ({"email": "user@localhost"}, "email: Enter a valid email address."),
        ({"email": ""}, "email: This field may not be blank."),
        ({"email": True}, "email: Not a valid string."),
        ({"email": f"{'a' * 250}@example.com"}, "email: Ensure this field has no more than 254 characters."),
        ({"locale": "fr"}, f'locale: "fr" {_CHOICE}'),
        ({"locale": None}, "locale: This field may not be null."),
        ({"locale": "fr", "email": "x"}, "email: Enter a valid email address."),
        ({"custom_properties": "x"}, "custom_properties: Invalid data. Expected a dictionary, but got str."),
        ({"custom_properties": {"external_id": []}}, "custom_properties.external_id: Not a valid string."),
        ({"custom_properties": {"external_id": " "}}, "custom_properties.external_id: This field may not be blank."),
        (
            {"custom_properties": {"external_id": "x" * 251}},
            "custom_properties.external_id: Ensure this field has no more than 250 characters.",
        ),
        (
            {"custom_properties": {"external_id": "a\0b"}},
            "custom_properties.external_id: Null characters are not allowed.",
        ),
        ([], "non_field_errors: Invalid data. Expected a dictionary, but got list."),
        (None, "non_field_errors: Invalid data. Expected a dictionary, but got null."),
    ],
)
def test_cariqa_025_first_fault_is_told_in_the_words_of_the_framework(
    untouched: Sandbox, body: object, details: str
) -> None:
    """CARIQA-025: `<field>: <message>`, for the first fault in the order of the fields."""
    answer = call(untouched, "POST", "", content=json.dumps(body), headers=_JSON)

    assert answer.json()["detail"] == "Validation Error"
    assert fault(answer) == (400, "validation_error", details)


def test_cariqa_027_body_is_json_or_a_form_or_multipart(sandbox: Sandbox) -> None:
    """CARIQA-027: the same user in all three media types; members of an object have a dot in a form."""
    fields = {"email": "user@example.com", "locale": "de", "custom_properties.external_id": "abc"}
    sent: list[dict[str, Any]] = [
        {"json": {"email": "user@example.com", "locale": "de", "custom_properties": {"external_id": "abc"}}},
        {"data": fields},
        {"files": {name: (None, value) for name, value in fields.items()}},
    ]

    made = [answered(sandbox, "POST", "", **each) for each in sent]

    assert [each | {"id": ""} for each in made] == [made[0] | {"id": ""}] * 3
    assert made[0]["custom_properties"] == {"external_id": "abc"}


@pytest.mark.parametrize("headers", [_JSON, _FORM, _PARTS, {}])
def test_cariqa_027_empty_body_has_no_members(sandbox: Sandbox, headers: dict[str, str]) -> None:
    """CARIQA-027: with any media type, or none."""
    assert answered(sandbox, "POST", "", headers=headers)["locale"] == "en"


def test_cariqa_027_blank_of_a_form_is_null(sandbox: Sandbox) -> None:
    """CARIQA-027: where a field may be null and not blank; of a field that is there twice the last counts."""
    user = new_user(sandbox, email="user@example.com")
    changed = answered(sandbox, "PATCH", f"{user}/", content=b"email=&locale=de&locale=en", headers=_FORM)

    assert changed == {"id": user, "email": None, "locale": "en", "custom_properties": None}


def test_unknown_members_are_ignored_and_numbers_are_texts(sandbox: Sandbox) -> None:
    """As the framework does it; a text loses the blanks around it."""
    made = answered(sandbox, "POST", "", json={"id": "mine", "colour": 1, "custom_properties": {"external_id": 7}})
    trimmed = answered(sandbox, "PATCH", f"{made['id']}/", json={"email": "  user@example.com "})

    assert made["id"] != "mine"
    assert made["custom_properties"] == {"external_id": "7"}
    assert trimmed["email"] == "user@example.com"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", _JSON, 400),
        (b"\xff", _JSON, 400),
        (b'"\\ud800"', _JSON, 400),
        (b"&".join(b"a%d=1" % n for n in range(1001)), _FORM, 400),
        (b"locale=%ff", _FORM, 400),
        (b"--x--", {"Content-Type": "multipart/form-data"}, 400),
        (b"no parts", _PARTS, 400),
        (_PART % b"fr", _PARTS, 400),
        (_PART.replace(b'"locale"', b'"locale"; filename="a"') % b"en", _PARTS, 400),
        (_PART % rb"\ud800", {"Content-Type": "multipart/form-data; boundary=b; charset=unicode_escape"}, 400),
        (_PART % b"en", {"Content-Type": "multipart/form-data; boundary=b; charset=undefined"}, 400),
        (b"x", {"Content-Type": "text/plain"}, 415),
        (b"x", {}, 415),
        (b" " * ((1 << 20) + 1), _JSON, 413),
    ],
)
def test_bad_bodies_are_refused(untouched: Sandbox, content: bytes, headers: dict[str, str], status: int) -> None:
    """Each with a status of its own, and never with a fault of the server."""
    answer = call(untouched, "POST", "", content=content, headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


def test_body_where_none_is_documented_is_ignored(sandbox: Sandbox) -> None:
    """CARIQA-027: a body of any kind does not matter to an operation that takes none."""
    user = new_user(sandbox)
    for content in (b"", b"{", b"x"):
        answer = call(sandbox, "POST", f"{user}/payment-methods/pm_unknown/default/", content=content, headers=_JSON)
        assert answer.status_code == 404


def test_address_may_have_blanks_where_the_client_sends_them(sandbox: Sandbox) -> None:
    """Cariqa's own client sends blanks for a company, in a form too."""
    user, blanks = new_user(sandbox), {"company_name": "", "vat_id": "", "tax_id": ""}
    for sent in ({"json": _ADDRESS | blanks}, {"data": _ADDRESS | blanks}):
        shown = answered(sandbox, "PUT", f"{user}/billing-details/", **sent)
        assert {name: shown[name] for name in blanks} == blanks
