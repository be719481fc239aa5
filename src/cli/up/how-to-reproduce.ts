// The command in run.json of a run that clients could talk to.
import { writeDuration } from '../../lib/units.ts';
import type { Job } from '../../scenario/scenario.ts';
import { reproduceJob } from '../reproduce-job.ts';
import { retype, type ScenarioArguments } from '../scenario-options.ts';

interface UpOptions extends ScenarioArguments {
  readonly record?: string;
  readonly check?: boolean;
}

/** Where clients changed something, only the session that was recorded says what; without one nobody can run it again. */
export function howToReproduce(given: UpOptions, job: Job, changedByHand: boolean): string {
  if (!changedByHand) return reproduceJob({ ...given, duration: writeDuration(job.loaded.scenario.durationUs) }, job);
  if (given.record === undefined) return `wavetank up ${retype(given)} --seed ${job.seed}`;
  return reproduceJob({ files: [given.record], ...optionsBeside(given) }, job);
}

/** The options that change a scenario, as they are typed, each behind a space. */
export function optionsOf(given: UpOptions): string {
  const { seed } = given;
  const typed = retype({ files: [], ...optionsBeside(given) });
  return `${typed === '' ? '' : ` ${typed}`}${seed === undefined ? '' : ` --seed ${seed}`}`;
}

function optionsBeside({ nodes, error, traces, set, skipUnknown, plugin }: UpOptions) {
  return {
    ...(nodes === undefined ? {} : { nodes }),
    ...(error === undefined ? {} : { error }),
    ...(traces === undefined ? {} : { traces }),
    ...(set === undefined ? {} : { set }),
    ...(skipUnknown === undefined ? {} : { skipUnknown }),
    ...(plugin === undefined ? {} : { plugin }),
  };
}
