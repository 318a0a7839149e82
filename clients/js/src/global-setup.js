import { startServer } from './server.js';

let server;

/** Starts a server for all workers of a test run, unless WATTIF_URL names one. Returns what stops it. */
export async function globalSetup() {
  if (process.env.WATTIF_URL) return undefined;
  server = await startServer();
  process.env.WATTIF_URL = server.url;
  return globalTeardown;
}

/** Stops the server that was started. */
export async function globalTeardown() {
  if (server === undefined) return;
  delete process.env.WATTIF_URL;
  await server.stop();
  server = undefined;
}

export default globalSetup;
