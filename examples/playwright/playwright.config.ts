import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** The Chromium of this machine; without one, Playwright takes the browser that `npx playwright install` has got. */
function chromium(): string | undefined {
  if (process.env.PLAYWRIGHT_CHROMIUM) return process.env.PLAYWRIGHT_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

export default defineConfig({
  testDir: 'tests',
  globalSetup: 'wattif/global-setup',
  use: { launchOptions: { executablePath: chromium() } },
});
