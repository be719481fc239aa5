// What CSV files beside a scenario hold, in place of their names: values of a distribution, outages, recorded arrivals.
import { z } from 'zod';
import { check } from '../lib/explain.ts';
import { InputError } from '../lib/errors.ts';
import type { Path, PathKey } from '../lib/path.ts';
import { numberOf, readColumns } from './csv-columns.ts';
import type { InputDocument } from './document.ts';
import { readFailureTrace } from './failure-trace.ts';
import { isMapping } from './fill.ts';
import type { Problems } from './problems.ts';
import { readRates, readTimes, recordedRates, recordedTimes } from './recorded-arrivals.ts';
import { readIntensities, readPrices, recordedIntensities, recordedPrices } from './recorded-steps.ts';
import type { SourceText } from './scenario.ts';

/** Reads a file by its path relative to the scenario. Throws an InputError. */
type Read = (relative: string) => SourceText;

/** A mapping that names a file. */
interface Reference {
  readonly is: (node: Record<string, unknown>, key: string, parent: PathKey | undefined) => boolean;
  readonly schema: z.ZodType<{ readonly file: string }>;
  /** Throws an InputError. */
  readonly content: (source: SourceText, node: unknown) => unknown;
  /** Stands for the content of a file that cannot be read. */
  readonly nothing: unknown;
}

function reference<Schema extends z.ZodType<{ readonly file: string }>>(
  is: Reference['is'],
  schema: Schema,
  nothing: unknown,
  content: (source: SourceText, node: z.output<Schema>) => unknown,
): Reference {
  return { is, schema, nothing, content: (source, node) => content(source, schema.parse(node)) };
}

const column = z.strictObject({
  file: z.string().min(1),
  column: z.string().min(1),
  unit: z.enum(['us', 'ms', 's']).default('s'),
});

/** As of a file that cannot be read: one that is the same everywhere and always. */
const NO_STEPS = { file: '', daily: false, steps: [{ place: '', fromSeconds: 0, value: 0 }] };

const REFERENCES: readonly Reference[] = [
  reference(
    (node, key) => key === 'empirical' && 'file' in node,
    column,
    { values: ['0'] },
    (source, { column, unit }) => ({
      values: readColumn(source, column).map((text) => `${text}${unit}`),
    }),
  ),
  reference(
    (_, key, parent) => parent === 'replay' && key === 'rates',
    recordedRates,
    { rows: [], endSeconds: 0 },
    readRates,
  ),
  reference((_, key, parent) => parent === 'spot' && key === 'prices', recordedPrices, NO_STEPS, readPrices),
  reference(
    (_, key, parent) => parent === 'cluster' && key === 'carbonIntensity',
    recordedIntensities,
    NO_STEPS,
    readIntensities,
  ),
  reference((_, key, parent) => parent === 'trace' && key === 'times', recordedTimes, { seconds: [] }, readTimes),
  reference(
    (node, key, parent) => parent !== 'arrivals' && key === 'trace' && typeof node['file'] === 'string',
    z.strictObject({ file: z.string() }),
    { outages: [] },
    (source) => ({ outages: readFailureTrace(source) }),
  ),
];

/** The document's value with every reference to a CSV file replaced by what it holds; what is wrong goes to `problems`. */
export function withEmpiricalValues(document: InputDocument, value: unknown, read: Read, problems: Problems): unknown {
  const visit = (node: unknown, path: Path): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (!isMapping(node)) return node;
    const entries = Object.entries(node).map(([key, one]): [string, unknown] => {
      const at = [...path, key];
      const found = isMapping(one) ? REFERENCES.find(({ is }) => is(one, key, path.at(-1))) : undefined;
      return [key, found === undefined ? visit(one, at) : contentOf(found, one, at)];
    });
    return Object.fromEntries(entries);
  };
  const contentOf = ({ schema, content, nothing }: Reference, node: unknown, path: Path): unknown => {
    const checked = check(schema, node);
    if (!checked.ok) {
      for (const flaw of checked.flaws) {
        const at = [...path, ...flaw.path];
        problems.add(document.place(at, flaw.atKey), flaw.message, document.pathText(at));
      }
      return nothing;
    }
    try {
      return content(read(checked.value.file), node);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const one of error.problems) {
        const message = [one.file, one.line, one.message].filter((part) => part !== undefined).join(': ');
        problems.add(document.place([...path, 'file']), message, document.pathText([...path, 'file']));
      }
      return nothing;
    }
  };
  return visit(value, []);
}

/** The numbers of one column as text, at least one. Throws an InputError. */
function readColumn(source: SourceText, column: string): string[] {
  return readColumns(source, [column]).map(({ line, cells }) => {
    const value = numberOf(cells[0], line, source.file);
    // Durations have no exponents: 1e-3 is written out.
    return String(value).includes('e') ? value.toFixed(9) : String(value);
  });
}
