// The calls of test_clients.py, with clients that @hey-api/openapi-ts has generated. Prints what they decoded.

import * as cariqaApi from "./cariqa";
import { createClient as createCariqa } from "./cariqa/client";
import * as chargeApi from "./charge";
import { createClient as createCharge } from "./charge/client";
import * as poderoApi from "./podero";
import { createClient as createPodero } from "./podero/client";
import * as sandboxApi from "./sandbox";
import { client as sandbox } from "./sandbox/client.gen";

const [baseUrl, name, at] = process.argv.slice(2) as [string, string, string];
type World = sandboxApi.World;

async function main(): Promise<void> {
  sandbox.setConfig({ baseUrl });
  const { data: world } = await sandboxApi.createWorld({ body: { fork: "documented", name } });
  const { data: village } = await sandboxApi.createWorld({ body: { name: `${name}-village` } });
  if (!world || !village) throw new Error("no world");
  const remove = async (world: string) => (await sandboxApi.deleteWorld({ path: { world } })).response?.status;
  const told = {
    village: [village.scenario, village.expires_at],
    charge: await charge(world),
    cariqa: await cariqa(world),
    podero: await podero(world),
    sandbox: await never(),
    deleted: [await remove(name), await remove(`${name}-village`)],
  };
  process.stdout.write(JSON.stringify(told));
}

async function charge(world: World) {
  const client = createCharge({ baseUrl, auth: world.credentials.charge.secret_key });
  const stranger = createCharge({ baseUrl, auth: "ch_sk_test_unknown" });
  const listed = await chargeApi.listChargingSessions({ client, query: { limit: 1 }, headers: { "X-Sandbox-At": at } });
  const reserved = await chargeApi.listReservations({ client });
  const session = listed.data?.data[0];
  const reservation = reserved.data?.data[0];
  const { account: _account, fleet: _fleet, ...ids } = world.sample.charge;
  const order = ids as chargeApi.ChargingSessionCreate;
  const { data: created } = await chargeApi.createChargingSession({ client, body: order });
  if (!session || !reservation || !created) throw new Error("no session or reservation");
  const path = { charging_session: created.id };
  const { data: ended } = await chargeApi.endChargingSession({ client, path });
  if (!ended) throw new Error("not ended");
  const busy = await chargeApi.createChargingSession({ client, body: { ...order, vehicle: "veh_unknown" } });
  const twice = await chargeApi.endChargingSession({ client, path });
  const unknown = await chargeApi.getChargingSession({ client, path: { charging_session: "cs_unknown" } });
  const strange = await chargeApi.listChargingSessions({ client: stranger });
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

function refusal({ error, response }: { error?: chargeApi.Error; response?: Response }) {
  return [response?.status, error?.code, error?.param];
}

async function cariqa(world: World) {
  const { token, user_id } = world.credentials.cariqa;
  const client = createCariqa({ baseUrl, auth: token });
  const { data: page } = await cariqaApi.listChargingSessions({ client, path: { user_id: user_id ?? "" } });
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
  const token = await poderoApi.createAccessToken({ client: guest(client_id, client_secret), body });
  const refused = await poderoApi.createAccessToken({ client: guest("unknown", "unknown"), body });
  const client = createPodero({ baseUrl, auth: token.data?.access_token ?? "" });
  const path = {
    org_id: keys.org_id ?? "",
    user_id: keys.user_id ?? "",
    electric_vehicle_id: keys.electric_vehicle_id ?? "",
  };
  const page = await poderoApi.listElectricVehicleSessions({ client, path, query: { from, to } });
  const faulty = await poderoApi.listElectricVehicleSessions({ client, path, query: { from: to, to: from } });
  const session = page.data?.items[0];
  const faults = faulty.error && Array.isArray(faulty.error.detail) ? faulty.error.detail : [];
  return {
    token: [token.data?.token_type, token.data?.expires_in, token.data?.scope],
    refused: [refused.response?.status, refused.error?.error],
    listed: [page.data?.total, session?.id, session?.is_at_home, session?.session_outcome, session?.final_soc_pct],
    faulty: [faulty.response?.status, faults[0]?.loc, faults[0]?.type],
  };
}

function guest(client: string, secret: string) {
  return createPodero({ baseUrl, auth: `${client}:${secret}` });
}

async function never() {
  const { error, response } = await sandboxApi.advanceClock({
    path: { world: name },
    body: { until: { id: "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", status: "failed" } },
  });
  return [response?.status, error?.will_be, Date.parse(error?.at ?? "")];
}

void main();
