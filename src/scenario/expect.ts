// Expectations: `requests.error_ratio during 9m..20m < 0.005`, as typed data.
import { InputError } from '../lib/errors.ts';
import type { Place } from '../lib/errors.ts';
import { didYouMean, nearestName } from '../lib/suggest.ts';
import { parseDurationUs, parseRate } from '../lib/units.ts';

/** What a figure is measured in. Times are microseconds here; a rate is per second; a ratio is 0 to 1. */
export type FigureUnit = 'count' | 'ratio' | 'rate' | 'us' | 'nines';

/** A figure as the loader knows it: how it is named, and what may be said of it. The world measures it. */
export interface FigurePattern {
  /** `deployment.<deployment>.available`: a name in brackets stands for an object, `namespace/name` or just its name. */
  readonly pattern: string;
  readonly unit: FigureUnit;
  /** It has a value at each instant: min(), max(), mean() and last() apply. */
  readonly gauge: boolean;
  /** It has a value only for the whole run: `during` does not apply. */
  readonly wholeRun: boolean;
  readonly meaning: string;
}

type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'between';

const AGGREGATES = ['min', 'max', 'mean', 'last'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** A figure by its pattern, with the names that fill the pattern's places. */
export interface NamedFigure {
  /** As written: `deployment.web.available`. */
  readonly name: string;
  /** As declared: `deployment.<deployment>.available`. */
  readonly pattern: string;
  readonly unit: FigureUnit;
  /** `{ deployment: 'default/web' }`: objects by namespace and name. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Expectation {
  /** As the user wrote it. */
  readonly text: string;
  readonly place: Place;
  readonly figure: NamedFigure;
  /** What is measured, in words that name it: `min(pods.ready) during 2m..4m`. */
  readonly measured: string;
  /** Of a gauge over the window; undefined: the figure's own way (a gauge's value at the end of the window). */
  readonly aggregate: Aggregate | undefined;
  /** Undefined: the whole run after the warm-up. */
  readonly window: { readonly fromUs: number; readonly toUs: number } | undefined;
  /** Conditions on the axes of a sweep; the expectation is about the cells where all of them hold. */
  readonly where: readonly { readonly axis: string; readonly value: string }[];
  /** Whether it is about this cell: with conditions about none, until the cells of the sweep are made. */
  readonly applies: boolean;
  /** `all`: every seed must hold it by itself; `mean`: the mean over the seeds must. */
  readonly overSeeds: 'all' | 'mean';
  readonly operator: Operator;
  /** In the figure's unit. For `between` the lower bound, both bounds belonging to it. */
  readonly bound: number;
  /** Only for `between`. */
  readonly upper: number | undefined;
}

export interface ExpectContext {
  readonly figures: readonly FigurePattern[];
  /** The end of the run, for `during 5m..end`. */
  readonly durationUs: number;
  /** Windows begin and end where an interval does, because figures are kept by interval. */
  readonly intervalUs: number;
  /** Objects by the names of the patterns' places: `deployment` → `['default/web']`. A place not listed takes any name. */
  readonly objects: Readonly<Record<string, readonly string[]>>;
  /** The axes of the sweep, for `where`; none if left out. */
  readonly axes?: readonly { readonly label: string }[];
}

const COMPARISON = /\s*(<=|>=|==|!=|<|>)\s*|\s+(between)\s+/;
const WHERE = /\s+where\s+(\S+)/;
const MAX_LENGTH = 500;
/** Places of patterns that hold no object's name. */
const SHAPES: Readonly<Record<string, { readonly pattern: RegExp; readonly words: string }>> = {
  revision: { pattern: /^([1-9]\d*|newest|others)$/, words: 'its number, newest or others' },
};
const SHAPE =
  'expected <figure> [during <from>..<to>] [where <axis>=<value>] [over seeds: all|mean] <comparison> <value>';

/**
 * Reads one expectation: `[min|max|mean|last](<figure>) [during a..b] [where axis=value,axis=value] [over seeds: all|mean]
 * < <= > >= == != <bound>`, or `between <low> and <high>`. Throws an InputError at `place`.
 */
export function parseExpectation(text: string, place: Place, context: ExpectContext): Expectation {
  const fail = (message: string): never => {
    throw new InputError({ ...place, message: `${JSON.stringify(text)}: ${message}` });
  };
  if (text.length > MAX_LENGTH) throw new InputError({ ...place, message: `longer than ${MAX_LENGTH} characters` });
  const comparison = COMPARISON.exec(text);
  if (comparison === null)
    return fail(/[^=]=[^=]/.test(text.replace(WHERE, '')) ? '"=" is not a comparison, expected "=="' : SHAPE);
  const operator = (comparison[1] ?? comparison[2]) as Operator;
  const right = text.slice(comparison.index + comparison[0].length).trim();
  const left = readLeft(text.slice(0, comparison.index).trim(), context, fail);
  const { figure, pattern } = findFigure(left.figure, context, fail);
  if (left.aggregate !== undefined && !pattern.gauge) {
    fail(`${left.aggregate}() applies to gauges such as pods.ready, and ${figure.pattern} is not one`);
  }
  if (left.window !== undefined && pattern.wholeRun) fail(`${figure.pattern} has a value only for the whole run`);
  const bounds = operator === 'between' ? right.split(/\s+and\s+/) : [right];
  if (bounds.length !== (operator === 'between' ? 2 : 1)) fail('expected "between <low> and <high>"');
  const [bound, upper] = bounds.map((one) => readBound(one, figure.unit, fail)) as [number, number | undefined];
  if (upper !== undefined && upper < bound) fail('the lower bound comes first');
  const { aggregate, window, where, measured, overSeeds } = left;
  const applies = where.length === 0;
  return { text, place, figure, measured, aggregate, window, where, applies, overSeeds, operator, bound, upper };
}

export type Fail = (message: string) => never;
type Left = Pick<Expectation, 'aggregate' | 'window' | 'where' | 'measured' | 'overSeeds'> & {
  readonly figure: string;
};

function readLeft(whole: string, context: ExpectContext, fail: Fail): Left {
  const condition = WHERE.exec(whole)?.[1];
  const text = whole.replace(WHERE, '');
  const parts =
    /^(\S+?\(\s*\S+\s*\)|\S+)(?:\s+during\s+(\S+))?(?:\s+over\s+seeds:\s*(\S+))?(?:\s+during\s+(\S+))?$/.exec(text);
  if (parts === null) return fail(SHAPE);
  const [, head = '', before, seeds = 'all', after] = parts;
  if (before !== undefined && after !== undefined) fail('there are two windows');
  const during = before ?? after;
  if (seeds !== 'all' && seeds !== 'mean') fail(`over seeds: expected all or mean, got ${JSON.stringify(seeds)}`);
  const call = /^(\S+?)\(\s*(\S+)\s*\)$/.exec(head);
  const aggregate = call?.[1];
  if (aggregate !== undefined && !(AGGREGATES as readonly string[]).includes(aggregate)) {
    fail(
      `unknown function "${aggregate}", expected one of ${AGGREGATES.join(', ')}${didYouMean(aggregate, AGGREGATES)}`,
    );
  }
  const figure = call?.[2] ?? head;
  return {
    figure,
    measured: `${aggregate === undefined ? figure : `${aggregate}(${figure})`}${during === undefined ? '' : ` during ${during}`}`,
    aggregate: aggregate as Aggregate | undefined,
    window: during === undefined ? undefined : readWindow(during, context, fail),
    where: condition === undefined ? [] : readWhere(condition, context, fail),
    overSeeds: seeds,
  };
}

function readWhere(text: string, { axes = [] }: ExpectContext, fail: Fail): Expectation['where'] {
  const labels = axes.map(({ label }) => label);
  return text.split(',').map((condition) => {
    const equals = condition.indexOf('=');
    const axis = condition.slice(0, equals);
    if (equals < 1) fail(`expected "where <axis>=<value>", got ${JSON.stringify(condition)}`);
    if (labels.length === 0) fail('"where" is about the axes of a sweep, and there is none');
    if (!labels.includes(axis)) {
      fail(`there is no axis "${axis}", expected one of ${labels.join(', ')}${didYouMean(axis, labels)}`);
    }
    return { axis, value: condition.slice(equals + 1) };
  });
}

function readWindow(text: string, context: ExpectContext, fail: Fail): NonNullable<Expectation['window']> {
  const [from, to, ...more] = text.split('..');
  const fromUs = parseDurationUs(from ?? '');
  const toUs = to === 'end' ? context.durationUs : parseDurationUs(to ?? '');
  if (fromUs === undefined || toUs === undefined || more.length > 0) {
    return fail(`expected a window such as "during 5m..10m" or "during 5m..end", got ${JSON.stringify(text)}`);
  }
  const uneven = [fromUs, toUs].some((us) => us % context.intervalUs !== 0 && us !== context.durationUs);
  if (fromUs >= toUs) fail(`the window ${text} is empty`);
  if (uneven) fail(`the window ${text} must begin and end at a multiple of spec.interval`);
  return { fromUs, toUs };
}

/** A bound as it is written for a figure of this unit; `fail` is told what is wrong with it. */
export function readBound(text: string, unit: FigureUnit, fail: Fail): number {
  const number = /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
  switch (unit) {
    case 'us': {
      const us = parseDurationUs(text);
      return us ?? fail(`expected a duration such as "250ms" or "10m", got ${JSON.stringify(text)}`);
    }
    case 'ratio': {
      const percent = /^(\d+(?:\.\d+)?)\s?%$/.exec(text)?.[1];
      const ratio = percent === undefined ? number : Number(percent) / 100;
      return ratio ?? fail(`expected a ratio such as "0.001" or "0.1%", got ${JSON.stringify(text)}`);
    }
    case 'rate':
      return parseRate(text) ?? number ?? fail(`expected a rate such as "500/s", got ${JSON.stringify(text)}`);
    case 'count':
    case 'nines':
      return number ?? fail(`expected a number, got ${JSON.stringify(text)}`);
    default:
      return fail(`expected a number, got ${JSON.stringify(text)}`);
  }
}

function findFigure(name: string, context: ExpectContext, fail: Fail): { figure: NamedFigure; pattern: FigurePattern } {
  const found = closest(name, context.figures);
  if (found !== undefined) {
    const { pattern } = found;
    const names: Record<string, string> = {};
    for (const [role, written] of Object.entries(found.names)) names[role] = qualified(role, written, context, fail);
    return { figure: { name, pattern: pattern.pattern, unit: pattern.unit, names }, pattern };
  }
  const patterns = context.figures.map(({ pattern }) => pattern);
  const middle = name.split('.').slice(1, -1).join('.');
  const candidates = patterns.map((pattern) => pattern.replace(/<\w+>/, middle === '' ? 'x' : middle));
  const near = nearestName(name, candidates);
  const groups = new Set(patterns.map((pattern) => `${pattern.replace(/\.[^.]*$/, '')}.*`));
  const hint = near === undefined ? `, expected one of ${[...groups].join(', ')}` : ` (did you mean "${near}"?)`;
  return fail(`unknown figure "${name}"${hint}`);
}

/** What an expectation measures, taken apart: `min(pods.ready) during 2m..4m`. */
export interface MeasuredParts<Pattern> {
  readonly pattern: Pattern;
  /** As written: `web` for `<deployment>`. */
  readonly names: Readonly<Record<string, string>>;
  readonly aggregate: Aggregate | undefined;
  /** `2m..4m`. */
  readonly during: string | undefined;
}

/** Undefined for any other text. */
export function partsOf<Pattern extends FigurePattern>(
  measured: string,
  figures: readonly Pattern[],
): MeasuredParts<Pattern> | undefined {
  const [, head = measured, during] = /^(.*?)(?: during (\S+))?$/.exec(measured) ?? [];
  const [, aggregate, name = head] = /^(\w+)\((.*)\)$/.exec(head) ?? [];
  const found = closest(name, figures);
  return found === undefined ? undefined : { ...found, aggregate: aggregate as Aggregate | undefined, during };
}

/** Of the figures that the name may be, that of the most words: `service.web.failed.rate` is one of `web`, not of `web.failed`. */
function closest<Pattern extends FigurePattern>(
  name: string,
  figures: readonly Pattern[],
): Pick<MeasuredParts<Pattern>, 'pattern' | 'names'> | undefined {
  let found: Pick<MeasuredParts<Pattern>, 'pattern' | 'names'> | undefined;
  let most = 0;
  for (const pattern of figures) {
    const match = matched(pattern.pattern, name);
    const words = pattern.pattern.split('.').length;
    if (match === null || words <= most) continue;
    found = { pattern, names: { ...match.groups } };
    most = words;
  }
  return found;
}

/** The names in the pattern's places; null when it is another figure. A pattern without places is compared, which is quicker. */
function matched(pattern: string, name: string): { readonly groups?: Record<string, string> | undefined } | null {
  const place = pattern.indexOf('<');
  if (place === -1) return pattern === name ? {} : null;
  return name.startsWith(pattern.slice(0, place)) ? matcher(pattern).exec(name) : null;
}

const matchers = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  let found = matchers.get(pattern);
  if (found === undefined) {
    const source = pattern
      .split(/(<\w+>)/)
      .map((part) => (part.startsWith('<') ? `(?${part}[^()\\s]+)` : part.replaceAll('.', '\\.')))
      .join('');
    found = new RegExp(`^${source}$`);
    matchers.set(pattern, found);
  }
  return found;
}

/** `web` → `default/web`, or where only one namespace has that name, that one. */
function qualified(role: string, written: string, context: ExpectContext, fail: Fail): string {
  const shape = SHAPES[role];
  if (shape !== undefined && !shape.pattern.test(written)) fail(`${role} "${written}": expected ${shape.words}`);
  const known = context.objects[role];
  if (known === undefined) return written;
  if (known.includes(written)) return written;
  const inDefault = `default/${written}`;
  if (known.includes(inDefault)) return inDefault;
  const elsewhere = known.filter((one) => one.endsWith(`/${written}`));
  if (elsewhere.length === 1) return elsewhere[0];
  if (elsewhere.length > 1) fail(`${role} "${written}" is in several namespaces: ${elsewhere.join(', ')}`);
  const valid = [...known, ...known.map((one) => one.slice(one.indexOf('/') + 1))];
  return fail(`there is no ${role} "${written}" in the input${didYouMean(written, valid)}`);
}
