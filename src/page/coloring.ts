// Which colour a pod has: by its workload, its phase or its revision. The first colours go to the workloads with the most pods.
import { PodState } from './frame.ts';
import type { Recording } from './recording.ts';

export const colorings = ['workload', 'phase', 'revision'] as const;
export type Coloring = (typeof colorings)[number];

/** Names of the colours of src/report/theme.ts, in the order in which they are given out. */
export const HUES = ['blue', 'orange', 'green', 'pink', 'sky', 'yellow', 'red', 'grey'] as const;
export type Hue = (typeof HUES)[number];

/** A workload beyond the seventh shares the grey one. */
const OTHERS = HUES.indexOf('grey');

/** In words, by state; the page calls what kubectl does. */
export const STATE_WORDS = [
  'removed',
  'Pending',
  'ContainerCreating',
  'Running, not ready',
  'Running, ready',
  'Terminating',
  'Succeeded',
  'Failed',
] as const;

const STATE_HUES: readonly Hue[] = ['grey', 'yellow', 'sky', 'orange', 'green', 'grey', 'blue', 'red'];

export interface LegendEntry {
  readonly hue: Hue;
  readonly label: string;
  /** Whether a pod counts for it: by row and state. */
  readonly has: (pod: number, state: number) => boolean;
}

/** Gives pods colours, each an index into HUES. */
export class Colors {
  readonly legend: readonly LegendEntry[];
  readonly #hueOf: (pod: number, state: number) => number;

  constructor(recording: Recording, coloring: Coloring) {
    const made =
      coloring === 'phase' ? byPhase() : coloring === 'workload' ? byWorkload(recording) : byRevision(recording);
    this.legend = made.legend;
    this.#hueOf = made.hueOf;
  }

  hueOf(pod: number, state: number): number {
    return this.#hueOf(pod, state);
  }
}

interface Made {
  readonly legend: readonly LegendEntry[];
  readonly hueOf: (pod: number, state: number) => number;
}

function byPhase(): Made {
  const hues = STATE_HUES.map((hue) => HUES.indexOf(hue));
  const shown = [2, 3, 4, 5, 6, 7] as const;
  return {
    legend: shown.map((state) => ({
      hue: STATE_HUES[state],
      label: STATE_WORDS[state],
      has: (_pod, now) => now === state,
    })),
    hueOf: (_pod, state) => hues[state],
  };
}

/** Of a live run the first ones get colours: they keep them. */
function byWorkload({ pods, workloads, opening }: Recording): Made {
  const counts = new Int32Array(workloads.length);
  if (opening?.source !== 'live') for (const { workload } of pods) counts[workload] += 1;
  const ranked = [...workloads.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const hues = new Uint8Array(workloads.length).fill(OTHERS);
  for (const [rank, workload] of ranked.entries()) if (rank < OTHERS) hues[workload] = rank;
  const named = ranked.slice(0, OTHERS).map((workload): LegendEntry => {
    return {
      hue: HUES[hues[workload]],
      label: workloads[workload] === '' ? 'pods without a controller' : workloads[workload],
      has: (pod, state) => state !== PodState.Absent && pods[pod].workload === workload,
    };
  });
  const more = ranked.length - named.length;
  const others: LegendEntry[] =
    more === 0
      ? []
      : [
          {
            hue: 'grey',
            label: `${more} other workload${more === 1 ? '' : 's'}`,
            has: (pod, state) => state !== PodState.Absent && hues[pods[pod].workload] === OTHERS,
          },
        ];
  return { legend: [...named, ...others], hueOf: (pod) => hues[pods[pod].workload] };
}

/** Revisions of different workloads with one number share a colour: what is new stands out. */
function byRevision({ pods }: Recording): Made {
  const revisions = [...new Set(pods.map(({ revision }) => revision))].sort((a, b) =>
    a === '' ? 1 : b === '' ? -1 : Number(a) - Number(b) || (a < b ? -1 : 1),
  );
  const hues = new Map(revisions.map((revision, at) => [revision, revision === '' ? OTHERS : at % OTHERS] as const));
  return {
    legend: revisions.slice(0, HUES.length).map((revision) => ({
      hue: HUES[hues.get(revision) ?? OTHERS],
      label: revision === '' ? 'no revision' : `revision ${revision}`,
      has: (pod, state) => state !== PodState.Absent && pods[pod].revision === revision,
    })),
    hueOf: (pod) => hues.get(pods[pod].revision) ?? OTHERS,
  };
}
