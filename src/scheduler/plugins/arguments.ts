// Checks that the arguments of several plugins share, as kube-scheduler makes them (apis/config/validation).
import { z } from 'zod';
import { labelKeyProblems } from '../../model/parse/label-syntax.ts';

/** A name as a label's key: `example.com/gpu`. */
export const qualifiedName = z.string().superRefine((name, context) => {
  for (const message of labelKeyProblems(name)) context.addIssue({ code: 'custom', message });
});

/** The first place at which a list repeats what `keyOf` says of an earlier item, -1 for none. */
export function repeated<Item>(items: readonly Item[], keyOf: (item: Item) => string): number {
  const keys = items.map(keyOf);
  return keys.findIndex((key, index) => keys.indexOf(key) !== index);
}
