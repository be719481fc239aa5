// Autoscalers in a timeline: what their status says when, as figures, and the fake metrics API of the recordings.
import type { ResourceMetrics } from '../../../src/model/ports/metrics-apis.ts';
import { PodBit, PodPhase } from '../../../src/model/pods.ts';
import type { ClusterState } from '../../../src/model/state.ts';
import type { PodRow } from '../../../src/model/rows.ts';
import type { Action, Entry } from './recording.ts';
import { exact, near, type Tolerance } from './tolerances.ts';

/** Seconds from the action, what of a HorizontalPodAutoscaler, and how it is now. */
export type AutoscalerChange = readonly [t: number, what: string, detail: string];

const LOAD = /load (\d+)m$/;
/** The fake API says that its samples are of now; what they were taken over fits every sync of the recordings from 12 s to 26 s. */
const WINDOW_US = 15e6;

/** The load of an action's Deployment in millicores. */
export function loadOf({ what }: Action): number | undefined {
  const found = LOAD.exec(what);
  return found === null ? undefined : Number(found[1]);
}

/** The pods that run share the load of the last action. */
export class FakeMetrics implements ResourceMetrics {
  readonly #actions: readonly Action[];
  readonly #zeroUs: number;
  readonly #state: () => ClusterState;
  readonly #now: () => number;

  constructor(actions: readonly Action[], zeroUs: number, state: () => ClusterState, now: () => number) {
    this.#actions = actions;
    this.#zeroUs = zeroUs;
    this.#state = state;
    this.#now = now;
  }

  read(pod: PodRow) {
    const { pods } = this.#state();
    const now = this.#now();
    const runs = (row: PodRow): boolean =>
      pods.alive[row] === 1 && (pods.state[row] & (PodBit.PhaseMask | PodBit.Deleting)) === PodPhase.Running;
    if (!runs(pod)) return undefined;
    let running = 0;
    for (let row = 0 as PodRow; row < pods.length; row = (row + 1) as PodRow) if (runs(row)) running += 1;
    const load = this.#actions.findLast((one) => this.#zeroUs + one.t_actual * 1e6 <= now && loadOf(one) !== undefined);
    const milli = Math.floor((load === undefined ? 0 : (loadOf(load) ?? 0)) / running);
    return { value: BigInt(milli), atUs: Math.floor(now / 1e6) * 1e6, windowUs: WINDOW_US };
  }

  cpuMilli(pod: PodRow): number {
    return Number(this.read(pod)?.value ?? -1);
  }
}

interface Status {
  readonly currentReplicas?: number;
  readonly desiredReplicas?: number;
  readonly currentMetrics?: readonly {
    readonly resource?: { readonly current: { readonly averageUtilization?: number; readonly averageValue?: string } };
  }[];
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
}

/** What the recordings' observer wrote when a status became another one: what, detail. */
export function statusChanges(before: Status | undefined, after: Status | undefined): [string, string][] {
  const replicas = ({ currentReplicas = 0, desiredReplicas = 0 }: Status = {}): string =>
    `current=${currentReplicas} desired=${desiredReplicas}`;
  const metric = (status: Status | undefined): string | undefined => {
    const current = status?.currentMetrics?.[0]?.resource?.current;
    return current && `utilization=${current.averageUtilization} averageValue=${current.averageValue}`;
  };
  const changes: [string, string][] = [];
  if (after === undefined) return changes;
  if (replicas(before) !== replicas(after)) changes.push(['replicas', replicas(after)]);
  const now = metric(after);
  if (now !== undefined && now !== metric(before)) changes.push(['metric', now]);
  for (const { type, status, reason = '' } of after.conditions ?? []) {
    const old = before?.conditions?.find((one) => one.type === type);
    if (old?.status !== status || old.reason !== reason) changes.push([`condition ${type}`, `${status} ${reason}`]);
  }
  return changes;
}

export function changeOf({ kind, what, detail }: Entry, since: number): AutoscalerChange | undefined {
  return kind === 'HorizontalPodAutoscaler' && what !== 'created' ? [since, what, detail] : undefined;
}

interface AutoscalerFigure {
  readonly figure: string;
  readonly tolerance: Tolerance;
  readonly of: (changes: readonly AutoscalerChange[]) => number | undefined;
}

const SYNC_S = 15;
/** How much later than it should each sync of the recordings came. */
const LATE_S = 0.02;

/** One figure for each number of each change, and its time; `changes` are those of a recorded phase that began then. */
export function autoscalerFigures(changes: readonly AutoscalerChange[], phaseS: number): AutoscalerFigure[] {
  const figures: AutoscalerFigure[] = [];
  const seen = new Map<string, number>();
  for (const [at, what, detail] of changes) {
    const late = 0.3 + LATE_S * Math.round((phaseS + at) / SYNC_S);
    const known = what.startsWith('condition ') ? `${what} ${detail}` : what;
    const nth = (seen.get(known) ?? 0) + 1;
    seen.set(known, nth);
    const found = (all: readonly AutoscalerChange[]): AutoscalerChange | undefined =>
      all.filter((one) => (what.startsWith('condition ') ? `${one[1]} ${one[2]}` : one[1]) === known)[nth - 1];
    const name = `autoscaler, ${known}${nth === 1 ? '' : ` (${nth})`}`;
    figures.push({ figure: `${name} at`, tolerance: near(Math.round(100 * late) / 100), of: (all) => found(all)?.[0] });
    for (const [, part] of what.startsWith('condition ') ? [] : detail.matchAll(/(\w+)=/g)) {
      const value = new RegExp(`${part}=(\\d+)`);
      const number = (one: AutoscalerChange | undefined): number | undefined =>
        one === undefined ? undefined : Number(value.exec(one[2])?.[1]);
      figures.push({ figure: `${name}, ${part}`, tolerance: exact, of: (all) => number(found(all)) });
    }
  }
  return figures;
}
