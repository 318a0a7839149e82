"""A client secret names its intent, and only the world that made it knows it."""

from app.domain.client_secrets import client_secret, id_and_secret


def test_a_secret_says_the_id_of_its_intent() -> None:
    """An intent is found by its id alone, and by its secret."""
    secret = client_secret(1, "seti_A1")

    assert id_and_secret("seti_A1") == ("seti_A1", None)
    assert id_and_secret(secret) == ("seti_A1", secret)


def test_secrets_of_worlds_and_intents_differ() -> None:
    """Another seed, or another intent, has another secret."""
    assert len({client_secret(1, "pi_A1"), client_secret(2, "pi_A1"), client_secret(1, "pi_A2")}) == 3
