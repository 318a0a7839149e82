"""Why a customer's session does not start, or does not stop, besides what is wrong with connector, vehicle and card."""

from .clock import millis
from .errors import Refusal, StationOfflineError


class StationUnreachableError(StationOfflineError):
    """No data comes from the station, because it is offline or silent."""


class AlreadyChargingError(Refusal):
    """The customer has an active session."""

    def __init__(self, customer: str, session: str) -> None:
        super().__init__(f"The user {customer} has an active session, {session}.")


class UnpaidDebtError(Refusal):
    """The customer has not paid for a session."""

    def __init__(self, customer: str, session: str) -> None:
        super().__init__(f"The user {customer} has a debt: the payment of the session {session} has failed.")


class BillingDataError(Refusal):
    """No invoice can be written to the customer; `sentence` says what is missing, or not usable."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UnconfirmedError(Refusal):
    """The operator of a connector does not confirm a start or a stop there."""

    def __init__(self, evse_id: str, until: int) -> None:
        super().__init__(f"The operator of {evse_id} confirms nothing until {millis(until)}.")


class UnexpectedFailureError(Refusal):
    """The failure that an event has announced; `support_code` is a UUID that names it."""

    def __init__(self, support_code: str) -> None:
        super().__init__(f"This failure was simulated by the event unexpected_error; its code is {support_code}.")
        self.support_code = support_code
