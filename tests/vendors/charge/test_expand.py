"""`expand` shows objects in place of their ids: in a retrieve, in each row of a list, and inside one another."""

from typing import Any, Final

import pytest

from app.vendors.charge import expand as expansion
from tests.conftest import Sandbox, on_sqlite
from tests.vendors.charge.conftest import PERMITS, permit_made
from tests.vendors.charge.pages import SESSIONS
from tests.vendors.charge.refusals import refusal

UNSUPPORTED: Final = (400, "unsupported_expand_value", "expand")


def test_object_stands_in_place_of_its_id(added: Sandbox) -> None:
    """The session is shown as its own retrieve shows it, and the other members stay."""
    session = added.start().json()
    made = permit_made(added, charging_session=session["id"])
    shown = expanded(added, made, "charging_session")

    assert shown == made | {"charging_session": added.charge(f"{SESSIONS}/{session['id']}").json()}


def test_lists_of_ids_and_inner_members_expand(added: Sandbox) -> None:
    """Each id of a list, and a member of a member, is expanded; the order of the list stays."""
    one, two = permit_made(added), permit_made(added)
    made = permit_made(added, beside=[two["id"], one["id"], two["id"]], under=one["id"])
    shown = expanded(added, made, "beside", "place.under")

    assert shown["beside"] == [two, one, two]
    assert shown["place"] == {"under": one}


def test_null_and_empty_lists_stay(added: Sandbox) -> None:
    """Where there is no id there is nothing to expand."""
    made = permit_made(added)

    assert expanded(added, made, "beside", "place.under", "charging_session") == made


def test_id_of_an_object_that_is_gone_stays(added: Sandbox) -> None:
    """A deleted or unknown object is not shown; its id is."""
    gone, there = permit_made(added), permit_made(added)
    added.client.delete(f"{PERMITS}/{gone['id']}", headers=added.charge_key()).raise_for_status()
    made = permit_made(added, beside=[gone["id"], there["id"]], under="permit_unknown", charging_session="cs_unknown")

    assert expanded(added, made, "beside", "place.under", "charging_session") == made | {"beside": [gone["id"], there]}


def test_paths_go_through_four_objects(added: Sandbox) -> None:
    """CHARGE-035: four objects stand in one another, and a path through a fifth is refused."""
    chain = [permit_made(added)]
    for _ in range(5):
        chain.append(permit_made(added, under=chain[-1]["id"]))
    shown = expanded(added, chain[-1], ".".join(["place.under"] * 4))

    for made in reversed(chain[1:]):
        if made is chain[1]:
            assert shown == made
            break
        assert {**shown, "place": made["place"]} == made
        shown = shown["place"]["under"]
    assert refusal(retrieve(added, chain[-1], ".".join(["place.under"] * 5))) == UNSUPPORTED


def test_paths_with_the_same_beginning_are_joined(added: Sandbox) -> None:
    """Two members inside the same object are both expanded there."""
    session = added.start().json()["id"]
    inner = permit_made(added, charging_session=session, under=permit_made(added)["id"])
    outer = permit_made(added, beside=[inner["id"]])
    (shown,) = expanded(added, outer, "beside.charging_session", "beside.place.under", "beside")["beside"]

    assert shown["charging_session"]["id"] == session
    assert shown["place"]["under"]["object"] == "parking_permit"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "vehicle",
        "towed_by",
        "colour",
        "place",
        "under",
        "beside.",
        ".beside",
        "beside.id",
        "data.beside",
        "bes ide",
    ],
)
def test_other_paths_are_refused(added: Sandbox, path: str) -> None:
    """A member that is no reference, or names what Wattif does not have, is unsupported in a retrieve and in a list."""
    made = permit_made(added)

    assert refusal(retrieve(added, made, path)) == UNSUPPORTED
    assert refusal(added.charge(PERMITS, expand=path)) == UNSUPPORTED


@pytest.mark.parametrize(
    "query", ["expand[]={0}&expand[]={1}", "expand[0]={0}&expand[1]={1}", "expand={0}&expand[]={1}"]
)
def test_names_of_earlier_pages_are_taken(added: Sandbox, query: str) -> None:
    """CHARGE-033: the three names do the same, in a retrieve and in a list, and links repeat them as they were."""
    made = permit_made(added, beside=[permit_made(added)["id"]])
    written = query.format("beside", "place.under")
    shown = added.client.get(f"{PERMITS}?{written}&limit=1", headers=added.charge_key()).json()
    link = shown["next_page_url"]

    assert shown["data"] == [expanded(added, made, "beside", "place.under")]
    assert f"&{written}&limit=1".replace("[", "%5B").replace("]", "%5D") in link
    assert added.client.get(link, headers=added.charge_key()).status_code == 200


