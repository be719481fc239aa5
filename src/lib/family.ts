// The one shape in which wavetank is extended: a named member with typed arguments, listed in its family's index.
import type { z } from 'zod';
import { assert } from './assert.ts';
import { type Contract, held } from './contract.ts';
import { InputError } from './errors.ts';
import { type Author, PluginError, thrown } from './plugin-error.ts';
import { didYouMean } from './suggest.ts';

/** One member of a family. `args` declares and checks its arguments; `create` builds the working part for a context. */
export interface Member<Context, Built, Args extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One sentence, printed by `wavetank list`. */
  readonly summary: string;
  readonly args: Args;
  /** The plugin that brought it; a built-in member has none. */
  readonly file?: string;
  create(args: z.output<Args>, context: Context): Built;
}

/** Declares a member with the types of its arguments inferred. */
export function member<Context, Built, Args extends z.ZodType>(
  definition: Member<Context, Built, Args>,
): Member<Context, Built> {
  return definition;
}

/** What a member from outside may do. Built-in members are held to it by the compiler alone. */
export interface FamilyContract<Context, Built> {
  /** By what the member made; it has not been checked. */
  readonly built: (context: Context, author: Author, made: unknown) => Contract<NonNullable<Built>>;
  /** Adds what a member may leave out. */
  readonly complete?: (built: NonNullable<Built>) => NonNullable<Built>;
  /** A member may make nothing. */
  readonly mayBeNothing?: true;
  /** Simulated time, for messages. */
  readonly nowUs?: (context: Context) => number;
  /** The context as a member from outside gets it: it may read, and what it asks for is checked. */
  readonly context?: (context: Context, author: Author) => Context;
}

export interface Family<Context, Built> {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly Member<Context, Built>[];
  /** Undefined: nobody outside adds to it. */
  readonly contract: FamilyContract<Context, Built> | undefined;
  /** Throws an InputError with the valid names and the nearest one. */
  get(name: string): Member<Context, Built>;
  /** Checks the arguments and builds the member. Throws an InputError. */
  create(name: string, args: unknown, context: Context): Built;
}

/** A literal list of members under one name; a name listed twice is refused. */
export function family<Context, Built>(
  name: string,
  summary: string,
  members: readonly Member<Context, Built>[],
  contract?: FamilyContract<Context, Built>,
): Family<Context, Built> {
  const byName = new Map<string, Member<Context, Built>>();
  for (const one of members) {
    if (byName.has(one.name)) throw new InputError(`${name}: "${one.name}" is registered twice`);
    byName.set(one.name, one);
  }
  const get = (wanted: string): Member<Context, Built> => {
    const found = byName.get(wanted);
    if (found !== undefined) return found;
    const valid = [...byName.keys()];
    throw new InputError(
      `${name}: unknown name "${wanted}", expected one of ${valid.join(', ')}${didYouMean(wanted, valid)}`,
    );
  };
  return {
    name,
    summary,
    members,
    contract,
    get,
    create(wanted, args, context) {
      const found = get(wanted);
      const parsed = found.args.safeParse(args ?? {});
      if (!parsed.success) {
        throw new InputError(
          parsed.error.issues.map((issue) => ({
            path: `${wanted}${issue.path.map((key) => `.${String(key)}`).join('')}`,
            message: issue.message,
          })),
        );
      }
      if (found.file === undefined) return found.create(parsed.data, context);
      assert(contract !== undefined, () => `nobody may add to the family ${name}`);
      return createForeign(found, parsed.data, context, contract, found.file);
    },
  };
}

/** What somebody else's code makes is held to the contract; what it throws is an error of the input. */
function createForeign<Context, Built>(
  member: Member<Context, Built>,
  args: unknown,
  context: Context,
  contract: FamilyContract<Context, Built>,
  file: string,
): Built {
  const { name } = member;
  const nowUs = contract.nowUs === undefined ? undefined : () => contract.nowUs?.(context) ?? 0;
  const author: Author = { file, member: name, nowUs };
  let made: unknown;
  try {
    made = member.create(args, contract.context?.(context, author) ?? context);
  } catch (error) {
    if (error instanceof PluginError) throw error;
    // An InputError is how a plugin says that its arguments are wrong; where it names no place it is the plugin's own.
    if (error instanceof InputError) {
      throw new InputError(
        error.problems.map((one) =>
          one.file === undefined ? { file, ...one, message: `${name}: ${one.message}` } : one,
        ),
      );
    }
    throw new PluginError(author, 'create', thrown(error));
  }
  if (made === undefined && contract.mayBeNothing === true) return made as Built;
  const built = held<NonNullable<Built> & object>(made, contract.built(context, author, made), author);
  return contract.complete?.(built) ?? built;
}

/** A family as data, for the scenario loader: it checks names and arguments without knowing a component. */
export type FamilySchema = ReadonlyMap<string, z.ZodType>;

export function familySchema<Context, Built>(from: Family<Context, Built>): FamilySchema {
  return new Map(from.members.map((one) => [one.name, one.args]));
}

/** The family with more members, as a plugin brings them. Throws an InputError for a name that is taken. */
export function extended<Context, Built>(
  from: Family<Context, Built>,
  members: readonly Member<Context, Built>[],
): Family<Context, Built> {
  return members.length === 0 ? from : family(from.name, from.summary, [...from.members, ...members], from.contract);
}
