// A call that fails says why.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import {
  ControlClient, ControlError, NotRunningError, NotWattifError, RefusedError, TimedOutError, UsageError, createWorld,
} from 'wattif';

test('a refusal has the reason of the server', async () => {
  await assert.rejects(createWorld({ scenario: 'nowhere' }), (error) => {
    assert.ok(error instanceof RefusedError && error instanceof ControlError);
    assert.deepEqual([error.name, error.status, error.problem.title], ['RefusedError', 400, 'Bad Request']);
    assert.match(error.message, /^there is no scenario 'nowhere'/i);
    return true;
  });
});

test('a status that is never reached is refused with the one that is', async (t) => {
  const world = await createWorld();
  t.after(() => world.delete());
  const { id } = await body(world.fetch('charge', '/charging_sessions', { json: world.orders.charge }));

  await assert.rejects(world.advance({ until: { id, status: 'failed' } }), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.equal(error.problem.will_be, 'completed');
    return true;
  });
});

test('a call with wrong arguments is not sent', async (t) => {
  const world = await createWorld({ scenario: 'empty' });
  t.after(() => world.delete());
  const both = /** @type {any} */ ({ by: 'PT1H', to: '2026-04-01T08:00:00Z' });
  const unknown = /** @type {any} */ ('other');

  await assert.rejects(world.advance(both), UsageError);
  await assert.rejects(world.advance({ to: new Date('no date') }), UsageError);
  const misspelt = /** @type {any} */ ({ scenarios: 'empty' });
  await assert.rejects(createWorld(misspelt), /createWorld takes no scenarios; it takes name, scenario, seed/);
  await assert.rejects(world.fetch(unknown, '/'), /there is no vendor 'other'; there are charge, cariqa, podero/);
  await assert.rejects(world.fetch('charge', 'https://sandbox.example/v1/drivers'), UsageError);
  assert.throws(() => new ControlClient('http://user:secret@localhost'), UsageError);
});

test('a value of a wrong type is not sent', async () => {
  const client = new ControlClient('http://127.0.0.1:1');
  const odd = /** @type {any[]} */ ([null, 7, NaN, {}]);
  for (const value of [7, {}, []]) assert.throws(() => new ControlClient(/** @type {any} */ (value)), UsageError);
  for (const timeoutMs of [0, -1, NaN, Infinity]) {
    assert.throws(() => new ControlClient('http://127.0.0.1:1', { timeoutMs }), UsageError);
  }
  for (const value of odd) await assert.rejects(client.deleteWorlds(value), UsageError);
  await assert.rejects(client.createWorld({ seed: NaN }), /no JSON: seed is NaN/);
  await assert.rejects(client.request('POST', '/worlds', { seed: 7n }), UsageError);
});

test('an answer of another form is an error of its own', async (t) => {
  for (const answer of ['null', '[]', '{}', '{"name":"x","expires_at":"soon"}', '{"worlds":7,"name":7}']) {
    const url = await listening(t, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer);
    });
    const client = new ControlClient(url);

    await assert.rejects(client.createWorld(), NotWattifError);
    await assert.rejects(client.worlds(), NotWattifError);
  }
});

test('an address where no server listens is named', async (t) => {
  const url = await listening(t, () => {}, { stop: true });

  await assert.rejects(createWorld({ url }), (error) => {
    assert.ok(error instanceof NotRunningError);
    assert.ok(error.message.includes(url));
    return true;
  });
});

test('the refusal of another server is not taken for one of Wattif', async (t) => {
  const url = await listening(t, (_, response) => {
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"detail":"Not Found"}');
  });

  await assert.rejects(createWorld({ url }), NotWattifError);
});

test('another server than Wattif is recognised', async (t) => {
  const url = await listening(t, (_, response) => response.setHeader('Content-Type', 'text/html').end('<p>Hello</p>'));

  await assert.rejects(createWorld({ url }), (error) => {
    assert.ok(error instanceof NotWattifError);
    assert.match(error.message, /it answered 200, text\/html$/);
    return true;
  });
});

test('a server that does not answer is given up', async (t) => {
  const url = await listening(t, () => {});

  await assert.rejects(new ControlClient(url, { timeoutMs: 50 }).health(), TimedOutError);
});

test('the admin token of the environment is sent to the server of the environment alone', async (t) => {
  /** @type {(string | undefined)[]} */
  const tokens = [];
  const url = await listening(t, (request, response) => {
    tokens.push(request.headers.authorization);
    response.setHeader('Content-Type', 'application/json').end('{"status":"ok","version":"1.2.3"}');
  });
  const { WATTIF_URL: before } = process.env;
  t.after(() => {
    delete process.env.WATTIF_ADMIN_TOKEN;
    if (before === undefined) delete process.env.WATTIF_URL;
    else process.env.WATTIF_URL = before;
  });
  Object.assign(process.env, { WATTIF_URL: url, WATTIF_ADMIN_TOKEN: 'of the environment' });
  await new ControlClient().health();
  await new ControlClient(url, { token: 'another' }).health();
  await new ControlClient(url).health();

  assert.deepEqual(tokens, ['Bearer of the environment', 'Bearer another', undefined]);
});

/**
 * The address of a server that answers as `answer` does until the test ends, or that has stopped already.
 *
 * @param {import('node:test').TestContext} t
 * @param {import('node:http').RequestListener} answer
 * @returns {Promise<string>}
 */
function listening(t, answer, { stop = false } = {}) {
  const server = createServer(answer);
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
      if (stop) server.close(() => resolve(url));
      else resolve(url);
    });
  });
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