@pytest.mark.parametrize(
    "name", ["expand[a]", "expand[-1]", "expand[00000]", "expands", "expand[", "expand[]x", "Expand"]
)
def test_similar_names_are_unknown_parameters(added: Sandbox, name: str) -> None:
    """A name that only resembles `expand` is refused as any other."""
    assert refusal(added.charge(PERMITS, **{name: "beside"})) == (400, None, name)


def test_writes_expand_nothing(added: Sandbox) -> None:
    """A POST with `expand` in its query is refused, and with `expand` in its body too."""
    headers = added.charge_key()
    in_query = added.client.post(f"{PERMITS}?expand=beside", json={"vehicle": "veh_1"}, headers=headers)
    in_body = added.client.post(PERMITS, json={"vehicle": "veh_1", "expand": ["beside"]}, headers=headers)

    assert refusal(in_query) == UNSUPPORTED
    assert refusal(in_body) == (400, "parking_permit_invalid_input", "expand")


def test_page_token_may_be_used_with_another_expand(added: Sandbox) -> None:
    """`expand` is no filter: the next page may be asked for without it."""
    made = [permit_made(added) for _ in range(2)]
    link = added.charge(PERMITS, expand="beside", limit=1).json()["next_page_url"]

    assert added.client.get(link.replace("&expand=beside", ""), headers=added.charge_key()).json()["data"] == made[:1]


@on_sqlite
@pytest.mark.parametrize(
    ("paths", "statements"),
    [(("beside",), 2), (("beside", "place.under"), 3), (("beside.beside", "beside.place.under"), 4)],
)
def test_each_path_costs_one_statement(
    added: Sandbox, read_statements: list[str], paths: tuple[str, ...], statements: int
) -> None:
    """A page of ten rows needs one statement for each step of a path, all in one transaction."""
    row = [permit_made(added)["id"] for _ in range(20)]
    rows = [permit_made(added, beside=row, under=row[0])["id"] for _ in range(10)]
    tops = [permit_made(added, beside=rows, under=rows[0])["id"] for _ in range(10)]
    read_statements.clear()
    page = added.charge(PERMITS, expand=list(paths), limit=10)

    assert [each["id"] for each in page.json()["data"]] == tops[::-1]
    assert (read_statements[0], read_statements[-1]) == ("BEGIN", "COMMIT")
    assert len(read_statements) == statements + 2


@on_sqlite
@pytest.mark.parametrize(
    "path", [PERMITS, SESSIONS, "/v1/reservations", f"{PERMITS}/{{permit}}", f"{SESSIONS}/{{session}}"]
)
def test_reads_without_expand_are_one_statement(added: Sandbox, read_statements: list[str], path: str) -> None:
    """A list or a retrieve without `expand` is one statement, without a transaction around it."""
    named = {"permit": permit_made(added)["id"], "session": added.start().json()["id"]}
    read_statements.clear()

    assert added.charge(path.format(**named)).status_code == 200
    assert [statement.split()[0] for statement in read_statements] == ["SELECT"]


@on_sqlite
def test_answers_do_not_grow_without_bounds(added: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of ids inside lists of ids multiply; an answer with too many objects is refused."""
    monkeypatch.setattr(expansion, "_MOST_PLACED", 110)
    row = [permit_made(added)["id"] for _ in range(10)]
    rows = [permit_made(added, beside=row)["id"] for _ in range(10)]
    top = permit_made(added, beside=rows)

    assert retrieve(added, top, "beside.beside").status_code == 200
    assert refusal(retrieve(added, permit_made(added, beside=[*rows, rows[0]]), "beside.beside")) == (
        400,
        None,
        "expand",
    )


def retrieve(sandbox: Sandbox, made: dict[str, Any], *paths: str) -> Any:  # noqa: ANN401 - the client's answer
    """A permit, with paths to expand."""
    return sandbox.charge(f"{PERMITS}/{made['id']}", expand=list(paths))


def expanded(sandbox: Sandbox, made: dict[str, Any], *paths: str) -> dict[str, Any]:
    """A permit with paths expanded, after a check that a list shows it alike."""
    answer = retrieve(sandbox, made, *paths)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    listed = sandbox.charge(PERMITS, expand=list(paths), limit=100).json()["data"]
    assert [each for each in listed if each["id"] == made["id"]] == [shown]
    return shown


@pytest.fixture
def read_statements(added: Sandbox) -> list[str]:
    """The statements by which the sandbox has read its database, as SQLite ran them."""
    run: list[str] = []
    reading: Any = added.client.app.state.context.directory.database  # type: ignore[attr-defined]
    reading._reading.set_trace_callback(run.append)  # noqa: SLF001 - SQLite's own connection
    return run


def test_refusal_names_the_kind_of_object(untouched: Sandbox) -> None:
    """The message is a sentence with the right article, and says what can be expanded."""
    said = untouched.charge("/v1/invoices", expand="fleet").json()["message"]

    assert said == "An invoice expands nothing; not 'fleet'."
