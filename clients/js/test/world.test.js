// A world can be made, looked at, moved through time, copied and deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ControlClient, RefusedError, createWorld } from 'wattif';

/** @type {import('wattif').World} */
let world;

before(async () => {
  world = await createWorld({ seed: 7, start: new Date('2026-04-01T08:00:00Z') });
});
after(() => world.delete());

test('a new world has a clock that stands still at its start', async () => {
  const clock = await world.clock();

  assert.deepEqual(clock.now, new Date('2026-04-01T08:00:00Z'));
  assert.deepEqual([clock.speed, clock.goesOn], [0, false]);
  assert.deepEqual([world.scenario, world.seed, world.expiresAt], ['village', 7, null]);
});

test('the variables of a world have its addresses and its keys', () => {
  const { env } = world;
  const names = [
    'CARIQA_TOKEN', 'CARIQA_URL', 'CARIQA_USER_ID', 'CHARGE_SECRET_KEY', 'CHARGE_URL', 'PODERO_CLIENT_ID',
    'PODERO_CLIENT_SECRET', 'PODERO_ELECTRIC_VEHICLE_ID', 'PODERO_ORG_ID', 'PODERO_TOKEN', 'PODERO_URL',
    'PODERO_USER_ID', 'WATTIF_URL', 'WATTIF_WORLD',
  ];

  assert.deepEqual(Object.keys(env).sort(), names);
  assert.equal(env.CHARGE_URL, world.urls.charge);
  assert.equal(env.CHARGE_SECRET_KEY, world.credentials.charge.secret_key);
  assert.equal(env.CARIQA_USER_ID, world.credentials.cariqa.user_id);
  assert.equal(env.PODERO_ELECTRIC_VEHICLE_ID, world.credentials.podero.electric_vehicle_id);
  assert.deepEqual([env.WATTIF_URL, env.WATTIF_WORLD], [world.url, world.name]);
});

test('orders start a session at each vendor that starts some', async (t) => {
  const mine = await created(t);
  const path = `/users/${mine.credentials.cariqa.user_id}/charging/start/`;
  const started = [
    await mine.fetch('charge', '/charging_sessions', { json: mine.orders.charge }),
    await mine.fetch('cariqa', path, { json: mine.orders.cariqa }),
  ];

  assert.deepEqual(started.map(({ status }) => status), [200, 201]);
});

test('a session goes on until it is settled', async (t) => {
  const mine = await created(t);
  const session = await start(mine);
  const advance = await mine.advance({ until: { id: session.id, status: 'settled' } });
  const shown = await body(mine.fetch('charge', `/charging_sessions/${session.id}`));

  const own = advance.transitions.filter((each) => each.id === session.id);
  assert.deepEqual(own.map((each) => each.to), ['completed', 'settled']);
  assert.deepEqual((await mine.clock()).now, advance.to);
  assert.ok(advance.from < /** @type {Date} */ (own[0]?.at));
  assert.deepEqual([shown.status, shown.amount_paid], ['completed', 4138]);
});

test('a clock advances by a duration, to an instant, and at another speed', async (t) => {
  const mine = await created(t, { start: '2026-04-01T08:00:00Z' });
  const by = await mine.advance({ by: 'PT8H' });
  const to = await mine.advance({ to: new Date('2026-04-01T20:00:00Z') });
  const clock = await mine.setSpeed(60);

  assert.deepEqual([by.to, to.to], [new Date('2026-04-01T16:00:00Z'), new Date('2026-04-01T20:00:00Z')]);
  assert.equal(clock.speed, 60);
});

test('what happens in a world is simulated', async (t) => {
  const mine = await created(t);
  const session = await start(mine);
  const happened = await mine.simulate('unplug', { id: session.id, at: '+PT10M' });

  assert.equal(happened.at.getTime() - (await mine.clock()).now.getTime(), 600_000);
  assert.deepEqual(happened.transitions.map((each) => each.reason), ['unplugged', 'unplugged', 'paid']);
  assert.ok((await mine.events()).some((each) => each.event === 'unplug'));
});

test('a view of a later instant leaves the clock where it is', async (t) => {
  const mine = await created(t);
  const session = await start(mine);
  const { now } = await mine.clock();
  const later = mine.at(new Date(now.getTime() + 600_000));
  const shown = await body(later.fetch('charge', `/charging_sessions/${session.id}`));

  assert.equal(session.energy_consumed, 0);
  assert.ok(shown.energy_consumed > 0);
  assert.deepEqual((await mine.clock()).now, now);
});

