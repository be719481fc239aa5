// What a setting costs: a figure of its runs, or a sum of products of its choices, `replicas*cpu + 4`.
import { mean } from 'd3-array';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { parseQuantity } from '../../model/parse/quantity.ts';
import type { SweepAxis } from '../../scenario/scenario.ts';
import type { Cell } from '../index-files.ts';
import { figureFacts } from '../figure-facts.ts';
import { fromFigureUnit } from '../figure-values.ts';

/** In words, its unit, and of a setting: before it runs, where the choices say it, or after. */
export interface Cost {
  readonly title: string;
  readonly unit: string;
  /** Undefined when only a run can tell. */
  readonly before: ((row: readonly number[]) => number) | undefined;
  readonly after: (row: readonly number[], cell: Cell) => number;
}

/** Whether it can only be about axes: every word is the label of one, or a number. */
export function isAboutAxes(text: string, axes: readonly SweepAxis[]): boolean {
  return wordsOf(text)
    .flat()
    .every((word) => isNumber(word) || axes.some(({ label }) => label === word));
}

/** Throws an InputError for a value that has no number. */
export function costOfAxes(text: string, axes: readonly SweepAxis[], by: string): Cost {
  const terms = wordsOf(text).map((words) =>
    words.map((word) => (isNumber(word) ? Number(word) : axes.findIndex(({ label }) => label === word))),
  );
  const plain = wordsOf(text).map((words) => words.map(isNumber));
  const numbers = axes.map(({ label, values }) =>
    wordsOf(text).flat().includes(label) ? values.map((value) => numberOf(value, label, by)) : [],
  );
  const before = (row: readonly number[]) =>
    terms.reduce(
      (sum, words, term) =>
        sum + words.reduce((product, word, at) => product * (plain[term][at] ? word : numbers[word][row[word]]), 1),
      0,
    );
  return { title: text, unit: 'any', before, after: before };
}

/** Of one axis whose values are listed from the cheapest to the dearest. */
export function costByOrder({ label, values }: SweepAxis): Cost {
  const numbers = values.map((value) => quantityOf(value));
  const known = numbers.every((one, at) => one !== undefined && (at === 0 || one > (numbers[at - 1] ?? Infinity)));
  const before = ([level]: readonly number[]) => (known ? (numbers[level] ?? level) : level + 1);
  return { title: known ? label : `${label}, by its place in the list`, unit: 'any', before, after: before };
}

/** The mean of a figure, which the runs measure. */
export function costOfFigure(measured: string): Cost {
  const { title, unit } = figureFacts(measured);
  const after = (_row: readonly number[], { results }: Cell) => {
    const values = results.flatMap(({ verdicts }) => {
      const verdict = verdicts.find(({ expectation }) => expectation.measured === measured);
      return verdict === undefined ? [] : (fromFigureUnit(verdict.expectation, verdict.actual) ?? []);
    });
    return mean(values) ?? NaN;
  };
  return { title, unit, before: undefined, after };
}

/** For an expression that is neither about axes nor a figure. */
export function unknownCost(text: string, axes: readonly SweepAxis[], by: string): InputError {
  const labels = axes.map(({ label }) => label);
  const word =
    wordsOf(text)
      .flat()
      .find((one) => !isNumber(one) && !labels.includes(one)) ?? text;
  return new InputError({
    file: by,
    message: `${JSON.stringify(text)}: expected a figure such as nodes.cost, or axes with * and + between them (${labels.join(', ')})${didYouMean(word, labels)}`,
  });
}

function wordsOf(text: string): string[][] {
  return text.split('+').map((term) => term.split('*').map((word) => word.trim()));
}

function isNumber(word: string): boolean {
  return /^\d+(\.\d+)?$/.test(word);
}

function numberOf(value: unknown, label: string, by: string): number {
  const number = quantityOf(value);
  if (number !== undefined) return number;
  throw new InputError({ file: by, message: `${label}: ${JSON.stringify(value)} is no number and no quantity` });
}

/** `4`, `500m`, `2Gi`, `60%`. */
function quantityOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/%$/, '');
  try {
    return parseQuantity(text).approximate();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return undefined;
  }
}
