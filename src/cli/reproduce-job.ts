// The command that runs one job again.
import type { Job } from '../scenario/scenario.ts';
import type { ManyArguments } from './many-options.ts';
import { quote, retype, type ScenarioArguments } from './scenario-options.ts';

export function reproduceJob(
  given: ScenarioArguments & Pick<ManyArguments, 'check'>,
  { seed, set, loaded }: Job,
): string {
  const cell = set.map((one) => ` --set ${quote(one)}`).join('');
  const one = loaded.scenario.seeds === 1 ? '' : ' --seeds 1';
  const check = given.check === true ? ' --check' : '';
  return `wavetank run ${retype(given)} --seed ${seed}${one}${cell}${check}`;
}
