// What must be known before the figures of a run are read: which objects and fields of the input they leave out.
import { counted } from '../lib/plural.ts';
import type { Ignored } from './scenario.ts';

/** Fields that are named; `wavetank validate` lists all of them. */
const MOST_FIELDS = 6;

/** Objects by kind and count first, then the fields that most objects have. Empty when everything in the input counts. */
export function caveats(ignored: readonly Ignored[]): string[] {
  const kinds = new Map<string, number>();
  const fields = new Map<string, Map<string, number>>();
  for (const { object, path } of ignored) {
    const [kind] = object.split('/');
    if (path === '') kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    else {
      const short = path.replace(/^spec\.template\.spec\.|^spec\./, '');
      const holders = fields.get(short) ?? new Map<string, number>();
      fields.set(short, holders.set(kind, (holders.get(kind) ?? 0) + 1));
    }
  }
  return [
    ...(kinds.size === 0 ? [] : [`not simulated: ${countsOf(kinds)}`]),
    ...(fields.size === 0 ? [] : [`without effect: ${fieldsOf(fields)}`]),
  ];
}

/** `2 Pods, 1 Service`: the most first. */
export function countsOf(kinds: ReadonlyMap<string, number>): string {
  return [...kinds]
    .sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
    .map(([kind, count]) => counted(count, kind))
    .join(', ');
}

function fieldsOf(fields: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const total = (holders: ReadonlyMap<string, number>) => [...holders.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...fields].sort(
    ([a, some], [b, others]) => rank(a) - rank(b) || total(others) - total(some) || (a < b ? -1 : 1),
  );
  const named = sorted.slice(0, MOST_FIELDS).map(([path, holders]) => `${path} of ${countsOf(holders)}`);
  const more = sorted.length - named.length;
  return [...named, ...(more === 0 ? [] : [`${counted(more, 'other field')} (\`wavetank validate\` lists all)`])].join(
    '; ',
  );
}

/** Limits, probes and hooks change what happens; ports' names and the like seldom do. */
function rank(path: string): number {
  return /limits|[pP]robe|lifecycle/.test(path) ? 0 : 1;
}
