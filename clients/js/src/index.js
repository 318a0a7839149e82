import { ControlClient } from './control.js';
import { sharedServer } from './server.js';

export {
  ControlError, NoAnswerError, NoServerError, NotRunningError, NotWattifError, RefusedError, TimedOutError, UsageError,
} from './errors.js';
export { ControlClient };
export { World } from './world.js';
export { startServer } from './server.js';

/** Creates a world on the server that `url` or WATTIF_URL names, else on one that this process starts. */
export async function createWorld({ url, token, ...options } = {}) {
  const address = url ?? (process.env.WATTIF_URL ? undefined : (await sharedServer()).url);
  return new ControlClient(address, { token }).createWorld(options);
}
