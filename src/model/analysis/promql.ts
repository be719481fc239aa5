// Queries in PromQL, read into a tree: numbers, arithmetic, `or`, functions, aggregations and selectors.
import { ExpressionProblem, type Language, TokenReader, tokens } from './tokens.ts';

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface Selector {
  readonly is: 'selector';
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** Undefined for an instant. */
  readonly rangeUs: number | undefined;
}

export type Query =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'binary'; readonly operator: string; readonly left: Query; readonly right: Query }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Query[] }
  | { readonly is: 'aggregate'; readonly name: string; readonly by: readonly string[]; readonly of: Query }
  | Selector;

const LANGUAGE: Language = {
  signs: '=~ !~ == != <= >= = < > + - * / % ^ ( ) { } [ ] , @ :'.split(' '),
  names: /[A-Za-z_:][\w:]*/y,
  hasDurations: true,
};

const AGGREGATIONS: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'count']);
const BINARY: readonly (readonly string[])[] = [
  ['or'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
];
const NO_LABELS = 'take it out: every side here has one value without labels';

/** Throws an ExpressionProblem. */
export function parseQuery(text: string): Query {
  const reader = new TokenReader(tokens(text, LANGUAGE));
  const query = binary(reader, 0);
  const { kind, text: word } = reader.next;
  if (kind === 'name' && (word === 'and' || word === 'unless')) {
    throw new ExpressionProblem(`"${word}" is not simulated: put that into the conditions`);
  }
  if (kind !== 'end') reader.unexpected('the end or an operator');
  return query;
}

function binary(reader: TokenReader, level: number): Query {
  if (level === BINARY.length) return unary(reader);
  let left = binary(reader, level + 1);
  for (;;) {
    const operator = BINARY[level].find((one) => reader.takes(one));
    if (operator === undefined) return left;
    skipMatching(reader);
    left = { is: 'binary', operator, left, right: binary(reader, level + 1) };
  }
}

/** `on()` says that no label must be equal, which is so here. */
function skipMatching(reader: TokenReader): void {
  if (reader.isNext('bool')) throw new ExpressionProblem('"bool" is not simulated: compare in the conditions');
  for (const word of ['on', 'ignoring', 'group_left', 'group_right']) {
    if (!reader.takes(word)) continue;
    if (labels(reader).length > 0) throw new ExpressionProblem(`"${word}" with labels is not simulated: ${NO_LABELS}`);
  }
}

function unary(reader: TokenReader): Query {
  if (reader.takes('+')) return unary(reader);
  if (!reader.takes('-')) return primary(reader);
  return { is: 'binary', operator: '*', left: { is: 'number', value: -1 }, right: unary(reader) };
}

function primary(reader: TokenReader): Query {
  const { kind, text } = reader.next;
  if (kind === 'number') {
    reader.take();
    return { is: 'number', value: Number(text.replaceAll('_', '')) };
  }
  if (reader.takes('(')) {
    const inner = binary(reader, 0);
    reader.expect(')');
    if (reader.isNext('[')) throw new ExpressionProblem('subqueries are not simulated');
    return inner;
  }
  if (kind === 'name') return named(reader);
  if (reader.isNext('{')) return selector(reader, '');
  return reader.unexpected('a number, a metric or a function');
}

function named(reader: TokenReader): Query {
  const name = reader.take().text;
  const follows = reader.next.text;
  if (AGGREGATIONS.has(name) && (follows === '(' || follows === 'by' || follows === 'without')) {
    return aggregate(reader, name);
  }
  if (!reader.takes('(')) return selector(reader, name);
  const args: Query[] = [];
  if (!reader.takes(')')) {
    do args.push(binary(reader, 0));
    while (reader.takes(','));
    reader.expect(')');
  }
  return { is: 'call', name, args };
}

function aggregate(reader: TokenReader, name: string): Query {
  let by = grouping(reader);
  reader.expect('(');
  const of = binary(reader, 0);
  reader.expect(')');
  by ??= grouping(reader);
  return { is: 'aggregate', name, by: by ?? [], of };
}

function grouping(reader: TokenReader): readonly string[] | undefined {
  if (reader.takes('by')) return labels(reader);
  if (reader.takes('without')) throw new ExpressionProblem('"without" is not simulated: say by which labels');
  return undefined;
}

function labels(reader: TokenReader): readonly string[] {
  const found: string[] = [];
  reader.expect('(');
  while (!reader.takes(')')) {
    found.push(labelName(reader));
    if (!reader.isNext(')')) reader.expect(',');
  }
  return found;
}

function selector(reader: TokenReader, name: string): Selector {
  const matchers: Matcher[] = [];
  if (reader.takes('{')) {
    while (!reader.takes('}')) {
      matchers.push(matcher(reader));
      if (!reader.isNext('}')) reader.expect(',');
    }
  }
  const named = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
  const metric = name === '' ? (named?.value ?? '') : name;
  if (metric === '') throw new ExpressionProblem('a selector needs the name of a metric');
  const rangeUs = reader.takes('[') ? range(reader) : undefined;
  const later = ['offset', '@'].find((one) => reader.isNext(one));
  if (later !== undefined) {
    throw new ExpressionProblem(`"${later}" is not simulated: a query is about the time at which it is asked`);
  }
  return { is: 'selector', metric, matchers: matchers.filter((one) => one !== named), rangeUs };
}

function labelName(reader: TokenReader): string {
  const { kind, text } = reader.next;
  if (kind !== 'name') reader.unexpected('the name of a label');
  reader.take();
  return text;
}

function matcher(reader: TokenReader): Matcher {
  const label = labelName(reader);
  const operator = (['=~', '!~', '!=', '='] as const).find((one) => reader.takes(one));
  if (operator === undefined) reader.unexpected('=, !=, =~ or !~');
  const { kind, text: value } = reader.next;
  if (kind !== 'text') reader.unexpected('a value in quotes');
  reader.take();
  if (operator === '=~' || operator === '!~') wholePattern(value);
  return { label, operator, value };
}

/** As Prometheus matches: the whole value. Throws an ExpressionProblem. */
export function wholePattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    throw new ExpressionProblem(`${JSON.stringify(text)} is no regular expression`);
  }
}

const UNIT_US: Readonly<Record<string, number>> = {
  ms: 1e3,
  s: 1e6,
  m: 60e6,
  h: 3600e6,
  d: 86_400e6,
  w: 604_800e6,
  y: 31_536_000e6,
};

function range(reader: TokenReader): number {
  const { kind, text } = reader.next;
  if (kind !== 'duration') reader.unexpected('a duration such as 5m');
  reader.take();
  let us = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) us += Number(amount) * UNIT_US[unit];
  if (reader.isNext(':')) throw new ExpressionProblem('subqueries are not simulated');
  reader.expect(']');
  if (us === 0) throw new ExpressionProblem('a range must be longer than 0');
  return us;
}
