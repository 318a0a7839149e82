"""A server of another version is told from a world that is not valid."""

import pytest

from app.client import ControlClient, NoAnswerError, NotWattifError, World
from tests.serving.fake_server import WORLD, FakeServer, fake_server


@pytest.mark.parametrize("answer", [{}, WORLD, WORLD | {"urls": {}, "magic": {}, "expires_at": "soon"}])
def test_an_answer_of_another_form_is_an_error_of_its_own(answer: dict[str, object]) -> None:
    """A world without addresses, as Wattif 0.6 shows it, or with an instant that is none, is no world."""
    with (
        fake_server() as server,
        pytest.raises(NotWattifError, match="perhaps because the server is of another version"),
    ):
        answered(server, answer).create_world()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
        b"SSH-2.0-OpenSSH_9.6\r\n" + b"x" * 5_000,
        b"HTTP/1.1 200 " + b"x" * 5_000 + b"\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["endless length", "endless chunk", "another protocol", "long reason"],
)
def test_an_answer_of_no_form_is_an_error_of_one_line(answer: bytes) -> None:
    """A server of another kind may announce more than fits in memory, or send long lines, which are shortened."""
    with fake_server() as server:
        server.reply = answer
        with pytest.raises(NoAnswerError, match=r"^[^\n]{20,400}$"):
            ControlClient(server.url).health()


def test_an_instant_out_of_range_is_an_answer_of_another_form() -> None:
    """Midnight of the first day, east of Greenwich, is before the first year in UTC."""
    early = WORLD | {"urls": {}, "magic": {}, "expires_at": "0001-01-01T00:00:00+14:00"}
    with fake_server() as server, pytest.raises(NotWattifError, match="unknown form"):
        answered(server, early).create_world()


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
