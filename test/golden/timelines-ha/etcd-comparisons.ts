// The figures of etcd itself that are compared, and how far they may differ: the tolerances of the recordings' README.
import { type Comparison, figure, type Measure } from './agreement.ts';
import type { Action, Run } from './recordings.ts';

const isSignal =
  (...signals: readonly string[]) =>
  ({ what, signal }: Action): boolean =>
    what === 'signal' && signals.includes(signal ?? '');

const etcdOf = ({ actions }: Run): readonly Action[] => actions.filter(({ proc }) => proc?.startsWith('etcd') === true);

/** What was done to the leader, if anything. */
function struck(run: Run): Action | undefined {
  return etcdOf(run).find(({ proc, t }) => t > -100 && proc === `etcd${String(run.roles.etcd_leader)}`);
}

/** When a quorum runs again after it was lost, ms. */
function quorumBackMs(run: Run): number | undefined {
  const killed = etcdOf(run).filter(isSignal('SIGKILL')).length;
  const starts = etcdOf(run).filter(({ what }) => what === 'start');
  return killed >= 2 && starts.length >= 2 ? starts[killed - 2].t : undefined;
}

/** Rounds of an election: more than one where votes were split. */
const rounds = (figures: ReadonlyMap<string, unknown>): number =>
  Math.max(1, Math.ceil(Number(figures.get('raft/candidacies') ?? 1) / 2));

const election: Measure = (figures) => {
  const value = figures.get('raft/first_new_leader_ms');
  return typeof value === 'number' ? value / rounds(figures) : undefined;
};

const minus =
  (path: string, other: Measure): Measure =>
  (figures, run) => {
    const value = figures.get(path);
    const taken = other(figures, run);
    return typeof value === 'number' && taken !== undefined ? value - taken : undefined;
  };

/** Members that nothing was done to. */
function untouched(run: Run): string[] {
  const touched = new Set(etcdOf(run).map(({ proc }) => proc));
  const names = new Set<string>();
  for (const path of run.figures.keys()) {
    const number = /^etcd\/m(\d+)\/put\/failed$/.exec(path)?.[1];
    if (number !== undefined && !touched.has(`etcd${number}`)) names.add(`m${number}`);
  }
  return [...names];
}

/** `paceMs`: between two puts of one client. */
export function etcdComparisons(run: Run, paceMs: number): Comparison[] {
  const blow = struck(run);
  const back = quorumBackMs(run);
  const exact = (path: string): Comparison => ({ figure: path, measure: figure(path), below: 0, above: 0 });
  // Split votes are rare: a run that had one is not counted against those that had none.
  const counted = (path: string): Comparison => ({
    ...exact(path),
    measure: (figures) => (rounds(figures) > 1 ? undefined : figure(path)(figures, run)),
    ofCase: true,
  });
  const found: Comparison[] = [counted('raft/candidacies'), counted('raft/pre_candidacies')];
  if (back !== undefined) {
    const recovery: Measure = (figures) => {
      const leader = figures.get('raft/first_new_leader_ms');
      return typeof leader === 'number' ? leader - back : undefined;
    };
    found.push(
      {
        figure: 'raft/first_new_leader_ms after the quorum is back',
        measure: recovery,
        below: 300,
        above: 1200,
        cpuBound: true,
      },
      {
        figure: 'raft/first_lost_leader_ms',
        measure: figure('raft/first_lost_leader_ms'),
        below: 100,
        above: 200,
        ofCase: true,
      },
      {
        figure: 'etcd/any/put/longest_time_without_success_ms, from the new leader',
        measure: minus('etcd/any/put/longest_time_without_success_ms', figure('raft/first_new_leader_ms')),
        below: 300,
        above: 500,
        cpuBound: true,
      },
    );
    for (const member of untouched(run)) {
      found.push(exact(`etcd/${member}/ser-get/failed`), {
        figure: `etcd/${member}/put/failed_min_ms`,
        measure: figure(`etcd/${member}/put/failed_min_ms`),
        below: 200,
        above: 200,
      });
    }
    return found;
  }
  if (blow?.signal === 'SIGTERM') {
    found.push({
      figure: 'raft/first_new_leader_ms',
      measure: figure('raft/first_new_leader_ms'),
      below: 300,
      above: 300,
    });
    for (const member of untouched(run)) found.push({ ...exact(`etcd/${member}/put/failed`), needsQuiet: true });
    return found;
  }
  if (blow !== undefined && (isSignal('SIGKILL', 'SIGSTOP')(blow) || blow.what === 'isolate')) {
    found.push(
      { figure: 'raft/first_new_leader_ms', measure: election, below: 100, above: 100, ofCase: true },
      {
        figure: 'etcd/any/put/longest_time_without_success_ms, from the new leader',
        measure: minus('etcd/any/put/longest_time_without_success_ms', figure('raft/first_new_leader_ms')),
        below: paceMs,
        above: 500,
      },
    );
    for (const member of untouched(run)) {
      const puts = `etcd/${member}/put`;
      // Every put of the gap is lost with the old leader.
      const lost: Measure = (figures) => {
        const { [0]: failed, [1]: leader } = [figures.get(`${puts}/failed`), figures.get('raft/first_lost_leader_ms')];
        return typeof failed === 'number' && typeof leader === 'number' ? failed - leader / paceMs : undefined;
      };
      found.push(
        { figure: `${puts}/failed, from the rate and the gap`, measure: lost, below: 1, above: 1, needsQuiet: true },
        { figure: `${puts}/failed_min_ms`, measure: figure(`${puts}/failed_min_ms`), below: 200, above: 200 },
        {
          figure: `${puts}/failed_max_ms`,
          measure: figure(`${puts}/failed_max_ms`),
          below: 200,
          above: 200,
          cpuBound: true,
        },
        exact(`etcd/${member}/lin-get/failed`),
        exact(`etcd/${member}/ser-get/failed`),
      );
    }
    return found;
  }
  for (const member of untouched(run)) {
    for (const op of ['put', 'lin-get', 'ser-get']) found.push(exact(`etcd/${member}/${op}/failed`));
  }
  if (run.figures.has('raft/first_lost_leader_ms')) {
    found.push({
      figure: 'raft/first_lost_leader_ms',
      measure: figure('raft/first_lost_leader_ms'),
      below: 100,
      above: 300,
      ofCase: true,
    });
  }
  return found;
}
