// What can be looked for by name: nodes, pods, workloads and Services.
import type { Recording } from './recording.ts';

export type Selection =
  | { readonly kind: 'node' | 'pod' | 'workload' | 'service'; readonly row: number }
  | { readonly kind: 'pending' };

export interface Found {
  readonly label: string;
  readonly selection: Selection;
}

/** Of each kind but pods, so that one does not hide the others. */
const MOST_OF_KIND = 4;

/** Names that have `words` in them, letters' case ignored: a few nodes, Services and workloads, then pods, at most `most`. */
export function find(recording: Recording, words: string, most: number): Found[] {
  const wanted = words.trim().toLowerCase();
  const found: Found[] = [];
  if (wanted === '') return found;
  const look = (
    count: number,
    kind: 'node' | 'pod' | 'workload' | 'service',
    labelOf: (row: number) => string,
  ): void => {
    const full = kind === 'pod' ? most : Math.min(most, found.length + MOST_OF_KIND);
    for (let row = 0; row < count && found.length < full; row += 1) {
      const label = labelOf(row);
      if (label.toLowerCase().includes(wanted)) found.push({ label: `${kind} ${label}`, selection: { kind, row } });
    }
  };
  const { nodes, services, workloads, pods } = recording;
  look(nodes.length, 'node', (row) => nodes[row].name);
  look(services.length, 'service', (row) => `${services[row].namespace}/${services[row].name}`);
  look(workloads.length, 'workload', (row) => workloads[row]);
  look(pods.length, 'pod', (row) => recording.podName(row));
  return found;
}
