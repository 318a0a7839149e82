"""A POST with an `Idempotency-Key` is done once, and answered with the same bytes for 24 hours of the world's clock."""

from collections.abc import Callable
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world
from tests.vendors.charge.conftest import PERMITS, permit
from tests.vendors.charge.pages import SESSIONS, every, ids, order
from tests.vendors.charge.refusals import refusal

HEADER: Final = "Idempotency-Key"
KEY: Final = "5cf66d3e-8f65-4f18-a0ce-3a4972c2a1ee"


def test_same_request_is_done_once(sandbox: Sandbox) -> None:
    """The second answer has the bytes of the first, and there is one session more than before."""
    before = len(every(sandbox))
    first, second = start(sandbox), start(sandbox)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert len(every(sandbox)) == before + 1


def test_answer_stays_when_the_object_has_changed(sandbox: Sandbox) -> None:
    """The answer shows the session as it was made, although it is over by then."""
    first = start(sandbox)
    sandbox.advance("PT10H")

    assert start(sandbox).content == first.content
    assert sandbox.charge(f"{SESSIONS}/{first.json()['id']}").json()["status"] != "active"


def test_order_of_names_does_not_matter(sandbox: Sandbox) -> None:
    """Two bodies with the same members are the same request."""
    body = order(sandbox)

    assert start(sandbox, body=body).content == start(sandbox, body=dict(reversed(body.items()))).content


def test_refusal_is_kept(sandbox: Sandbox) -> None:
    """A refusal is repeated, with the id of the first request, although the connector would be free by now."""
    running = sandbox.start().json()["id"]
    first = start(sandbox)
    sandbox.end(running)
    sandbox.advance("PT1H")

    assert refusal(first) == (409, "charging_session_conflict", "connector")
    assert start(sandbox).content == first.content
    assert start(sandbox, key="another").status_code == 200


def test_refused_action_leaves_nothing(added: Sandbox) -> None:
    """What an action saved before it was refused is not there, and its refusal is."""
    first = permit(added, KEY, vehicle="veh_towed")
    second = permit(added, KEY, vehicle="veh_towed")

    assert refusal(first) == (409, "parking_permit_conflict", None)
    assert second.content == first.content
    assert added.charge(PERMITS).json()["data"] == []


def test_unknown_ids_are_kept(sandbox: Sandbox) -> None:
    """A session that does not exist is a refusal like any other."""
    ended = [sandbox.client.post(f"{SESSIONS}/cs_unknown/end", headers=_headers(sandbox, KEY)) for _ in range(2)]

    assert refusal(ended[0]) == (404, "charging_session_not_found", "charging_session")
    assert ended[0].content == ended[1].content


def test_other_request_is_refused(sandbox: Sandbox) -> None:
    """Another body, or the same body elsewhere, is not answered with what the key keeps."""
    made = start(sandbox).json()["id"]
    other_body = start(sandbox, body=order(sandbox) | {"session_limit": 1000})
    other_path = sandbox.client.post(f"{SESSIONS}/{made}/end", headers=_headers(sandbox, KEY))

    assert refusal(other_body) == (400, None, HEADER)
    assert refusal(other_path) == (400, None, HEADER)
    assert sandbox.charge(f"{SESSIONS}/{made}").json()["status"] == "active"


def test_malformed_request_is_not_kept(sandbox: Sandbox) -> None:
    """A body that is not valid, or a wrong secret key, leaves the idempotency key unused."""
    wrong = start(sandbox, body={"driver": "drv_1"})
    unknown = sandbox.client.post(
        SESSIONS, json=order(sandbox), headers={HEADER: KEY, "Authorization": "Bearer ch_sk_test_unknown"}
    )

    assert (wrong.status_code, unknown.status_code) == (400, 401)
    assert start(sandbox).status_code == 200


