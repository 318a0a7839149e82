import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from 'wattif';
import { Billing, CardDeclinedError, type Order } from '../src/billing.js';

let world: World;
let billing: Billing;

beforeEach(async () => {
  world = await createWorld();
  billing = new Billing(world.env.CHARGE_URL, world.env.CHARGE_SECRET_KEY);
});
afterEach(() => world.delete());

test('a session is billed when it is paid', async () => {
  const session = await billing.start(order());
  expect(await billing.bill(session)).toBeNull();

  await world.advance({ until: { id: session, status: 'settled' } });

  expect(await billing.bill(session)).toEqual({ session, kwh: 71.744, amount: 4138, currency: 'eur' });
});

test('a driver has the bills of the past and the new one', async () => {
  const { driver } = order();
  const before = await billing.bills(driver);
  const session = await billing.start(order());
  await world.advance({ until: { id: session, status: 'settled' } });

  const after = await billing.bills(driver);

  expect(after[0]?.session).toBe(session);
  expect(after.slice(1)).toEqual(before);
});

test('a declined card starts no session', async () => {
  const declined = billing.start({ ...order(), payment_method: world.magic.charge.declined_card });

  await expect(declined).rejects.toThrow(CardDeclinedError);
});

test('the bill of a station that is silent comes late', async () => {
  const session = await billing.start(order());
  await world.advance({ by: 'PT10M' });
  await world.simulate('station_silent', { id: order().charging_station, for: 'PT6H' });

  await world.advance({ by: 'PT4H' });
  expect(await billing.bill(session)).toBeNull();

  await world.advance({ until: { id: session, status: 'settled' } });
  expect((await billing.bill(session))?.amount).toBe(4138);
});

test('the same seed bills the same in a world of its own', async () => {
  await using other = await createWorld({ seed: world.seed });
  const elsewhere = new Billing(other.env.CHARGE_URL, other.env.CHARGE_SECRET_KEY);

  expect(await elsewhere.bills(order().driver)).toEqual(await billing.bills(order().driver));
});

function order(): Order {
  return world.orders.charge;
}
