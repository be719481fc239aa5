// What a member of a family may implement, declared; and the guard that holds a member from outside to it.
import { unknownName } from './explain.ts';
import { type Author, PluginError, thrown } from './plugin-error.ts';
import { show } from './show.ts';

/** Stops with a PluginError: what the method did, and what it was asked about. */
export type Fail = (what: string, about?: string) => never;

export interface MethodRule<Args extends readonly unknown[], Answer> {
  readonly required?: true;
  /** What a call is about: `for pod shop/web-0 on node worker-1`. */
  readonly about?: (...args: Args) => string;
  /** Calls the method and checks what it does. Without it any answer will do. */
  readonly call?: (method: (...args: Args) => unknown, args: Args, fail: Fail) => Answer;
}

export interface FieldRule {
  readonly required?: true;
  /** What was expected, where the value is not it. */
  readonly check: (value: unknown) => string | undefined;
  /** What the framework gets in its place: methods within it behind guards of their own. */
  readonly take?: (value: unknown) => unknown;
}

type Rule<Value> = Value extends (...args: infer Args) => infer Answer ? MethodRule<Args, Answer> : FieldRule;

/** A rule for each part of the interface: one that is forgotten here does not compile. */
export type Contract<Built> = { readonly [Part in keyof Built]-?: Rule<Exclude<Built[Part], undefined>> };

type AnyRule = (MethodRule<readonly unknown[], unknown> & { readonly check?: undefined }) | FieldRule;

/**
 * The member's working part behind a guard: each method is called with the part as `this`, what it throws and what it may not
 * answer is a PluginError, and it has nothing but what the contract names. `maker` is the method that returned it.
 */
export function held<Built extends object>(
  made: unknown,
  contract: Contract<Built>,
  author: Author,
  maker = 'create',
): Built {
  const rules = Object.entries(contract) as [string, AnyRule][];
  const names = rules.map(([name]) => name);
  const wrong = (what: string): never => {
    throw new PluginError(author, maker, what);
  };
  if (typeof made !== 'object' || made === null) {
    return wrong(`returned ${show(made)}, expected an object with ${names.join(', ')}`);
  }
  const part = made as Readonly<Record<string, unknown>>;
  if (isPlain(part)) {
    for (const key of Object.keys(part))
      if (!names.includes(key)) wrong(`returned an ${unknownName('part', key, names)}`);
  }
  const guarded: Record<string, unknown> = {};
  for (const [name, rule] of rules) {
    const value = part[name];
    if (value === undefined) {
      if (rule.required === true) wrong(`returned no ${name}, which is required`);
    } else if (rule.check !== undefined) {
      const expected = rule.check(value);
      if (expected !== undefined) wrong(`returned ${name}: ${show(value)}, expected ${expected}`);
      guarded[name] = rule.take === undefined ? value : rule.take(value);
    } else if (typeof value === 'function') {
      guarded[name] = guardMethod(name, (...args) => value.apply(part, args) as unknown, rule, author);
    } else {
      wrong(`returned ${name}: ${show(value)}, expected a function`);
    }
  }
  return guarded as Built;
}

function guardMethod(
  name: string,
  method: (...args: readonly unknown[]) => unknown,
  { about, call }: MethodRule<readonly unknown[], unknown>,
  author: Author,
): (...args: readonly unknown[]) => unknown {
  return (...args) => {
    const fail: Fail = (what, of = about?.(...args)) => {
      throw new PluginError(author, name, what, of);
    };
    try {
      return call === undefined ? method(...args) : call(method, args, fail);
    } catch (error) {
      if (error instanceof PluginError) throw error;
      return fail(thrown(error));
    }
  };
}

/** An instance of a class may have fields of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A field that is true or false. */
export const isBoolean: FieldRule = {
  check: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
};

/** A number as a plugin gave it, in a message: NaN and infinities by name. */
export function showNumber(value: unknown): string {
  return typeof value === 'number' ? String(value) : show(value);
}
