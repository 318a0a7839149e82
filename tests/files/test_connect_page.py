"""The pages that stand in for a sign-in open by their link alone, load nothing, and lead where they should."""

from html.parser import HTMLParser

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import UNKNOWN, good, lose_link, new_user, onboarding, path_of, vehicle_path

_HOSTILE = "https://portal.example/?a='\"><script>alert(1)</script>"


class _Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag == name]


def test_page_shows_own_cars_and_models(sandbox: Sandbox) -> None:
    """The user's car is chosen first, and models of all kinds of devices follow."""
    page = sandbox.client.get(path_of(onboarding(sandbox)["authentication_url"])).text
    choices = _Tags(page).of("input")

    assert choices[0]["value"] == sandbox.world()["credentials"]["podero"]["electric_vehicle_id"]
    assert [("checked" in each) for each in choices] == [True, *[False] * (len(choices) - 1)]
    assert {"ev-0", "hp-0", "iv-0", "wb-0"} <= {each["value"] for each in choices}


def test_page_loads_nothing(sandbox: Sandbox) -> None:
    """There is no script, image or style sheet on it, and its policy allows none."""
    answer = sandbox.client.get(path_of(onboarding(sandbox)["authentication_url"]))
    tags = {tag for tag, _ in _Tags(answer.text).found}

    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert tags & {"script", "img", "link", "iframe", "object"} == set()


def test_texts_of_callers_are_escaped(sandbox: Sandbox) -> None:
    """Markup in a name or an address is shown as it stands, and is no part of the page."""
    user = new_user(sandbox, first_name="<script>alert(1)</script>", last_name="'\"&")
    page = sandbox.client.get(
        path_of(onboarding(sandbox, user_id=user["id"], cancel_url=_HOSTILE)["authentication_url"])
    ).text

    assert _Tags(page).of("script") == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert [each["href"] for each in _Tags(page).of("a")] == [_HOSTILE]


@pytest.mark.parametrize("form", [b"", b"device=", b"device=ev-999", b"device=%00", b"colour=red", b"\xff"])
def test_choice_that_is_not_offered_is_refused(sandbox: Sandbox, form: bytes) -> None:
    """A form without a choice of the page is 400, and links nothing."""
    made = onboarding(sandbox)
    answer = sandbox.client.post(path_of(made["authentication_url"]), content=form)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert len(good(sandbox, "GET", vehicle_path(sandbox).rpartition("/")[0])) == 1


def test_form_that_is_too_large_is_refused(sandbox: Sandbox) -> None:
    """More than some kilobytes are not read."""
    answer = sandbox.client.post(path_of(onboarding(sandbox)["authentication_url"]), content=b"device=" + b"a" * 5000)

    assert answer.status_code == 413


def test_links_of_others_open_nothing(sandbox: Sandbox) -> None:
    """A link with another world's key, an unknown session, or what no id looks like, is 404."""
    path = path_of(onboarding(sandbox)["authentication_url"])
    other = path_of(onboarding(sandbox, world="documented")["authentication_url"])
    key, other_key = path.split("/")[3], other.split("/")[3]
    paths = [
        path.replace(key, other_key),
        path.replace(key, "A" * 24),
        path.rpartition("/")[0] + f"/{UNKNOWN}",
        path + "%00",
        path.replace("onboarding", "cues"),
    ]
    answers = [sandbox.client.get(each) for each in paths]
    answers += [sandbox.client.post(each, content=b"device=ev-0") for each in paths[:-1]]

    assert [each.status_code for each in answers] == [404] * len(answers)


def test_page_for_signing_in_again_leads_to_both_addresses(sandbox: Sandbox) -> None:
    """It opens while the action is active, and changes nothing itself."""
    lose_link(sandbox, sandbox.world()["credentials"]["podero"]["electric_vehicle_id"])
    [action] = good(sandbox, "GET", vehicle_path(sandbox))["actions"]
    url = path_of(action["resolution_link"]["url"])
    body = {"successUrl": "https://portal.example/ok", "cancelUrl": _HOSTILE}
    path = path_of(sandbox.client.post(url, json=body).json()["redirect_url"])
    page = sandbox.client.get(path)
    sandbox.client.post(url.replace("/resolve", "/state"), json={"state": "fail"})

    assert [each["href"] for each in _Tags(page.text).of("a")] == list(body.values())
    assert _Tags(page.text).of("script") == []
    assert sandbox.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("form", "status"),
    [("&" * 20, 400), ("device", 400), ("device=%ff", 400), ("%", 400), ("device=ev-0" + "&a=" * 20, 303)],
)
def test_odd_form_is_no_fault_of_the_server(sandbox: Sandbox, form: str, status: int) -> None:
    """A form that names no device is refused, and members that the page does not have are ignored."""
    path = path_of(onboarding(sandbox)["authentication_url"])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = sandbox.client.post(path, content=form, headers=headers, follow_redirects=False)

    assert answer.status_code == status
