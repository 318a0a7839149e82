// Compiled only: calls that the types allow, and calls that they do not.
import { createWorld, RefusedError, type World } from 'wattif';

export async function calls(): Promise<void> {
  await using world: World = await createWorld({ seed: 3, start: 'now', speed: 60, expiresIn: 'PT1H' });
  const key: string = world.env.PODERO_CLIENT_SECRET;
  const environment: NodeJS.ProcessEnv = { ...process.env, ...world.env };
  const answer: Response = await world.fetch('charge', '/drivers', { json: { name: key } });
  await world.simulate('refund', { id: 'cs_1', amount: 500 });
  await world.simulate('price_change', { id: 'chst_1', prices: { kwh: '0.49', hour: null } });
  await using fork = await world.fork({ credentials: { charge: { secret_key: 'ch_sk_test_keyOfMyOwnTests' } } });
  try {
    await fork.advance({ until: { id: 'cs_1', status: 'settled' } });
  } catch (error) {
    if (error instanceof RefusedError) console.log(error.status, error.problem.detail, environment, answer);
  }

  // @ts-expect-error the clock goes one way at a time
  await world.advance({ by: 'PT1H', to: new Date() });
  // @ts-expect-error a fork has the scenario of its world
  await createWorld({ fork: 'other', scenario: 'village' });
  // @ts-expect-error there is no such vendor
  await world.fetch('other', '/drivers');
  // @ts-expect-error there is no such event
  await world.simulate('rain', { id: 'chst_1' });
  // @ts-expect-error there is no such variable
  console.log(world.env.CHARGE_TOKEN);
}
