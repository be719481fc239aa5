// The figures are worked out as the recordings' own summaries were: from each recorded timeline come its recorded figures.
import { expect, test } from 'vitest';
import { type Phase, phasesOf, type Step } from './figures.ts';
import { recordings } from './recording.ts';

/** Our figures by the summary's names. */
function asRecorded(phase: Phase): Record<string, unknown> {
  return {
    pods: phase.pods,
    ...(phase.steps.length === 0 ? {} : { rs_steps: inOrder(phase.steps) }),
    ...(phase.complete === undefined ? {} : { t_complete: phase.complete }),
    deployment_conditions: phase.conditions,
    node_events: phase.nodeEvents,
    events_by_reason: withoutRegistrations(phase.events),
    pods_ready_and_not_deleting: {
      at_start: phase.readyAtStart,
      min: phase.readyMin,
      max: phase.readyMax,
      at_end: phase.readyAtEnd,
    },
    pods_not_deleting_max: phase.notDeletingMax,
    pods_existing_max: phase.existingMax,
    max_unavailable: phase.maxUnavailable ?? null,
    max_surge: phase.maxSurge,
  };
}

test.each(recordings().flatMap((one) => one.runs.map((run) => [`${one.group}/${one.name}/${run.name}`, run] as const)))(
  '%s',
  (_, { entries, summary }) => {
    const ours = phasesOf(entries, summary.actions);
    expect(ours.length).toBe(summary.phases.length);
    for (const [index, theirs] of summary.phases.entries()) {
      const phase = asRecorded(ours[index]);
      for (const [key, value] of Object.entries(phase)) {
        const said = theirs[key];
        if (said === undefined) continue;
        // The summaries do not say how they take a change of the size itself.
        if (key === 'max_unavailable' && ours[index].desired !== ours[index - 1]?.desired) continue;
        const wanted = key === 'events_by_reason' ? withoutRegistrations(said as Record<string, number>) : said;
        expect(rounded(value), `${String(theirs['action'])} ${key}`).toEqual(rounded(wanted));
      }
    }
  },
);

/** Nodes were registered before the first action; how many of these events the first phase has depends on their delay. */
function withoutRegistrations(events: Readonly<Record<string, number>>): object {
  return Object.fromEntries(Object.entries(events).filter(([reason]) => reason !== 'RegisteredNode'));
}

/** Steps at one time in the order of the ReplicaSets: the observer's own order of them is arbitrary. */
function inOrder(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => a[0] - b[0] || a[1].localeCompare(b[1]));
}

/** Times to a hundredth: both sides rounded to milliseconds, before and after a subtraction. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 100) / 100;
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one)]));
}
