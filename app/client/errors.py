"""How a command fails: each way has its exit code, and the message is a sentence for people."""


class FailedError(Exception):
    """What ends a command before it has done what it was asked."""

    exit_code = 1


class RefusedError(FailedError):
    """The server has refused; the message is its reason."""


class MisusedError(FailedError):
    """What was asked makes no sense, or names a file that cannot be used; the server has not been told."""

    exit_code = 2


class NoAnswerError(FailedError):
    """Nobody has answered, or somebody who is no Wattif."""

    exit_code = 3
