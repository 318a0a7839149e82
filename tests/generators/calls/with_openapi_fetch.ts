// The calls of test_clients.py, with openapi-fetch and the types of openapi-typescript. Prints what was decoded.

import createClient from "openapi-fetch";
import type { paths as CariqaPaths } from "./cariqa";
import type { components as Charge, paths as ChargePaths } from "./charge";
import type { paths as PoderoPaths } from "./podero";
import type { components as Sandbox, paths as SandboxPaths } from "./sandbox";

const [baseUrl, name, at] = process.argv.slice(2) as [string, string, string];
const bearer = (token: string) => ({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
type World = Sandbox["schemas"]["World"];
type ChargeError = Charge["schemas"]["Error"];

async function main(): Promise<void> {
  const sandbox = createClient<SandboxPaths>({ baseUrl });
  const { data: world } = await sandbox.POST("/_sandbox/v1/worlds", { body: { fork: "documented", name } });
  const { data: village } = await sandbox.POST("/_sandbox/v1/worlds", { body: { name: `${name}-village` } });
  if (!world || !village) throw new Error("no world");
  const remove = async (world: string) =>
    (await sandbox.DELETE("/_sandbox/v1/worlds/{world}", { params: { path: { world } } })).response.status;
  const told = {
    village: [village.scenario, village.expires_at],
    charge: await charge(world),
    cariqa: await cariqa(world),
    podero: await podero(world),
    sandbox: await never(sandbox),
    deleted: [await remove(name), await remove(`${name}-village`)],
  };
  process.stdout.write(JSON.stringify(told));
}

async function charge(world: World) {
  const client = createClient<ChargePaths>(bearer(world.credentials.charge.secret_key));
  const stranger = createClient<ChargePaths>(bearer("ch_sk_test_unknown"));
  const listed = await client.GET("/v1/charging_sessions", {
    params: { query: { limit: 1 }, header: { "X-Sandbox-At": at } },
  });
  const reserved = await client.GET("/v1/reservations");
  const session = listed.data?.data[0];
  const reservation = reserved.data?.data[0];
  const { account: _account, fleet: _fleet, ...ids } = world.sample.charge;
  const order = ids as Charge["schemas"]["ChargingSessionCreate"];
  const { data: created } = await client.POST("/v1/charging_sessions", { body: order });
  if (!session || !reservation || !created) throw new Error("no session or reservation");
  const path = { charging_session: created.id };
  const { data: ended } = await client.POST("/v1/charging_sessions/{charging_session}/end", { params: { path } });
  if (!ended) throw new Error("not ended");
  const busy = await client.POST("/v1/charging_sessions", { body: { ...order, vehicle: "veh_unknown" } });
  const twice = await client.POST("/v1/charging_sessions/{charging_session}/end", { params: { path } });
  const unknown = await client.GET("/v1/charging_sessions/{charging_session}", {
    params: { path: { charging_session: "cs_unknown" } },
  });
  const strange = await stranger.GET("/v1/charging_sessions");
  return {
    listed: [session.id, session.status, session.session_ended, session.energy_consumed, listed.data?.previous_page_url],
    reserved: [
      reservation.id,
      reservation.failed_reason,
      reservation.location.radius,
      reservation.cancellation_policy.type,
      reservation.connector_type,
      reservation.earliest_start,
    ],
    created: [created.id, created.status, created.session_limit, created.session_ended],
    ended: [ended.id, ended.status, ended.session_limit, Date.parse(ended.session_ended ?? ""), ended.amount_due],
    busy: refusal(busy),
    twice: refusal(twice),
    unknown: refusal(unknown),
    stranger: refusal(strange),
  };
}

function refusal({ error, response }: { error?: ChargeError; response: Response }) {
  return [response.status, error?.code, error?.param];
}

async function cariqa(world: World) {
  const { token, user_id } = world.credentials.cariqa;
  const client = createClient<CariqaPaths>(bearer(token));
  const { data: page } = await client.GET("/api/v1/users/{user_id}/charging-sessions/", {
    params: { path: { user_id: user_id ?? "" } },
  });
  const session = page?.results[0];
  return [
    page?.count,
    page?.next,
    session?.id,
    session?.station_info.station_name,
    session?.user_facing_session_prices.time_price,
    session?.session_cost.invoice_view,
    session?.rates,
  ];
}

async function podero(world: World) {
  const { client_id, client_secret, ...keys } = world.credentials.podero;
  const { from = "", to = "" } = world.sample.podero;
  const body = { grant_type: "client_credentials" } as const;
  const token = await guest(client_id, client_secret).POST("/oauth2/token/", { body });
  const refused = await guest("unknown", "unknown").POST("/oauth2/token/", { body });
  const client = createClient<PoderoPaths>(bearer(token.data?.access_token ?? ""));
  const path = {
    org_id: keys.org_id ?? "",
    user_id: keys.user_id ?? "",
    electric_vehicle_id: keys.electric_vehicle_id ?? "",
  };
  const sessions =
    "/api/partners/v2.0/org/{org_id}/users/{user_id}/electric-vehicles/{electric_vehicle_id}/sessions" as const;
  const page = await client.GET(sessions, { params: { path, query: { from, to } } });
  const faulty = await client.GET(sessions, { params: { path, query: { from: to, to: from } } });
  const session = page.data?.items[0];
  const faults = faulty.error && Array.isArray(faulty.error.detail) ? faulty.error.detail : [];
  return {
    token: [token.data?.token_type, token.data?.expires_in, token.data?.scope],
    refused: [refused.response.status, refused.error?.error],
    listed: [page.data?.total, session?.id, session?.is_at_home, session?.session_outcome, session?.final_soc_pct],
    faulty: [faulty.response.status, faults[0]?.loc, faults[0]?.type],
  };
}

function guest(client: string, secret: string) {
  const basic = Buffer.from(`${client}:${secret}`).toString("base64");
  return createClient<PoderoPaths>({ baseUrl, headers: { Authorization: `Basic ${basic}` } });
}

async function never(sandbox: ReturnType<typeof createClient<SandboxPaths>>) {
  const { error, response } = await sandbox.POST("/_sandbox/v1/worlds/{world}/clock/advance", {
    params: { path: { world: name } },
    body: { until: { id: "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", status: "failed" } },
  });
  return [response.status, error?.will_be, Date.parse(error?.at ?? "")];
}

void main();
