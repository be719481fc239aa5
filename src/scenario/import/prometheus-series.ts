// The answer of Prometheus to a range query (`/api/v1/query_range`), as series of samples.
import { InputError } from '../../lib/errors.ts';
import { valueAt } from '../document.ts';
import { isMapping } from '../fill.ts';
import type { SourceText } from '../scenario.ts';

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** In order of time, s. */
  readonly samples: readonly { readonly atS: number; readonly value: number }[];
}

/** Throws an InputError for what is no matrix. */
export function readSeries({ file, text }: SourceText): Series[] {
  const wrong = (message: string, path?: string): InputError =>
    new InputError({ file, ...(path === undefined ? {} : { path }), message });
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw wrong(`not valid JSON: ${error.message}`);
  }
  const status = valueAt(answer, ['status']);
  if (status === 'error') throw wrong(`Prometheus answered: ${JSON.stringify(valueAt(answer, ['error']) ?? null)}`);
  const type = valueAt(answer, ['data', 'resultType']);
  const result = valueAt(answer, ['data', 'result']);
  if (type !== 'matrix' || !Array.isArray(result)) {
    throw wrong(
      `expected a matrix, the answer to a range query, got ${JSON.stringify(type ?? null)}`,
      'data.resultType',
    );
  }
  return result.map((one: unknown, index): Series => {
    const labels = valueAt(one, ['metric']);
    const values = valueAt(one, ['values']);
    if (!isMapping(labels) || !Array.isArray(values))
      throw wrong('expected metric and values', `data.result[${index}]`);
    const samples = values.map((pair: unknown, position) => {
      const [time, value] = Array.isArray(pair) ? pair.map(Number) : [];
      if (time === undefined || value === undefined || !Number.isFinite(time))
        throw wrong('expected [time, "value"]', `data.result[${index}].values[${position}]`);
      return { atS: time, value };
    });
    return { labels: labels as Record<string, string>, samples };
  });
}

/** How much a counter grew from one sample to the next; one that fell began again at 0. */
export function increases({
  samples,
}: Series): { readonly atS: number; readonly lengthS: number; readonly by: number }[] {
  return samples.slice(1).map(({ atS, value }, index) => {
    const before = samples[index];
    return { atS: before.atS, lengthS: atS - before.atS, by: value >= before.value ? value - before.value : value };
  });
}

export function totalIncrease(series: Series): number {
  return increases(series).reduce((sum, { by }) => sum + by, 0);
}
