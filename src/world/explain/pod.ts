// Re-runs a job and reports what the scheduler saw when it last tried a pod, and where the pod is now.
import type { Job } from '../../scenario/scenario.ts';
import type { TieBreak } from '../../model/settings/scheduler.ts';
import type { AttemptResult, LostPlace } from '../../scheduler/observer.ts';
import type { Whereabouts } from '../../scheduler/queue/queue.ts';
import type { World } from '../build.ts';
import type { Families } from '../families.ts';
import { whyUntried } from '../pending.ts';
import { observePod } from './observed-pod.ts';
import { scaleUpWords } from './scale-up-words.ts';

interface Asked {
  /** `namespace/name` */
  readonly pod: string;
  /** The time that is asked about, µs. */
  readonly atUs: number;
  /** Where the pod is at that time. */
  readonly now: Now;
  /** The attempt found a node, and the pod was not bound to it. */
  readonly lost?: LostPlace;
  /** What decides between nodes of equal totals. */
  readonly tieBreak: TieBreak;
}

/** With the last attempt to schedule the pod until then, or why there was none. */
export type Explanation = Asked &
  ((AttemptResult & { readonly why?: undefined }) | (Untried & { readonly why: string }));

type Untried = { readonly [Field in keyof AttemptResult]?: undefined };

interface Now {
  readonly state: 'bound' | 'gone' | 'waiting';
  readonly node?: string;
  readonly queue?: Whereabouts;
  /** A node that is being emptied for it (status.nominatedNodeName). */
  readonly nominated?: string;
  /** What the node autoscaler has said to it last. */
  readonly scaleUp?: string;
}

/**
 * What became of the pod `namespace/name` until `atUs` (the end of the run if left out); or of the first one created whose name begins
 * so, one that is pending before others. Undefined when there is none. The scenario is run again with an observer, which changes nothing.
 */
export function explainPod(job: Job, families: Families, wanted: string, atUs?: number): Explanation | undefined {
  let attempt: AttemptResult | undefined;
  let lost: LostPlace | undefined;
  const observed = observePod(job, families, wanted, atUs, {
    attempt: (_pod, result) => {
      attempt = result;
      lost = undefined;
    },
    lost: (what) => {
      lost = what;
    },
  });
  if (observed === undefined) return undefined;
  const { world, namespace, name, untilUs } = observed;
  const { tieBreak } = job.loaded.scenario.scheduler;
  const asked = { pod: `${namespace}/${name}`, atUs: untilUs, now: nowOf(world, namespace, name), tieBreak };
  if (attempt === undefined) return { ...asked, why: whyOf(world, namespace, name) };
  return { ...asked, ...(lost === undefined ? {} : { lost }), ...attempt };
}

function nowOf(world: World, namespace: string, name: string): Now {
  const { state, scheduler } = world;
  const row = state.findPod(namespace, name);
  if (row < 0) return { state: 'gone' };
  const node = state.pods.node[row];
  if (node >= 0) return { state: 'bound', node: state.nodeName(node) };
  const nominated = state.pods.nominated.get(row) ?? -1;
  const [words] = scaleUpWords(world, [row]);
  return {
    state: 'waiting',
    queue: scheduler.queue.whereIs(row),
    ...(nominated < 0 ? {} : { nominated: state.nodeName(nominated) }),
    ...(words === undefined ? {} : { scaleUp: words.says }),
  };
}

function whyOf(world: World, namespace: string, name: string): string {
  const row = world.state.findPod(namespace, name);
  return row < 0 ? 'it was deleted before the scheduler tried it' : whyUntried(world, row);
}