test('every vendor is called with the key of the world', async () => {
  const { user_id: user } = world.credentials.cariqa;
  const { org_id: org } = world.credentials.podero;
  const answers = await Promise.all([
    world.fetch('charge', '/charging_sessions?limit=1'),
    world.fetch('cariqa', `users/${user}/charging-sessions/`),
    world.fetch('podero', `/org/${org}/users`),
    world.fetch('charge', '/charging_sessions', { headers: { Authorization: 'Bearer ch_sk_test_other' } }),
  ]);

  assert.deepEqual(answers.map((each) => each.status), [200, 200, 200, 401]);
});

test('the link of a page is followed with the same key', async () => {
  const first = await body(world.fetch('charge', '/charging_sessions?limit=1'));
  const second = await body(world.fetch('charge', first.next_page_url));

  assert.equal(second.data.length, 1);
  assert.notEqual(second.data[0].id, first.data[0].id);
});

test('a magic card is declined', async (t) => {
  const mine = await created(t);
  const order = { ...mine.orders.charge, payment_method: mine.magic.charge.declined_card };
  const refused = await mine.fetch('charge', '/charging_sessions', { json: order });

  assert.equal(refused.status, 402);
});

test('a fork goes its own way, and a reset begins again', async (t) => {
  const mine = await created(t);
  const fork = await mine.fork();
  t.after(() => fork.delete());
  const { now } = await mine.clock();
  await fork.advance({ by: 'PT1H' });

  assert.notEqual(fork.credentials.charge.secret_key, mine.credentials.charge.secret_key);
  assert.deepEqual((await mine.clock()).now, now);
  await mine.advance({ by: 'PT2H' });
  assert.equal(await mine.reset(), mine);
  assert.deepEqual((await mine.clock()).now, now);
});

test('an export is imported as another world with the same sessions', async (t) => {
  const client = new ControlClient(world.url);
  const copy = await client.importWorld(await world.export(), { name: `${world.name}-copy`, expiresIn: 'PT1H' });
  t.after(() => copy.delete());
  const answers = await Promise.all([world, copy].map((each) => each.fetch('charge', '/charging_sessions?limit=1')));
  const [mine, other] = await Promise.all(answers.map(body));

  assert.deepEqual(other.data, mine.data);
  assert.ok(copy.expiresAt instanceof Date);
});

test('a card is added, and pays a debt', async (t) => {
  const mine = await created(t);
  const { user_id: user } = mine.credentials.cariqa;
  const intent = await body(mine.fetch('cariqa', `/users/${user}/setup-intents/`));
  const confirmed = await mine.confirmSetupIntent(intent.setup_intent_client_secret, { card: 'visa' });
  const paid = await mine.confirmPaymentIntent('pi_MagicSessionUnpaid00000000000000', { card: 'mastercard' });

  assert.match(confirmed.payment_method, /^pm_/);
  assert.equal(paid.status, 'succeeded');
});

test('worlds are listed and deleted by the beginning of their names', async () => {
  const client = new ControlClient(world.url);
  const prefix = `${world.name}-listed-`;
  await Promise.all(['a', 'b'].map((end) => client.createWorld({ name: prefix + end, scenario: 'empty' })));

  assert.deepEqual((await client.worlds(prefix)).map((each) => each.name).sort(), [`${prefix}a`, `${prefix}b`]);
  assert.equal((await client.world(`${prefix}a`)).scenario, 'empty');
  assert.equal(await client.deleteWorlds(prefix), 2);
  assert.deepEqual(await client.worlds(prefix), []);
});

test('a world that is disposed of is gone, and may have been deleted before', async () => {
  const mine = await createWorld({ scenario: 'empty' });
  await mine[Symbol.asyncDispose]();
  await mine[Symbol.asyncDispose]();

  await assert.rejects(mine.clock(), RefusedError);
});

/**
 * A world that is deleted after the test.
 *
 * @param {import('node:test').TestContext} t
 * @param {import('wattif').NewWorldOptions} [options]
 */
async function created(t, options) {
  const made = await createWorld(options);
  t.after(() => made.delete());
  return made;
}

/** @param {import('wattif').World} mine */
async function start(mine) {
  const started = await mine.fetch('charge', '/charging_sessions', { json: mine.orders.charge });
  assert.equal(started.status, 200);
  return body(started);
}

/**
 * The JSON of an answer.
 *
 * @param {Response | Promise<Response>} answer
 * @returns {Promise<any>}
 */
async function body(answer) {
  return (await answer).json();
}
