import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { promisify } from 'node:util';
import { NoServerError } from './errors.js';

const READY = 'Wattif is ready on ';
const SERVE = ['serve', '--for-tests', '--log', 'refusals', '--log-format', 'json'];
const LOG_LINES = 200;
const STOPPING_MS = 10_000;
const ADVICE = 'Install it with `pip install wattif`, build its Docker image under the name `wattif`, '
  + 'or set WATTIF_URL to the address of a server that runs.';
/** What a shell, pyenv and Windows say when there is no such program. */
const NO_PROGRAM = new Set([127, 9009]);
const SHARED = Symbol.for('wattif.server');

/** A program was not found, or has no Wattif; the next one may. */
class NotThere extends Error {}

/** Starts a server for tests; README.md and index.d.ts describe it. */
export async function startServer({ command, image, timeoutMs = 60_000 } = {}) {
  const tried = [];
  for (const way of command ? [() => fromProgram(command, timeoutMs)] : ways(image, timeoutMs)) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
      tried.push(`  ${error.message}`);
    }
  }
  throw new NoServerError(`There is no Wattif to test with. Tried:\n${tried.join('\n')}\n${ADVICE}`);
}

/** The server of this process, which is started by the first call. */
export function sharedServer() {
  globalThis[SHARED] ??= startServer();
  return globalThis[SHARED];
}

function ways(image, timeoutMs) {
  const container = () => fromImage(image ?? process.env.WATTIF_IMAGE, timeoutMs);
  if (image !== undefined) return [container];
  const programs = [['wattif'], ['python3', '-m', 'wattif'], ['python', '-m', 'wattif']];
  return [...programs.map((words) => () => fromProgram(words, timeoutMs)), container];
}

async function fromProgram(words, timeoutMs) {
  const child = run([...words, ...SERVE, '--port', '0'], environment(), `${words.join(' ')} serve`);
  return serverOf(child, await ready(child, timeoutMs));
}

/** A container of the image that is named; without one, of a local image `wattif`, so that no stranger's is pulled. */
async function fromImage(named, timeoutMs) {
  const image = named || 'wattif';
  const name = `wattif-tests-${randomBytes(6).toString('hex')}`;
  const pull = named ? [] : ['--pull', 'never'];
  const options = ['--rm', '-i', '--name', name, '-p', '127.0.0.1::8000', ...pull];
  const words = ['docker', 'run', ...options, image, ...SERVE, '--port', '8000'];
  const child = run(words, process.env, `docker run ${image}`);
  try {
    await ready(child, timeoutMs);
    const { stdout } = await promisify(execFile)('docker', ['port', name, '8000/tcp']);
    return serverOf(child, `http://${stdout.trim().split('\n')[0]}`);
  } catch (error) {
    child.kill();
    throw error instanceof NotThere ? error : new NotThere(error.message);
  }
}

/** The variables of this process but for those that configure another server. */
function environment() {
  const others = ([name]) => !name.startsWith('WATTIF_') || name === 'WATTIF_SCENARIOS';
  return Object.fromEntries(Object.entries(process.env).filter(others));
}

function run([program, ...words], env, label) {
  const child = spawn(program, words, { env, stdio: 'pipe', windowsHide: true });
  child.label = label;
  child.log = [];
  child.stdin.on('error', () => {});
  createInterface({ input: child.stderr }).on('line', (line) => {
    child.log.push(line);
    if (child.log.length > LOG_LINES) child.log.shift();
  });
  return child;
}

/** Waits until the server says that it is ready; its address. */
function ready(child, timeoutMs) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill();
      reject(new NoServerError(`${child.label} was not ready after ${timeoutMs / 1000} s${said(child)}`));
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(late);
      const reason = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      reject(new NotThere(`${child.label}: ${reason}`));
    });
    child.once('close', (code) => {
      clearTimeout(late);
      const isMissing = NO_PROGRAM.has(code) || child.log.some((line) => line.endsWith('No module named wattif'));
      if (isMissing) reject(new NotThere(`${child.label}: there is no Wattif`));
      else reject(new NoServerError(`${child.label} ended with ${code}${said(child)}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith(READY)) return;
      clearTimeout(late);
      resolve(line.slice(READY.length));
    });
  });
}

function said(child) {
  const lines = child.log.slice(-10).filter((line) => line.trim());
  return lines.length ? `: ${lines.join('\n    ')}` : '';
}

/** The server of a process that is ready. It ends with this process, which does not wait for it. */
function serverOf(child, url) {
  for (const each of [child, child.stdin, child.stdout, child.stderr]) each.unref();
  const server = {
    url,
    log: child.log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), STOPPING_MS);
      await ended;
      clearTimeout(late);
    },
  };
  if (Symbol.asyncDispose) server[Symbol.asyncDispose] = server.stop;
  return server;
}
