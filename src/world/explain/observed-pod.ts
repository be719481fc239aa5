// The attempts to schedule one pod, seen by running a job again with an observer, which changes nothing.
import type { Job } from '../../scenario/scenario.ts';
import type { SchedulerObserver } from '../../scheduler/observer.ts';
import { buildWorld, type World } from '../build.ts';
import type { Families } from '../families.ts';
import { podRows } from '../tables.ts';

interface ObservedPod {
  /** As it is then. */
  readonly world: World;
  readonly namespace: string;
  readonly name: string;
  readonly untilUs: number;
}

/** Until `atUs`, the end of the run if left out. `wanted` as `findPod` takes it, in namespace default without one; undefined when there is no such pod until then. */
export function observePod(
  { loaded, seed }: Job,
  families: Families,
  wanted: string,
  atUs: number | undefined,
  observer: SchedulerObserver,
): ObservedPod | undefined {
  const { durationUs } = loaded.scenario;
  const untilUs = Math.min(atUs ?? durationUs, durationUs);
  const build = (): World => buildWorld(loaded, seed, { families, check: false });
  const first = build();
  first.engine.run(untilUs);
  const found = findPod(first, wanted.includes('/') ? wanted : `default/${wanted}`);
  if (found === undefined) return undefined;
  const [namespace, name] = found.split('/');
  const world = build();
  world.scheduler.observe(namespace, name, observer);
  world.engine.run(untilUs);
  return { world, namespace, name, untilUs };
}

/** The pod of that name; else the first one whose name begins so, one that is pending before others. */
function findPod({ state, gauges }: World, wanted: string): string | undefined {
  const all = [...podRows(state, gauges)]
    .sort((a, b) => a.created_seconds - b.created_seconds)
    .map((row) => ({ name: `${row.namespace}/${row.pod}`, pending: row.node === '' && row.finished_seconds === null }));
  const like = all.filter(({ name }) => name.startsWith(wanted));
  const found = all.find(({ name }) => name === wanted) ?? like.find(({ pending }) => pending) ?? like.at(0);
  return found?.name;
}