def test_key_is_new_after_a_day(sandbox: Sandbox) -> None:
    """CHARGE-034: until 24 hours have passed the answer is repeated; then the key does something else."""
    start(sandbox, body=order(sandbox) | {"vehicle": "unknown"})
    sandbox.advance("PT23H59M59.999S")
    before = start(sandbox)
    sandbox.advance("PT0.001S")
    after = start(sandbox)

    assert refusal(before) == (400, None, HEADER)
    assert after.status_code == 200
    assert start(sandbox).content == after.content


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 256, "a\tb"])
def test_malformed_keys_are_refused(sandbox: Sandbox, key: str) -> None:
    """A key has 1 to 255 printable ASCII characters; nothing is done under another one."""
    answer = sandbox.client.post(SESSIONS, json=order(sandbox), headers=_headers(sandbox, key.encode()))

    assert refusal(answer) == (400, None, HEADER)
    assert sandbox.start().status_code == 200


@pytest.mark.parametrize("key", ["x" * 255, "~ !", "0"])
def test_any_printable_text_is_a_key(sandbox: Sandbox, key: str) -> None:
    """The longest key, blanks inside, and a single character are taken."""
    assert start(sandbox, key=key).content == start(sandbox, key=key).content


def test_only_a_post_has_a_key(added: Sandbox) -> None:
    """A DELETE is done each time, and a GET reads each time, also with the header."""
    made = permit(added, KEY).json()["id"]
    headers = _headers(added, KEY)
    deleted = [added.client.delete(f"{PERMITS}/{made}", headers=headers).status_code for _ in range(2)]

    assert deleted == [200, 404]
    assert added.client.get(PERMITS, headers=headers).json()["data"] == []


def test_worlds_have_their_own_keys(sandbox: Sandbox) -> None:
    """The same key in another world is another request."""
    here, there = start(sandbox), start(sandbox, world="documented")

    assert (here.status_code, there.status_code) == (200, 200)
    assert here.json()["id"] != there.json()["id"]


@pytest.mark.own_server
def test_copies_know_the_keys_of_their_origin(sandbox: Sandbox) -> None:
    """A fork and an import repeat the answers that were kept before they were made."""
    first = start(sandbox)
    create_world(sandbox, name="forked", fork="default")
    archive = sandbox.client.get(f"{WORLDS}/default/export").json()
    answer = sandbox.client.post(f"{WORLDS}/import", params={"name": "imported"}, json=archive)
    assert answer.status_code == 201, answer.text

    assert start(sandbox, world="forked").content == first.content
    assert start(sandbox, world="imported").content == first.content


def test_reset_forgets_keys(sandbox: Sandbox) -> None:
    """After a reset the key does what it did the first time."""
    first = start(sandbox)
    sandbox.client.post("/_sandbox/v1/worlds/default/reset").raise_for_status()
    again = start(sandbox)

    assert again.status_code == 200
    assert ids(every(sandbox)).count(again.json()["id"]) == 1
    assert first.status_code == 200


@pytest.mark.own_server
def test_answers_are_removed_when_they_are_old(sandbox: Sandbox) -> None:
    """Ten answers that are no longer repeated go with each that is kept, so that they do not pile up."""
    for n in range(12):
        start(sandbox, key=f"old-{n}")
    sandbox.advance("PT24H0.001S")
    left = []
    for n in range(2):
        start(sandbox, key=f"new-{n}")
        left.append(sandbox.kept.rows("SELECT count(*) FROM document WHERE kind = 'idempotency_key'")[0][0])

    assert left == [3, 2]


def test_full_world_keeps_no_answer(open_sandbox: Callable[..., Sandbox]) -> None:
    """CHARGE-030: a key counts as an object; where there is no room for it, nothing is done."""
    sandbox = open_sandbox(max_rows=1)
    session = sandbox.start().json()["id"]
    ended = sandbox.client.post(f"{SESSIONS}/{session}/end", headers=_headers(sandbox, KEY))

    assert refusal(ended) == (409, None, None)
    assert sandbox.end(session).status_code == 200


def start(
    sandbox: Sandbox, *, world: str = "default", key: str = KEY, body: dict[str, Any] | None = None
) -> httpx2.Response:
    """A POST that starts a session, with a key."""
    content = order(sandbox, world) if body is None else body
    return sandbox.client.post(SESSIONS, json=content, headers=_headers(sandbox, key, world))


def _headers(sandbox: Sandbox, key: str | bytes, world: str = "default") -> dict[str, Any]:
    return sandbox.charge_key(world) | {HEADER: key}
