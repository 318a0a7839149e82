import { UsageError } from './errors.js';

/** The text of an instant or a duration: a Date's, a Temporal object's, or the text that was given. */
export function textOf(value) {
  if (value instanceof Date && Number.isNaN(value.getTime())) throw new UsageError('the date is not valid');
  return typeof value?.toJSON === 'function' ? value.toJSON() : value;
}
