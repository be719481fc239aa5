// What a plugin brings: members of families, checked for their shape. Code from outside is believed nothing else.
import { InputError } from './errors.ts';
import { extended, type Family, type Member } from './family.ts';
import { unknownName } from './explain.ts';
import { didYouMean } from './suggest.ts';

const SHAPE =
  'expected a default export like `({ z }) => ({ balancers: [{ name, summary, args: z.strictObject({}), create }] })`';

/** The members of one plugin by family. */
export class LoadedPlugin {
  readonly file: string;
  readonly #brought: Readonly<Record<string, unknown>>;

  /** `families` are the names that it may use. Throws an InputError when `brought` is anything else. */
  constructor(brought: unknown, families: readonly string[], file: string) {
    if (typeof brought !== 'object' || brought === null) throw new InputError({ file, message: SHAPE });
    this.file = file;
    this.#brought = brought as Readonly<Record<string, unknown>>;
    for (const [name, members] of Object.entries(brought)) {
      if (!families.includes(name)) {
        const valid = `a plugin adds to ${families.join(', ')}${didYouMean(name, families)}`;
        throw new InputError({ file, path: name, message: `unknown family, ${valid}` });
      }
      if (!Array.isArray(members)) throw new InputError({ file, path: name, message: SHAPE });
      for (const [index, member] of members.entries()) this.#checkMember(member, `${name}[${index}]`);
    }
  }

  /** The family with the members that the plugin brings. Throws an InputError for a name that is taken. */
  extend<Context, Built>(family: Family<Context, Built>): Family<Context, Built> {
    const members = (this.#brought[family.name] ?? []) as readonly Member<Context, Built>[];
    const taken = members.findIndex(({ name }) => family.members.some((one) => one.name === name));
    if (taken >= 0) {
      const path = `${family.name}[${taken}].name`;
      throw new InputError({ file: this.file, path, message: `there is a "${members[taken].name}" already` });
    }
    return extended(
      family,
      members.map((one) => ({
        name: one.name,
        summary: one.summary,
        args: one.args,
        file: this.file,
        create: (args, context) => one.create(args, context),
      })),
    );
  }

  #checkMember(member: unknown, path: string): void {
    const { name, summary, args, create } = (member ?? {}) as Record<string, unknown>;
    const wrong = (field: string, message: string): InputError =>
      new InputError({ file: this.file, path: `${path}.${field}`, message });
    const parts = ['name', 'summary', 'args', 'create'];
    for (const key of Object.keys(member ?? {})) {
      if (!parts.includes(key)) throw wrong(key, unknownName('part', key, parts));
    }
    if (typeof name !== 'string' || name === '') throw wrong('name', 'is required: a name');
    if (typeof summary !== 'string') throw wrong('summary', 'is required: one sentence, for `wavetank list`');
    if (typeof (args as { safeParse?: unknown } | undefined)?.safeParse !== 'function') {
      throw wrong('args', 'is required: a schema such as `z.strictObject({})`');
    }
    if (typeof create !== 'function') throw wrong('create', 'is required: a function that makes the working part');
  }
}
