// A server is started where none is named, once a process, and ends with it.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ControlClient, NotRunningError, startServer } from 'wattif';

const LIBRARY = import.meta.resolve('wattif');
const SETUP = import.meta.resolve('wattif/global-setup');
/** A program that says that it is ready, and ends with its stdin. */
const SERVING = `console.log('Wattif is ready on http://127.0.0.1:8000');
process.stdin.resume();`;
/** A program in place of Docker's, which logs what it is given. */
const DOCKER = `const words = process.argv.slice(2);
if (words[0] === 'port') {
  console.log('127.0.0.1:49153');
} else {
  console.error(words.join(' '));
  setTimeout(() => { ${SERVING} }, 100);
}`;
const PATIENCE_MS = 20_000;
const CREATE = `const { createWorld } = await import('${LIBRARY}');
const worlds = await Promise.all([createWorld({ scenario: 'empty' }), createWorld({ scenario: 'empty' })]);
console.log(worlds.map((world) => world.url).join());`;

test('a process starts one server, and ends though the server runs', async () => {
  const [first, second] = (await run(CREATE)).split(',');

  assert.equal(first, second);
  await gone(first);
});

test('a server ends when its process is killed', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${CREATE}\nsetInterval(() => {}, 1000);`], {
    env: environment(),
  });
  const url = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).split(',')[0])));
  assert.equal((await new ControlClient(url).health()).status, 'ok');
  child.kill('SIGKILL');

  await gone(url);
});

test('a server that was started by hand has its refusals, and is stopped', async () => {
  const server = await startServer({ command: ['wattif'] });
  const client = new ControlClient(server.url);
  const world = await client.createWorld({ scenario: 'empty' });
  await world.fetch('charge', '/drivers/drv_unknown');
  for (let waited = 0; server.log.length === 0 && waited < PATIENCE_MS; waited += 50) await sleep(50);
  await server.stop();

  assert.match(String(server.log.at(-1)), /"status":\s*404/);
  await assert.rejects(client.health(), NotRunningError);
});

test('a global setup names its server to the workers until its end', async (t) => {
  const wattif = `#!${process.execPath}\n${SERVING}`;
  const said = await run(`const { default: globalSetup } = await import('${SETUP}');
    const teardown = await globalSetup();
    console.log(process.env.WATTIF_URL);
    await teardown();
    console.log(process.env.WATTIF_URL);`, { PATH: await folder(t, { wattif }) });

  assert.equal(said, 'http://127.0.0.1:8000\nundefined');
});

test('a global setup leaves the server that a variable names', async () => {
  const script = `console.log(await (await import('${SETUP}')).default(), process.env.WATTIF_URL)`;

  assert.equal(await run(script, { WATTIF_URL: 'http://sandbox:8000' }), 'undefined http://sandbox:8000');
});

test('without a program and without Docker an error says what to install', async (t) => {
  const said = await run(`${CREATE}`, { PATH: await folder(t, {}) }).catch((error) => error.stderr);

  assert.match(said, /NoServerError: There is no Wattif to test with\. Tried:\n/);
  assert.match(said, / {2}wattif serve: there is no such program\n/);
  assert.match(said, / {2}python3 -m wattif serve: .*\n {2}python -m wattif serve: .*\n {2}docker run wattif: /);
  assert.match(said, /Install it with `pip install wattif`/);
});

test('a program that cannot serve says why', async (t) => {
  const wattif = '#!/bin/sh\necho "No such option: --for-tests" >&2\nexit 2\n';
  const said = await run(CREATE, { PATH: await folder(t, { wattif }) }).catch((error) => error.stderr);

  assert.match(said, /NoServerError: wattif serve ended with 2: No such option: --for-tests\n/);
});

test('a container is started where there is no program', async (t) => {
  const path = await folder(t, { docker: `#!${process.execPath}\n${DOCKER}` });
  const script = `const { startServer } = await import('${LIBRARY}');
    const server = await startServer();
    console.log(server.url, server.log.join());
    await server.stop();`;
  const said = await run(script, { PATH: path });

  assert.match(said, /^http:\/\/127\.0\.0\.1:49153 run --rm -i --name wattif-tests-\w+ -p 127\.0\.0\.1::8000 /);
  assert.match(said, / --pull never wattif serve --for-tests .* --port 8000$/);
});

test('an image that is named may be pulled', async (t) => {
  const path = await folder(t, { docker: `#!${process.execPath}\n${DOCKER}` });
  const script = `const { startServer } = await import('${LIBRARY}');
    console.log((await startServer({ image: 'registry.example/wattif:1' })).log.join());`;

  assert.match(await run(script, { PATH: path }), / -p 127\.0\.0\.1::8000 registry\.example\/wattif:1 serve /);
});

/**
 * What a script prints.
 *
 * @param {string} script
 * @param {Record<string, string>} [variables]
 */
async function run(script, variables) {
  const words = ['--input-type=module', '-e', script];
  return (await promisify(execFile)(process.execPath, words, { env: environment(variables) })).stdout.trim();
}

/**
 * The environment of the tests, which names no server.
 *
 * @param {Record<string, string>} [variables]
 * @returns {NodeJS.ProcessEnv}
 */
function environment(variables) {
  const { WATTIF_URL, NODE_TEST_CONTEXT, ...others } = process.env;
  return { ...others, ...variables };
}

/**
 * A folder with programs and nothing else.
 *
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} programs
 */
async function folder(t, programs) {
  const path = await mkdtemp(join(tmpdir(), 'wattif-'));
  t.after(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(path, name), text);
    await chmod(join(path, name), 0o755);
  }
  return path;
}

/**
 * Waits until no server listens at an address.
 *
 * @param {string | undefined} url
 */
async function gone(url) {
  const client = new ControlClient(url);
  for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
    const alive = await client.health().catch((error) => !(error instanceof NotRunningError));
    if (!alive) return;
    await sleep(100);
  }
  assert.fail(`the server at ${url} still runs`);
}
