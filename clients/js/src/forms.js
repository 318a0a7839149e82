import { NotWattifError } from './errors.js';

/** What `read` makes of an answer. Throws NotWattifError if the answer has another form. */
export function form(read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const reason = "the server's answer has an unknown form, perhaps because the server is of another version";
    throw new NotWattifError(reason, { cause: error });
  }
}

/** The instant that an answer names. Throws TypeError if it is none. */
export function instantOf(text) {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) throw new TypeError(`${text} is no instant`);
  return instant;
}
