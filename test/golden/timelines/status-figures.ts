// Figures of the statuses of DaemonSets and PodDisruptionBudgets: the order of their numbers, and when they came to what they should be.
import type { Run } from './compare.ts';
import type { Status } from './figures.ts';
import { jobFigures } from './job-figures.ts';
import { numberOf } from './object-statuses.ts';
import { exact, near, type Tolerance } from './tolerances.ts';

export interface StatusFigure {
  readonly figure: string;
  readonly tolerance: Tolerance;
  readonly of: (run: Run) => number | undefined;
}

/** How a DaemonSet's rollout went: `±3 %` of the README, and half a second for the steps of a burst. */
const ROLLOUT = near(0.5, 0.03);
/** A refused eviction is tried again after 5 s and the time of the request: 0.3 s a retry, and there are two. */
const RETRIES = near(0.6);
/** How far along the update is looked at. */
const QUARTERS = [0.25, 0.5, 0.75, 1];

export function statusFigures(runs: readonly Run[], index: number): StatusFigure[] {
  const statuses = ({ phases }: Run): readonly Status[] => phases[index].statuses;
  const kinds = new Set(runs.flatMap((run) => statuses(run).map(([, object]) => object.slice(0, object.indexOf('/')))));
  return [
    ...(kinds.has('DaemonSet') ? daemonSets(runs, statuses) : []),
    ...(kinds.has('Job') ? jobFigures(runs, index) : []),
    ...(kinds.has('PodDisruptionBudget') ? budgets(runs, statuses) : []),
  ];
}

type StatusesOf = (run: Run) => readonly Status[];

function daemonSets(runs: readonly Run[], statuses: StatusesOf): StatusFigure[] {
  const of = (run: Run): Status[] => statuses(run).filter(([, object]) => object.startsWith('DaemonSet/'));
  const at = (run: Run, name: string, least: number): number | undefined =>
    of(run).find(([, , detail]) => (numberOf(detail, name) ?? 0) >= least)?.[0];
  const last = (run: Run, name: string): number | undefined => {
    const status = of(run).at(-1);
    return status === undefined ? undefined : numberOf(status[2], name);
  };
  const desired = Math.max(...runs.map((run) => last(run, 'desired') ?? 0));
  const names = ['desired', 'current', 'ready', 'available', 'updated', 'misscheduled'];
  const most = (run: Run): number => Math.max(...of(run).map(([, , detail]) => numberOf(detail, 'unavailable') ?? 0));
  return [
    ...names.map((name) => ({
      figure: `DaemonSet ${name} at the end`,
      tolerance: exact,
      of: (run: Run) => last(run, name),
    })),
    { figure: 'DaemonSet most unavailable', tolerance: exact, of: most },
    ...QUARTERS.map((share) => {
      const least = Math.ceil(share * desired);
      return {
        figure: `DaemonSet updated ${least} at`,
        tolerance: ROLLOUT,
        of: (run: Run) => at(run, 'updated', least),
      };
    }),
    {
      figure: 'DaemonSet complete',
      tolerance: ROLLOUT,
      of: (run) =>
        of(run).findLast(
          ([, , detail]) => numberOf(detail, 'updated') === desired && numberOf(detail, 'available') === desired,
        )?.[0],
    },
  ];
}

/** `disruptionsAllowed` goes through the same values in the same order. */
function budgets(runs: readonly Run[], statuses: StatusesOf): StatusFigure[] {
  const changes = (run: Run): [number, number][] => {
    const found: [number, number][] = [];
    for (const [t, object, detail] of statuses(run)) {
      const allowed = object.startsWith('PodDisruptionBudget/') ? numberOf(detail, 'disruptionsAllowed') : undefined;
      if (allowed !== undefined && allowed !== found.at(-1)?.[1]) found.push([t, allowed]);
    }
    return found;
  };
  const count = Math.max(...runs.map((run) => changes(run).length));
  return [
    { figure: 'disruptionsAllowed, values', tolerance: exact, of: (run) => changes(run).length },
    ...Array.from({ length: count }, (_, step): StatusFigure[] => [
      { figure: `disruptionsAllowed, value ${step + 1}`, tolerance: exact, of: (run) => changes(run)[step]?.[1] },
      {
        figure: `disruptionsAllowed, value ${step + 1} at`,
        tolerance: RETRIES,
        of: (run) => changes(run)[step]?.[0],
      },
    ]).flat(),
  ];
}
