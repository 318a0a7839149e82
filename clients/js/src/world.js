import { RefusedError, UsageError } from './errors.js';
import { form, instantOf } from './forms.js';
import { textOf } from './instants.js';

const { fetch } = globalThis;

/** The name of each vendor's credential that its calls carry. */
const KEYS = { charge: 'secret_key', cariqa: 'token', podero: 'token' };
/** What starts a session at a vendor, of the ids of its sample. */
const ORDERS = {
  charge: ['charging_station', 'connector', 'driver', 'vehicle', 'payment_method'],
  cariqa: ['evse_id', 'payment_method_id'],
};
const STEPS = ['by', 'to', 'until'];

/** A world of a server; README.md and index.d.ts describe it. */
export class World {
  #client;

  constructor(client, facts) {
    this.#client = client;
    this.url = client.url;
    form(() => this.#take(facts));
  }

  get env() {
    const variables = { WATTIF_URL: this.url, WATTIF_WORLD: this.name };
    for (const [vendor, url] of Object.entries(this.urls)) {
      variables[`${vendor}_URL`.toUpperCase()] = url;
      for (const [name, value] of Object.entries(this.credentials[vendor])) {
        if (value !== null) variables[`${vendor}_${name}`.toUpperCase()] = value;
      }
    }
    return variables;
  }

  async clock() {
    const clock = await this.#request('GET', '/clock');
    return form(() => clockOf(clock));
  }

  async setSpeed(speed) {
    const clock = await this.#request('PATCH', '/clock', { speed });
    return form(() => clockOf(clock));
  }

  async advance(step) {
    const given = STEPS.filter((name) => step?.[name] !== undefined);
    if (given.length !== 1) throw new UsageError('advance takes one of by, to and until');
    const [name] = given;
    const moved = await this.#request('POST', '/clock/advance', { [name]: textOf(step[name]) });
    return form(() => {
      const transitions = moved.transitions.map(transitionOf);
      return { ...moved, from: instantOf(moved.from), to: instantOf(moved.to), transitions };
    });
  }

  async simulate(event, { at, ...fields } = {}) {
    const happened = await this.#request('POST', '/simulate', { event, at: textOf(at), ...fields });
    return form(() => {
      const transitions = happened.transitions.map(transitionOf);
      return { ...happened, at: instantOf(happened.at), transitions };
    });
  }

  async events() {
    return (await this.#request('GET', '/simulate')).events;
  }

  async confirmSetupIntent(intent, { card, wallet } = {}) {
    return this.#request('POST', `/setup-intents/${encodeURIComponent(intent)}/confirm`, { card, wallet });
  }

  async confirmPaymentIntent(intent, { card } = {}) {
    return this.#request('POST', `/payment-intents/${encodeURIComponent(intent)}/confirm`, { card });
  }

  async fork({ name, speed, expiresIn, credentials } = {}) {
    return this.#client.createWorld({ fork: this.name, name, speed, expiresIn, credentials });
  }

  async reset() {
    const facts = await this.#request('POST', '/reset');
    form(() => this.#take(facts));
    return this;
  }

  async export() {
    return this.#client.text(`${this.#path}/export`);
  }

  async delete() {
    await this.#request('DELETE', '');
  }

  async fetch(vendor, path, init) {
    return this.#fetch(vendor, path, init);
  }

  at(instant) {
    const text = textOf(instant);
    return { world: this, fetch: (vendor, path, init) => this.#fetch(vendor, path, init, text) };
  }

  get #path() {
    return `/worlds/${encodeURIComponent(this.name)}`;
  }

  #take(facts) {
    // An answer without these is not one of this version.
    if (!facts.name || !facts.urls || !facts.credentials) throw new TypeError('it is no world');
    this.expiresAt = facts.expires_at === null ? null : instantOf(facts.expires_at);
    this.name = facts.name;
    this.scenario = facts.scenario;
    this.seed = facts.seed;
    this.urls = facts.urls;
    this.credentials = facts.credentials;
    this.sample = facts.sample;
    this.orders = ordersOf(facts.sample);
    this.magic = facts.magic;
  }

  #request(method, path, body) {
    return this.#client.request(method, `${this.#path}${path}`, body);
  }

  async #fetch(vendor, path, { json, ...init } = {}, at) {
    const headers = new Headers(init.headers);
    if (!headers.has('Authorization')) {
      headers.set('Authorization', `Bearer ${this.credentials[vendor]?.[KEYS[vendor]]}`);
    }
    if (at !== undefined) headers.set('X-Sandbox-At', at);
    if (json !== undefined) {
      headers.set('Content-Type', 'application/json');
      init = { method: 'POST', ...init, body: JSON.stringify(json) };
    }
    const response = await fetch(this.#address(vendor, path), { ...init, headers });
    // A body that a test does not read would keep its connection, and so the process, for half a minute.
    const answer = response.clone();
    await response.arrayBuffer();
    return answer;
  }

  /** The address of a path below a vendor's, or of a link that this vendor's answers have. */
  #address(vendor, path) {
    const base = this.urls[vendor];
    if (base === undefined) {
      throw new UsageError(`there is no vendor '${vendor}'; there are ${Object.keys(this.urls).join(', ')}`);
    }
    if (!/^https?:/.test(path)) return base + (path.startsWith('/') ? path : `/${path}`);
    if (new URL(path).origin !== new URL(base).origin) throw new UsageError(`${path} is not an address of ${base}`);
    return path;
  }
}

// `await using` calls it at the end of its block, where the world may be gone already.
if (Symbol.asyncDispose) {
  World.prototype[Symbol.asyncDispose] = async function dispose() {
    await this.delete().catch((error) => {
      if (!(error instanceof RefusedError && error.status === 404)) throw error;
    });
  };
}

function clockOf({ now, speed, horizon, goes_on: goesOn }) {
  return { now: instantOf(now), speed, horizon: instantOf(horizon), goesOn };
}

/** The orders that can be made of the ids of a sample; an id that it has not is left out. */
function ordersOf(sample) {
  const orders = Object.entries(ORDERS).map(([vendor, names]) => {
    const ids = sample[vendor] ?? {};
    const known = names.filter((name) => ids[name] !== undefined && ids[name] !== null);
    return [vendor, Object.fromEntries(known.map((name) => [name, ids[name]]))];
  });
  return Object.fromEntries(orders);
}

function transitionOf(transition) {
  return { ...transition, at: instantOf(transition.at) };
}
