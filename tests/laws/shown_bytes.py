"""The bytes of everything that a world's vendors show, to be compared between worlds or databases."""

from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WorldClient
from tests.link_keys import without_link_keys


def shown(client: WorldClient, at: str | None = None) -> dict[str, bytes]:
    """The bodies of every page of every list, and of forty sessions of Charge, by path; without link keys."""
    answers = {}
    for path in (SESSIONS, RESERVATIONS, *(f"{SESSIONS}?status={status}" for status in ("active", "completed"))):
        following: str | None = f"{path}{'&' if '?' in path else '?'}limit=37"
        while following is not None:
            answers[following] = client.get(following, at)
            following = answers[following].json()["next_page_url"]
    sessions = [f"{SESSIONS}/{row['id']}" for row in client.rows(SESSIONS, at=at)[:40]]
    vehicles = [f"{path}?{ALL_DAYS}" for path in client.vehicle_paths]
    for path in (*sessions, *client.user_paths, *vehicles):
        answers[path] = client.get(path, at)

    assert {answer.status_code for answer in answers.values()} == {200}

    return {path: without_link_keys(answer.content) for path, answer in answers.items()}
