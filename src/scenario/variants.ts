// The variants of a bench: what each of them sets, ready to be applied.
import { isMapping } from './fill.ts';
import type { References } from './known.ts';
import { parseTarget } from './override.ts';
import type { Variant } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';

/** The fields of `spec.scheduler` that say which plugins decide. Profiles take the place of the others; a policy leaves their arguments. */
const WAYS = ['policy', 'profiles', 'config'].map((field) => `spec.scheduler.${field}`);
const WHOLE = WAYS.slice(1);

/** What is wrong goes to `references`. `written` is the raw document's `spec`. */
export function variantsOf(spec: ParsedSpec, written: unknown, references: References): Variant[] {
  const scheduler = isMapping(written) ? written['scheduler'] : undefined;
  const there = WAYS.filter((path) => isMapping(scheduler) && Object.hasOwn(scheduler, path.split('.')[2]));
  const names = spec.bench.map(({ name }) => name.toLowerCase());
  return spec.bench.map(({ name, set }, index) => {
    const at = ['spec', 'bench', index];
    if (names.indexOf(name.toLowerCase()) !== index) references.fail(at, `duplicate variant ${JSON.stringify(name)}`);
    for (const path of Object.keys(set)) {
      const { file } = references.place(at);
      try {
        parseTarget(path, file ?? '');
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        references.fail([...at, 'set', path], error.message.replace(`${file ?? ''}: `, ''), true);
      }
    }
    const chosen = WHOLE.some((path) => Object.hasOwn(set, path));
    const instead = chosen
      ? there.filter((path) => !Object.hasOwn(set, path)).map((path) => [path, null] as const)
      : [];
    return {
      name,
      set: [...instead, ...Object.entries(set)].map(([path, value]) => ({
        path,
        value,
        place: references.place([...at, 'set', path]),
      })),
      place: references.place(at),
    };
  });
}
