"""A server of another version is told from a world that is not valid."""

import pytest

from app.client import ControlClient, NotWattifError, World
from tests.serving.fake_server import WORLD, FakeServer, fake_server


@pytest.mark.parametrize("answer", [{}, WORLD, WORLD | {"urls": {}, "magic": {}, "expires_at": "soon"}])
def test_an_answer_of_another_form_is_an_error_of_its_own(answer: dict[str, object]) -> None:
    """A world without addresses, as Wattif 0.6 shows it, or with an instant that is none, is no world."""
    with (
        fake_server() as server,
        pytest.raises(NotWattifError, match="perhaps because the server is of another version"),
    ):
        answered(server, answer).create_world()


def test_a_member_that_is_new_is_ignored() -> None:
    """A world of a later server has more members, which `answer` keeps."""
    later = WORLD | {"urls": {}, "magic": {}, "journal": 7}
    with fake_server() as server:
        world = answered(server, later).create_world()

    assert isinstance(world, World)
    assert world.answer["journal"] == 7


def answered(server: FakeServer, body: dict[str, object]) -> ControlClient:
    """A client of a server that answers each request with the body."""
    server.answers(body, 201)
    return ControlClient(server.url)
