/**
 * Starts a server for all workers of a test run, and puts its address into WATTIF_URL, unless that is set.
 *
 * It is a global setup of vitest, of Playwright, of Jest, and (`--test-global-setup`) of Node's own runner.
 * Returns what stops the server.
 */
export function globalSetup(): Promise<(() => Promise<void>) | undefined>;

/** Stops the server that `globalSetup` started. */
export function globalTeardown(): Promise<void>;

export default globalSetup;
