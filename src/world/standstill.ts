// Stops a run in which time stands still, and names the loop: the events that happen again and again, the objects, the delays that are 0.
import type { Engine } from '../engine/engine.ts';
import { InputError } from '../lib/errors.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { ObjectRow } from '../model/rows.ts';

/** Events of the loop that are looked at. */
const SAMPLE = 100_000;
const MOST_KINDS = 6;
const MOST_NAMES = 5;
const MOST_DELAYS = 20;

/** The parts of a scenario in which delays stand, those of the control plane last: it is in nearly every loop of objects. */
const PARTS = ['traffic', 'behaviors', 'network', 'kubelet', 'storage', 'scheduler', 'controlPlane'] as const;
/** The parts that events about requests depend on; others depend on all of them. */
const OF_REQUESTS: readonly (typeof PARTS)[number][] = ['traffic', 'behaviors', 'network'];

/** Watches for more events in one instant than any cluster needs (or more than `most`). */
export function watchForStandstill(engine: Engine, state: ClusterState, loaded: LoadedScenario, most?: number): void {
  let counts: Map<string, number> | undefined;
  let sampledUs = -1;
  let before: readonly (KubeObject | undefined)[] = [];
  engine.whenStandingStill(() => {
    if (counts !== undefined && sampledUs === engine.now) throw loop(engine, state, loaded, counts, before);
    const sample = new Map<string, number>();
    counts = sample;
    sampledUs = engine.now;
    before = Array.from({ length: state.objects.length }, (_, row) => state.objects.get(row as ObjectRow));
    engine.observe((_timeUs, kind) => sample.set(kind, (sample.get(kind) ?? 0) + 1));
    return SAMPLE;
  }, most);
}

function loop(
  engine: Engine,
  state: ClusterState,
  loaded: LoadedScenario,
  counts: ReadonlyMap<string, number>,
  before: readonly (KubeObject | undefined)[],
): InputError {
  const { objects } = state;
  const kinds = [...counts].sort(([, one], [, two]) => two - one).map(([kind, count]) => `${count} ${kind}`);
  const changed: string[] = [];
  for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    if (objects.get(row) !== before[row])
      changed.push(`${objects.kind[row]} ${objects.namespace[row]}/${objects.name[row]}`);
  }
  const ofRequests = [...counts.keys()].every((kind) => /^(lane )?(traffic|compute)\./.test(kind));
  const sentences = [
    `time stands still at ${engine.now / 1e6} s: events that take no time call for each other without end`,
    `of the last ${SAMPLE}: ${some(kinds, MOST_KINDS)}`,
    ...(changed.length === 0 ? [] : [`objects that change: ${some(changed, MOST_NAMES)}`]),
    ...delaysOf(loaded, ofRequests ? OF_REQUESTS : PARTS),
  ];
  return new InputError({ file: loaded.scenario.name, message: sentences.join('; ') });
}

/** Which delays of these parts are 0, and what to do about it. */
export function delaysOf({ scenario }: LoadedScenario, parts: readonly (typeof PARTS)[number][]): string[] {
  const delays = parts.flatMap((part) => zeroDelays(scenario[part], part));
  return [
    delays.length === 0 ? 'no delay is 0' : `delays that are 0: ${some(delays, MOST_DELAYS)}`,
    'make one of them positive',
  ];
}

function some(all: readonly string[], most: number): string {
  const more = all.length - most;
  return `${all.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Paths of the delays below a part of the scenario that are always 0. */
function zeroDelays(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'constant' && 'value' in value) return value.value === 0 ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((one, index) => zeroDelays(one, `${path}[${index}]`));
  return Object.entries(value).flatMap(([key, one]) => {
    if (NOT_DELAYS.has(key)) return [];
    if (!key.endsWith('Us')) return zeroDelays(one, `${path}.${key}`);
    return one === 0 ? [`${path}.${key.slice(0, -2)}`] : [];
  });
}

/** A time of the clock, and limits that are none when they are 0. */
const NOT_DELAYS: ReadonlySet<string> = new Set(['startUs', 'stopUs', 'timeoutUs', 'cpuUs']);
