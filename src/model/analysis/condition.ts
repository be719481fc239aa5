// Conditions of analyses, such as `result[0] >= 0.95`: the part of Argo's expression language (expr) that numbers need, read into a tree.
import { didYouMean } from '../../lib/suggest.ts';
import { ExpressionProblem, type Language, TokenReader, tokens } from './tokens.ts';

export type Condition =
  | { readonly is: 'value'; readonly value: number | string | boolean | null }
  | { readonly is: 'name'; readonly name: 'result' | '#' }
  | { readonly is: 'list'; readonly items: readonly Condition[] }
  | { readonly is: 'unary'; readonly operator: string; readonly of: Condition }
  | { readonly is: 'binary'; readonly operator: string; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'choice'; readonly test: Condition; readonly yes: Condition; readonly no: Condition }
  | { readonly is: 'item'; readonly of: Condition; readonly index: Condition }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Condition[] };

/** Functions by name: how many arguments each takes. */
const FUNCTIONS: Readonly<Record<string, readonly [number, number]>> = {
  len: [1, 1],
  all: [2, 2],
  any: [2, 2],
  one: [2, 2],
  none: [2, 2],
  count: [2, 2],
  filter: [2, 2],
  map: [2, 2],
  asInt: [1, 1],
  asFloat: [1, 1],
  isNaN: [1, 1],
  isInf: [1, 1],
  isNil: [1, 1],
  default: [2, 2],
  abs: [1, 1],
  max: [1, Infinity],
  min: [1, Infinity],
  sum: [1, 1],
  mean: [1, 1],
};

/** Those whose second argument is asked of each item, which is `#` there. */
export const OF_EACH: ReadonlySet<string> = new Set(['all', 'any', 'one', 'none', 'count', 'filter', 'map']);

const LANGUAGE: Language = {
  signs: '|| && == != <= >= ?? ** < > + - * / % ^ ! ? : ( ) [ ] { } , . #'.split(' '),
  names: /[A-Za-z_$][\w$]*/y,
  hasDurations: false,
};

/** From the loosest to the tightest. */
const BINARY: readonly (readonly string[])[] = [
  ['or', '||'],
  ['and', '&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**', '^'],
];
const ALIASES: Readonly<Record<string, string>> = { or: '||', and: '&&', '^': '**' };

/** Throws an ExpressionProblem. */
export function parseCondition(text: string): Condition {
  const reader = new TokenReader(tokens(text, LANGUAGE));
  const condition = choice(reader, false);
  if (reader.next.kind !== 'end') reader.unexpected('the end or an operator');
  return condition;
}

function choice(reader: TokenReader, inEach: boolean): Condition {
  const test = binary(reader, 0, inEach);
  if (reader.takes('??')) {
    const no = choice(reader, inEach);
    return { is: 'choice', test: { is: 'binary', operator: '!=', left: test, right: NIL }, yes: test, no };
  }
  if (!reader.takes('?')) return test;
  const yes = choice(reader, inEach);
  reader.expect(':');
  return { is: 'choice', test, yes, no: choice(reader, inEach) };
}

const NIL: Condition = { is: 'value', value: null };

function binary(reader: TokenReader, level: number, inEach: boolean): Condition {
  if (level === BINARY.length) return unary(reader, inEach);
  let left = binary(reader, level + 1, inEach);
  for (;;) {
    const operator = BINARY[level].find((one) => takesOperator(reader, one));
    if (operator === undefined) return left;
    const right = binary(reader, level + 1, inEach);
    left = { is: 'binary', operator: ALIASES[operator] ?? operator, left, right };
  }
}

function takesOperator(reader: TokenReader, operator: string): boolean {
  if (operator !== 'not in') return reader.takes(operator);
  if (reader.next.text !== 'not' || reader.second.text !== 'in') return false;
  reader.take();
  return reader.takes('in');
}

function unary(reader: TokenReader, inEach: boolean): Condition {
  for (const operator of ['!', 'not', '-', '+']) {
    if (!reader.takes(operator)) continue;
    return { is: 'unary', operator: operator === 'not' ? '!' : operator, of: unary(reader, inEach) };
  }
  let value = primary(reader, inEach);
  while (reader.takes('[')) {
    const index = choice(reader, inEach);
    if (reader.isNext(':')) throw new ExpressionProblem('slices are not simulated: name an index, as in result[0]');
    reader.expect(']');
    value = { is: 'item', of: value, index };
  }
  if (reader.isNext('.')) {
    throw new ExpressionProblem(
      'a result is a number or a list of numbers, which has no fields: take one by result[0]',
    );
  }
  return value;
}

function primary(reader: TokenReader, inEach: boolean): Condition {
  const { kind, text } = reader.next;
  if (kind === 'number') {
    reader.take();
    return { is: 'value', value: Number(text.replaceAll('_', '')) };
  }
  if (kind === 'text') {
    reader.take();
    return { is: 'value', value: text };
  }
  if (kind === 'name') return named(reader, inEach);
  if (reader.takes('(')) {
    const inner = choice(reader, inEach);
    reader.expect(')');
    return inner;
  }
  if (reader.takes('[')) return { is: 'list', items: until(reader, ']', () => choice(reader, inEach)) };
  if (inEach && reader.takes('#')) return { is: 'name', name: '#' };
  return reader.unexpected('a value, result or a function');
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, nil: null, null: null };

function named(reader: TokenReader, inEach: boolean): Condition {
  const name = reader.take().text;
  if (Object.hasOwn(WORDS, name)) return { is: 'value', value: WORDS[name] };
  if (name === 'result') return { is: 'name', name };
  const arity = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (arity === undefined || !reader.takes('(')) {
    const names = ['result', ...Object.keys(FUNCTIONS)];
    const what = arity === undefined ? 'nothing here is called' : 'there is no "(" after';
    throw new ExpressionProblem(
      `${what} "${name}"${didYouMean(name, names)}: a condition may use ${names.join(', ')} and operators`,
    );
  }
  const args: Condition[] = [];
  until(reader, ')', () => {
    const each = OF_EACH.has(name) && args.length === 1;
    args.push(each ? eachOf(reader) : choice(reader, inEach));
  });
  const [least, most] = arity;
  if (args.length < least || args.length > most) {
    throw new ExpressionProblem(`${name}() takes ${least} argument${least === 1 ? '' : 's'}, got ${args.length}`);
  }
  return { is: 'call', name, args };
}

/** `{# > 0.9}`, or without the braces. */
function eachOf(reader: TokenReader): Condition {
  const braces = reader.takes('{');
  const inner = choice(reader, true);
  if (braces) reader.expect('}');
  return inner;
}

function until<T>(reader: TokenReader, end: string, read: () => T): T[] {
  const items: T[] = [];
  if (reader.takes(end)) return items;
  do items.push(read());
  while (reader.takes(','));
  reader.expect(end);
  return items;
}
