// Which figures of a change of leaders are compared, and how far chance and a busy machine may carry them (the recordings' README).
import { type Comparison, figure, type Measure } from './agreement.ts';
import type { Run } from './recordings.ts';

/** Where the load is small a machine with other work delays by so much. */
const BUSY_MS = 2000;

const numbers = (figures: ReadonlyMap<string, unknown>, path: string): number[] => {
  const value = figures.get(path);
  return Array.isArray(value) ? (value as number[]).toSorted((a, b) => a - b) : [];
};

/** The first of an instant's values after the first of what brings it about. */
const after =
  (path: string, cause: string): Measure =>
  (figures) => {
    const [at, from] = [path, cause].map((one) => numbers(figures, one).at(0) ?? figures.get(one));
    return typeof at === 'number' && typeof from === 'number' ? at - from : undefined;
  };

/** The times between one value and the next: that which is furthest from `usual`. */
const steps =
  (path: string, usual: number): Measure =>
  (figures) => {
    const values = numbers(figures, path);
    const gaps = values.slice(1).map((value, i) => value - values[i]);
    return gaps.toSorted((a, b) => Math.abs(b - usual) - Math.abs(a - usual)).at(0);
  };

/** From SIGCONT to the exit of the old leader. */
const wokenToExit: Measure = (figures, { actions }) => {
  const simulated = figures.get('sigcont_to_exit_ms');
  if (typeof simulated === 'number') return simulated;
  const cont = actions.find(({ signal }) => signal === 'SIGCONT');
  const exit = actions.find(({ what, proc, t }) => what === 'exit' && proc === cont?.proc && t > (cont?.t ?? 0));
  return cont === undefined || exit === undefined ? undefined : exit.t - cont.t;
};

const changes =
  (component: string): Measure =>
  (figures) => {
    const simulated = figures.get(`lease/${component}/changes_n`);
    if (typeof simulated === 'number') return simulated;
    if (figures.get(`lease/${component}/last_renewal_before_t0_ms`) === undefined) return undefined;
    const recorded = figures.get(`lease/${component}/changes`);
    return Array.isArray(recorded) ? recorded.length : 0;
  };

const exact = (path: string, measure = figure(path)): Comparison => ({ figure: path, measure, below: 0, above: 0 });

const protocol = (path: string, below: number, above: number, measure = figure(path)): Comparison => ({
  figure: path,
  measure,
  below,
  above,
});

/** Only the least of a case is compared: the others are what the processor had else to do. */
const cpu = (path: string, below: number, above: number, measure = figure(path)): Comparison => ({
  ...protocol(path, below, above, measure),
  cpuBound: true,
});

const leases = (component: string): Comparison[] => [
  exact(`lease/${component}/changes`, changes(component)),
  protocol(`lease/${component}/last_renewal_before_t0_ms`, 500, 500),
  protocol(`lease/${component}/taken_ms`, 1000, BUSY_MS),
  protocol(`lease/${component}/last_renewal_to_taken_ms`, 1000, BUSY_MS),
];

const nodesDie: readonly Comparison[] = [
  ...leases('sched'),
  ...leases('kcm'),
  protocol('nodes/ready_unknown_ms after the lease', 0, 1000, after('nodes/ready_unknown_ms', 'lease/kcm/taken_ms')),
  protocol('nodes/ready_unknown_ms, in one pass', 10, 100, steps('nodes/ready_unknown_ms', 0)),
  protocol('nodes/first_noexecute_ms after Unknown', 100, 500, firstTaint),
  protocol('nodes/first_noexecute_ms, from one to the next', 500, 500, steps('nodes/first_noexecute_ms', 10_000)),
  protocol('evictions/first_ms after the taint', 500, 500, after('evictions/first_ms', 'nodes/first_noexecute_ms')),
  protocol('evictions/last_ms after the taint', 500, 1500, after('evictions/last_ms', 'nodes/first_noexecute_ms')),
  protocol('pods/created_first_ms after the eviction', 500, 500, after('pods/created_first_ms', 'evictions/first_ms')),
  protocol('pods/unready_first_ms after Unknown', 100, 500, after('pods/unready_first_ms', 'nodes/ready_unknown_ms')),
];

/** Of a recorded run whose nodes had pods. */
const evicted = ['evictions/disruption_target_n', 'evictions/deleting_n', 'pods/unready_n', 'pods/created_n'].map(
  (path) => exact(path),
);

/** A zone's limiter may have no token when the first node becomes Unknown: whole periods of ten seconds do not count. */
function firstTaint(figures: ReadonlyMap<string, unknown>): number | undefined {
  const waits = after('nodes/first_noexecute_ms', 'nodes/ready_unknown_ms')(figures, undefined as never);
  return waits === undefined ? undefined : waits % 10_000;
}

const churn: readonly Comparison[] = [
  ...leases('sched'),
  ...leases('kcm'),
  protocol('pods_scheduled/longest_gap_ms', 1500, BUSY_MS),
  protocol('pods/created_to_scheduled_max_ms', 2000, BUSY_MS),
  cpu('pods_scheduled/first_after_lease_taken_ms', 5, 300),
  cpu('pods_created_by_replicaset/first_after_lease_taken_ms', 500, 2000),
  protocol('SIGCONT to the exit', 700, 700, wokenToExit),
];

const burst: readonly Comparison[] = [
  ...['burst/created_n', 'burst/scheduled_n'].map((path) => exact(path)),
  protocol('burst/created_first_ms', 100, 300),
  protocol('burst/created_last_ms', 1000, 1000),
  protocol('burst/scheduled_first_ms', 1000, BUSY_MS),
  protocol('burst/restart_to_first_scheduled_ms', 1000, BUSY_MS),
  protocol('pods_scheduled/longest_gap_ms', 1500, BUSY_MS),
  cpu('pods_scheduled/first_after_lease_taken_ms', 5, 300),
  ...leases('sched'),
  ...leases('kcm'),
];

export function leaderComparisons(run: Run): readonly Comparison[] {
  if (run.case.includes('nodes-die'))
    return run.figures.get('evictions/deleting_n') === 0 ? nodesDie : [...nodesDie, ...evicted];
  if (run.case.includes('200pods')) return burst;
  // Where the scheduler is away the gap of creations is that of Running pods to delete, and where the Deployment's pods wait.
  const gap = protocol('pods_created_by_replicaset/longest_gap_ms', 2000, BUSY_MS);
  // While there is no scheduler half of the pods wait, for as long as the run is looked at.
  const half = run.case.startsWith('sched-kill') ? BUSY_MS : 100;
  return [...churn, gap, cpu('pods/created_to_scheduled_p50_ms', half, half)];
}
