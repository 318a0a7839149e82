"""What a database's driver says is shown without what only the operator may know."""

import psycopg

from app.store.database.postgres_failures import unavailable


def test_no_message_repeats_the_password() -> None:
    """What the driver says is shown without the password of the URL."""
    raised = unavailable(psycopg.OperationalError('invalid value "s3cret" in the URL'), password="s3cret")

    assert str(raised) == 'invalid value "***" in the URL'
    assert "s3cret" not in raised.reason
