// Re-runs a job and tells what the scheduler saw when it last tried a pod.
import type { Job } from '../scenario/scenario.ts';
import type { AttemptResult } from '../scheduler/observer.ts';
import { buildWorld, type World } from './build.ts';
import type { Families } from './families.ts';
import { podRows } from './tables.ts';

export interface Explanation extends AttemptResult {
  /** `namespace/name` */
  readonly pod: string;
}

/**
 * The last attempt to schedule the pod `namespace/name`, or the first one ever made whose name begins so; undefined when there
 * is none or the scheduler never tried it. The scenario is run again with an observer, which changes nothing.
 */
export function explainPod(job: Job, families: Families, wanted: string): Explanation | undefined {
  const qualified = wanted.includes('/') ? wanted : `default/${wanted}`;
  const world = (): World => buildWorld(job.loaded, job.seed, { families, check: false });
  const { durationUs } = job.loaded.scenario;
  const first = world();
  first.engine.run(durationUs);
  const names = [...podRows(first.state, first.gauges)]
    .sort((a, b) => a.created_seconds - b.created_seconds)
    .map(({ namespace, pod }) => `${namespace}/${pod}`);
  const found = names.find((name) => name === qualified) ?? names.find((name) => name.startsWith(qualified));
  if (found === undefined) return undefined;
  const [namespace, name] = found.split('/');
  const second = world();
  let last: AttemptResult | undefined;
  second.scheduler.observe(namespace, name, {
    attempt: (_pod, result) => {
      last = result;
    },
  });
  second.engine.run(durationUs);
  return last === undefined ? undefined : { pod: found, ...last };
}
