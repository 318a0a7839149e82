import type { AddressInfo } from 'node:net';
import { expect, test as base } from '@playwright/test';
import { createWorld, type World } from 'wattif';
import { createApp } from '../app.js';

/** A world for each test, and the address of the app that shows it. */
const test = base.extend<{ world: World; app: string }>({
  world: async ({}, use) => {
    const world = await createWorld();
    await use(world);
    await world.delete();
  },
  app: async ({ world }, use) => {
    const app = createApp(world.env).listen(0);
    await use(`http://localhost:${(app.address() as AddressInfo).port}`);
    app.closeAllConnections();
    app.close();
  },
});

test('energy grows while the car charges, and at the end there is a price', async ({ page, app, world }) => {
  const id = await start(world);
  const energy = page.getByLabel('Energy');
  const status = page.getByLabel('Status');

  await page.goto(`${app}/?session=${id}`);
  await expect(status).toHaveText('Charging');
  await expect(energy).toHaveText('0.0 kWh');

  await world.advance({ by: 'PT20M' });
  await expect(energy).toHaveText('50.3 kWh');

  await world.advance({ until: { id, status: 'settled' } });
  await expect(status).toHaveText('Paid');
  await expect(energy).toHaveText('71.7 kWh');
  await expect(page.getByLabel('Price')).toHaveText('€41.38');
});

test('a connector that fails interrupts the session', async ({ page, app, world }) => {
  const id = await start(world);
  await page.goto(`${app}/?session=${id}`);

  await world.advance({ by: 'PT5M' });
  await world.simulate('connector_fault', { id });

  await expect(page.getByLabel('Status')).toHaveText('Interrupted');
});

test('a session that does not exist is not shown', async ({ page, app }) => {
  await page.goto(`${app}/?session=cs_unknown`);

  await expect(page.getByLabel('Status')).toHaveText('There is no such session');
});

async function start(world: World): Promise<string> {
  const started = await world.fetch('charge', '/charging_sessions', { json: world.orders.charge });
  return ((await started.json()) as { id: string }).id;
}
