/** A call failed, or there is no server. The message is a sentence for people. */
export class ControlError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server refused the call: the message is its reason, `status` the HTTP status, `problem` the whole answer. */
export class RefusedError extends ControlError {
  constructor(status, problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }
}

/** The call was not sent, because an argument of it is not valid. */
export class UsageError extends ControlError {}

/** The server gave no complete answer. */
export class NoAnswerError extends ControlError {}

/** No server listens at the address, or it closed the connection. */
export class NotRunningError extends NoAnswerError {}

/** The server did not answer in time. It may still do what it was asked. */
export class TimedOutError extends NoAnswerError {}

/** Another server than Wattif answered. */
export class NotWattifError extends NoAnswerError {}

/** No server could be started. The message says what was tried, and what to install. */
export class NoServerError extends ControlError {}
