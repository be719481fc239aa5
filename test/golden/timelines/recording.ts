// A recording of a real control plane as its folder has it: manifest, setup, and each run's timeline, kubelet delays and figures.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { goldenFolder } from '../harness.ts';
import { type Delays, delaysAsSeen } from './kubelet-delays.ts';

/** The groups whose controllers are simulated. */
export const GROUPS = [
  'scale-up',
  'peer-baseline',
  'rollout',
  'rollout-control',
  'node-loss',
  'disruption',
  'workloads',
  'hpa',
] as const;

/** Something done to the cluster; times in seconds from t0. */
export interface Action {
  readonly what: string;
  readonly t_actual: number;
  /** The body of the PATCH. */
  readonly body?: {
    readonly spec: {
      readonly replicas?: number;
      readonly paused?: boolean;
      readonly template?: object;
      readonly updateStrategy?: object;
    };
  };
}

export interface Setup {
  readonly note: string;
  readonly nodes: {
    readonly count: number;
    readonly zones: number;
    readonly cpu: string;
    readonly memory: string;
    readonly pods: string;
  };
  /** By component: `defaults`, or the flags that were given. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>;
}

/** One thing that the observer saw, ours or theirs. `t` in seconds from t0. */
export interface Entry {
  readonly t: number;
  readonly kind: string;
  readonly name: string;
  readonly what: string;
  readonly detail: string;
}

export interface RunSummary {
  readonly phases: readonly Readonly<Record<string, unknown>>[];
  readonly metrics: {
    readonly api_requests: Readonly<Record<string, number>>;
    /** Of processes, for some. */
    readonly cpu_s?: Readonly<Record<string, number>>;
  };
  readonly actions: readonly Action[];
  readonly t0_fraction_of_second: number;
  /** Of CronJobs: where t0 is on the wall clock's minute. */
  readonly second_of_minute_at_t0?: number;
  /** Of the nodes whose kubelets are stopped, seconds from t0. */
  readonly last_lease_renewal_t?: Readonly<Record<string, number>>;
}

export interface RecordedRun {
  readonly name: string;
  readonly summary: RunSummary;
  readonly entries: readonly Entry[];
  readonly delays: readonly Delays[];
}

export interface Recording {
  readonly group: string;
  readonly name: string;
  readonly manifest: string;
  readonly setup: Setup;
  readonly runs: readonly RecordedRun[];
}

/** Every recording of the groups that the chosen folder has, by group and name. */
export function recordings(): Recording[] {
  return GROUPS.flatMap((group) => {
    const folder = join(goldenFolder(), 'timelines', group);
    return existsSync(folder)
      ? readdirSync(folder)
          .sort()
          .map((name) => recording(group, name, join(folder, name)))
      : [];
  });
}

function recording(group: string, name: string, folder: string): Recording {
  return {
    group,
    name,
    manifest: text(join(folder, 'manifest.yaml')),
    setup: json(join(folder, 'setup.json')) as Setup,
    runs: readdirSync(folder)
      .filter((one) => /^run\d+$/.test(one))
      .sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)))
      .map((run) => recordedRun(run, join(folder, run))),
  };
}

function recordedRun(name: string, folder: string): RecordedRun {
  const summary = json(join(folder, 'summary.json')) as RunSummary;
  const entries = table(folder, 'events.csv').map(({ t = '', kind = '', name: of = '', what = '', detail = '' }) => {
    return { t: Number(t), kind, name: of, what, detail };
  });
  const drawn = table(folder, 'kubelet.csv').map(({ pod = '', start_s, ready_s, term_s, run_s, fail }) => {
    const [start = 0, ready = 0, term = 0, run = 0] = [start_s, ready_s, term_s, run_s].map(Number);
    return { pod, start, ready, term, run, fails: fail === 'true' };
  });
  return { name, summary, entries, delays: delaysAsSeen(drawn, entries, summary.last_lease_renewal_t !== undefined) };
}

function json(path: string): unknown {
  return JSON.parse(text(path));
}

function table(folder: string, name: string): Record<string, string>[] {
  return parse(text(join(folder, name)), { columns: true, skip_empty_lines: true, relax_quotes: true });
}

/** A file, plain or packed. */
function text(path: string): string {
  const bytes = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  return bytes.toString('utf8');
}
