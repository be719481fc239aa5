// Figures of leaders of the control plane: how often they change, how long there is none, how soon a new one acts.
import type { LeaderHistory } from '../control-plane/leader-history.ts';
import type { Figure } from './figure.ts';

const COMPONENTS = [
  ['scheduler', 'kube-scheduler'],
  ['controllers', 'kube-controller-manager'],
] as const;

const whole = (
  pattern: string,
  title: string,
  unit: Figure['unit'],
  meaning: string,
  of: (leaders: LeaderHistory) => number | undefined,
): Figure => ({
  pattern,
  title,
  unit,
  gauge: false,
  wholeRun: true,
  better: 'lower',
  meaning: `${meaning} Where the control plane may die.`,
  measure: (_question, { measure }) => of(measure.leaders),
});

export const leaderFigures: readonly Figure[] = [
  ...COMPONENTS.flatMap(([short, component]) => [
    whole(
      `${short}.leader_changes`,
      `Changes of the leader of ${component}`,
      'count',
      `How often another process of ${component} led than before.`,
      (leaders) => leaders.changes(component),
    ),
    whole(
      `${short}.first_action.max`,
      `First action of a new leader of ${component}, longest`,
      'us',
      `The longest time from the lease of a leader of ${component} to its first write.`,
      (leaders) => leaders.firstActionUs(component),
    ),
  ]),
  ...COMPONENTS.map(
    ([short, component]): Figure => ({
      pattern: `${short}.without_leader`,
      title: `Time without a leader of ${component}`,
      unit: 'us',
      gauge: false,
      wholeRun: false,
      better: 'lower',
      meaning: `Time in which no process of ${component} led and ran. Where the control plane may die.`,
      measure: ({ window }, { measure, durationUs, warmupUs }) =>
        measure.leaders.withoutUs(
          component,
          window?.fromUs ?? warmupUs,
          Math.min(window?.toUs ?? durationUs, durationUs),
        ),
    }),
  ),
];
