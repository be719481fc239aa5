// The values of `--vary path=…`: YAML with commas between them, and ranges of numbers, `34..46:2`.
import { InputError } from '../lib/errors.ts';
import { parseYamlValue } from './yaml.ts';

const RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/;
const MOST_VALUES = 10_000;

/** `by` names the option in messages. Throws an InputError. */
export function parseAxisValues(text: string, by: string): unknown[] {
  const values = parseYamlValue(by, `[${text}]`);
  if (!Array.isArray(values) || values.length === 0) throw new InputError({ file: by, message: 'expected values' });
  return values.flatMap((value: unknown) => {
    const range = typeof value === 'string' ? RANGE.exec(value) : null;
    return range === null ? [value] : rangeOf(range, by);
  });
}

/** From the first number to the last one at most, in steps of 1 where none is given. */
function rangeOf([text, first, last, step = '1']: readonly string[], by: string): number[] {
  const [from, to, stepBy] = [Number(first), Number(last), Number(step)];
  if (stepBy === 0) throw new InputError({ file: by, message: `${text}: expected a step above 0` });
  if (to < from)
    throw new InputError({ file: by, message: `${text}: expected a range from the smaller number to the larger one` });
  const digits = Math.max(...[first, last, step].map((number) => number.split('.')[1]?.length ?? 0));
  const count = Math.floor(Number(((to - from) / stepBy).toFixed(9))) + 1;
  if (count > MOST_VALUES)
    throw new InputError({ file: by, message: `${text}: has ${count} values, more than ${MOST_VALUES}` });
  return Array.from({ length: count }, (_, index) => Number((from + index * stepBy).toFixed(digits)));
}
