"""Undoes a part of a change, whose rest is saved."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .world_transaction import WorldTransaction


@contextmanager
def undone_by(tx: WorldTransaction, *refusals: type[Exception]) -> Iterator[None]:
    """Undoes what the block writes if it raises one of these exceptions, and raises that again.

    After any other exception the whole change has to be undone, as it is if the exception leaves it.
    """
    driver: Any = tx.db.connection.driver_connection
    driver.execute("SAVEPOINT attempt")
    try:
        yield
    except refusals:
        driver.execute("ROLLBACK TO SAVEPOINT attempt")
        raise
    driver.execute("RELEASE SAVEPOINT attempt")
