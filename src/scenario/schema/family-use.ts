// One use of a family's member, `{ PowerOfTwo: {} }` or just `PowerOfTwo`, checked against the family handed in as data.
import { z } from 'zod';
import { soleKey } from '../../lib/choice.ts';
import { addFlaws, check, unknownName } from '../../lib/explain.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { show } from '../../lib/show.ts';
import type { FamilyUse } from '../../model/settings/family-use.ts';

/** The arguments stay as written: the member itself converts them when it is created. */
export function familyUse(what: string, family: FamilySchema): z.ZodType<FamilyUse> {
  const names = [...family.keys()];
  return z
    .unknown()
    .transform((value, context): FamilyUse => {
      const plain = typeof value === 'string';
      const name = plain ? value : soleKey(value);
      if (name === undefined) {
        const message = `expected one ${what} by name (one of ${names.join(', ')}), got ${show(value)}`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
      const args = family.get(name);
      if (args === undefined) {
        const message = unknownName(what, name, names);
        context.addIssue({ code: 'custom', path: plain ? [] : [name], message, params: { atKey: !plain } });
        return z.NEVER;
      }
      const written = plain ? {} : ((value as Record<string, unknown>)[name] ?? {});
      const checked = check(args, written);
      if (checked.ok) return { name, args: written };
      if (!plain) addFlaws(context, checked.flaws, [name]);
      for (const { path, message } of plain ? checked.flaws : []) {
        context.addIssue({ code: 'custom', message: `${name} needs arguments: ${[...path].join('.')} ${message}` });
      }
      return z.NEVER;
    })
    .meta({ type: `${what}: a name, or the name with its arguments` });
}
