import { NoAnswerError, NotRunningError, NotWattifError, RefusedError, TimedOutError, UsageError } from './errors.js';
import { form } from './forms.js';
import { textOf } from './instants.js';
import { World } from './world.js';

// Taken when the module is loaded, so that a test may replace the global one for the program that it tests.
const { fetch } = globalThis;

const CONTROL = '/_sandbox/v1';
const PAGE = 100;
const OPTIONS = 'name, scenario, seed, start, speed, fork, expiresIn and credentials';
const MOST_SHOWN = 200;
const LONGEST_MS = 86_400_000;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Calls the control API of the server at `url`; README.md and index.d.ts describe it. */
export class ControlClient {
  #token;
  #timeoutMs;

  constructor(url, { token, timeoutMs = 60_000 } = {}) {
    const { WATTIF_URL, WATTIF_PORT, WATTIF_ADMIN_TOKEN } = process.env;
    this.url = validAddress(url || WATTIF_URL || `http://127.0.0.1:${WATTIF_PORT || 8000}`);
    // The token of the environment belongs to its server, and is sent to no other.
    this.#token = token ?? (url ? undefined : WATTIF_ADMIN_TOKEN || undefined);
    if (!(typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= LONGEST_MS)) {
      throw new UsageError(`timeoutMs is ${String(timeoutMs)}; it takes milliseconds, more than 0 and at most a day`);
    }
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a request to a path below `/_sandbox/v1`. Returns the JSON of the answer, or null if it has no body. */
  async request(method, path, body) {
    const { response, text } = await this.#answer(method, path, body);
    return response.status === 204 ? null : parsed(this.url, response, text);
  }

  async createWorld(options = {}) {
    const { name, scenario, seed, start, speed, fork, expiresIn, credentials, ...others } = options;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new UsageError(`createWorld takes no ${unknown}; it takes ${OPTIONS}`);
    const clock = start === undefined && speed === undefined ? undefined : { at: textOf(start), speed };
    const body = { name, scenario, seed, clock, fork, expires_in: textOf(expiresIn), credentials };
    return new World(this, await this.request('POST', '/worlds', body));
  }

  async world(name) {
    return new World(this, await this.request('GET', `/worlds/${encodeURIComponent(name)}`));
  }

  async worlds(prefix) {
    const found = [];
    const query = new URLSearchParams({ limit: String(PAGE), ...(prefix === undefined ? {} : { prefix }) });
    for (let path = `/worlds?${query}`; path !== null; ) {
      const { response, text } = await this.#answer('GET', path);
      const body = parsed(this.url, response, text);
      found.push(...form(() => body.worlds.map((facts) => new World(this, facts))));
      const following = /<[^>]*(\?[^>]*)>; rel="next"/.exec(response.headers.get('Link') ?? '');
      path = following && `/worlds${following[1]}`;
    }
    return found;
  }

  async deleteWorlds(prefix) {
    if (typeof prefix !== 'string') throw new UsageError(`the prefix is ${String(prefix)}; it takes a text`);
    const answer = await this.request('DELETE', `/worlds?${new URLSearchParams({ prefix })}`);
    return form(() => answer.deleted);
  }

  async importWorld(document, { name, expiresIn } = {}) {
    const given = Object.entries({ name, expires_in: textOf(expiresIn) });
    const query = new URLSearchParams(given.filter(([, value]) => value !== undefined));
    return new World(this, await this.request('POST', `/worlds/import?${query}`, document));
  }

  async health() {
    return this.request('GET', '/health');
  }

  /** The body of an answer as it was sent. */
  async text(path) {
    const { response, text } = await this.#answer('GET', path);
    parsed(this.url, response, text);
    return text;
  }

  async #answer(method, path, body) {
    const headers = { Accept: 'application/json' };
    if (this.#token !== undefined) headers.Authorization = `Bearer ${this.#token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const content = typeof body === 'string' || body instanceof Uint8Array ? body : json(body);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(`${this.url}${CONTROL}${path}`, {
        method, headers, body: content, signal, redirect: 'manual',
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw noAnswer(this.url, error, this.#timeoutMs);
    }
  }
}

/** The JSON of a body, without the undefined. `JSON.stringify` makes null of a number that JSON has not. */
function json(body) {
  try {
    return JSON.stringify(body, (name, value) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${name} is ${value}`);
      return value;
    });
  } catch (error) {
    throw new UsageError(`the body of the call is no JSON: ${error.message.split('\n')[0]}`, { cause: error });
  }
}

function parsed(url, response, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw notWattif(url, response);
  }
  if (response.ok && typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  const isProblem = response.headers.get('Content-Type')?.includes('problem');
  if (!isProblem || typeof body?.detail !== 'string') throw notWattif(url, response);
  throw new RefusedError(response.status, body);
}

function notWattif(url, response) {
  const kind = response.headers.get('Location') ?? response.headers.get('Content-Type') ?? 'no content type';
  const said = `${response.status}, ${kind.slice(0, MOST_SHOWN)}`;
  return new NotWattifError(`the server at ${url} is not Wattif: it answered ${said}`);
}

function noAnswer(url, error, timeoutMs) {
  if (error.name === 'TimeoutError') {
    const waited = `nothing arrived for ${timeoutMs / 1000} s; the server may still do what it was asked`;
    return new TimedOutError(`no answer from ${url}: ${waited}`, { cause: error });
  }
  const cause = error.cause ?? error;
  const kind = UNREACHABLE.has(cause.code) ? NotRunningError : NoAnswerError;
  return new kind(`no answer from ${url}: ${cause.message || cause.code}`, { cause: error });
}

function validAddress(text) {
  if (typeof text !== 'string') throw new UsageError(`the address is ${String(text)}; it takes a text`);
  const url = text.includes('://') ? text : `http://${text}`;
  if (!/^https?:\/\/[^\s@?#\\/]+(\/[^\s?#\\]*)?$/.test(url) || !URL.canParse(url)) {
    throw new UsageError(`there is no server at '${text}': an address looks like http://127.0.0.1:8000`);
  }
  return url.replace(/\/+$/, '');
}
