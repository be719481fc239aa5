// `requests.discipline`, one word where `order` and `compute` are two: read as what it says in these.
import type { ComputeName, OrderName } from '../model/settings/traffic.ts';
import { isMapping, type Mapping } from './fill.ts';

const DISCIPLINES = {
  fifo: { order: 'firstComeFirstServed', compute: 'dedicated' },
  lifo: { order: 'lastComeFirstServed', compute: 'dedicated' },
  priority: { order: 'priority', compute: 'dedicated' },
  preemptivePriority: { order: 'preemptivePriority', compute: 'dedicated' },
  processorSharing: { order: 'firstComeFirstServed', compute: 'podShared' },
} as const satisfies Record<string, { readonly order: OrderName; readonly compute: ComputeName }>;

export const disciplineNames = Object.keys(DISCIPLINES) as (keyof typeof DISCIPLINES)[];

/** Replaces the word in a raw `spec`, in place. One that is unknown, or stands beside what it says, is left for the check to report. */
export function replaceDisciplines(spec: Mapping): void {
  const { behaviors } = spec;
  if (!Array.isArray(behaviors)) return;
  for (const behavior of behaviors) {
    const requests = isMapping(behavior) ? behavior['requests'] : undefined;
    if (!isMapping(requests)) continue;
    const name = disciplineNames.find((one) => one === requests['discipline']);
    if (name === undefined || (requests['order'] ?? requests['compute'] ?? undefined) !== undefined) continue;
    delete requests['discipline'];
    Object.assign(requests, DISCIPLINES[name]);
  }
}
