// Distributions measured elsewhere: `empirical: { file, column, unit }` becomes the values of that column of a CSV file.
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { check } from '../lib/explain.ts';
import { InputError } from '../lib/errors.ts';
import type { Path } from '../lib/path.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { InputDocument } from './document.ts';
import { readFailureTrace } from './failure-trace.ts';
import { isMapping } from './fill.ts';
import type { Problems } from './problems.ts';
import type { SourceText } from './scenario.ts';

const reference = z.strictObject({
  file: z.string().min(1),
  column: z.string().min(1),
  unit: z.enum(['us', 'ms', 's']).default('s'),
});

/** Reads a file by its path relative to the scenario. Throws an InputError. */
type Read = (relative: string) => SourceText;

/** The document's value with every reference to a CSV file replaced by the values; what is wrong goes to `problems`. */
export function withEmpiricalValues(document: InputDocument, value: unknown, read: Read, problems: Problems): unknown {
  const visit = (node: unknown, path: Path): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (!isMapping(node)) return node;
    const entries = Object.entries(node).map(([key, one]): [string, unknown] => {
      const at = [...path, key];
      if (key === 'trace' && isMapping(one) && typeof one['file'] === 'string') return [key, outages(one['file'], at)];
      return [key, key === 'empirical' && isMapping(one) && 'file' in one ? values(one, at) : visit(one, at)];
    });
    return Object.fromEntries(entries);
  };
  const told = (error: unknown, path: Path): void => {
    if (!(error instanceof InputError)) throw error;
    for (const one of error.problems) {
      const message = [one.file, one.line, one.message].filter((part) => part !== undefined).join(': ');
      problems.add(document.place([...path, 'file']), message, document.pathText([...path, 'file']));
    }
  };
  const outages = (file: string, path: Path): unknown => {
    try {
      return { outages: readFailureTrace(read(file)) };
    } catch (error) {
      told(error, path);
      return { outages: [] };
    }
  };
  const values = (node: Record<string, unknown>, path: Path): unknown => {
    const checked = check(reference, node);
    if (!checked.ok) {
      for (const flaw of checked.flaws) {
        const at = [...path, ...flaw.path];
        problems.add(document.place(at, flaw.atKey), flaw.message, document.pathText(at));
      }
      return { values: ['0'] };
    }
    const { file, column, unit } = checked.value;
    try {
      return { values: readColumn(read(file), column).map((text) => `${text}${unit}`) };
    } catch (error) {
      told(error, path);
      return { values: ['0'] };
    }
  };
  return visit(value, []);
}

/** The numbers of one column as text, at least one. Throws an InputError. */
function readColumn(source: SourceText, column: string): string[] {
  const { file } = source;
  let rows: string[][];
  try {
    rows = parse(source.text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: false });
  } catch (error) {
    throw new InputError({ file, message: `not valid CSV: ${error instanceof Error ? error.message : String(error)}` });
  }
  const [header = [], ...body] = rows;
  const index = header.indexOf(column);
  if (index === -1) {
    throw new InputError({
      file,
      message: `has no column "${column}", expected one of ${header.join(', ')}${didYouMean(column, header)}`,
    });
  }
  if (body.length === 0) throw new InputError({ file, message: 'has no rows' });
  return body.map((row, number) => {
    const cell = row[index] ?? '';
    const value = Number(cell);
    if (cell === '' || !Number.isFinite(value) || value < 0) {
      throw new InputError({
        file,
        line: number + 2,
        message: `expected a number of 0 or more, got ${JSON.stringify(cell)}`,
      });
    }
    // Durations have no exponents: 1e-3 is written out.
    return String(value).includes('e') ? value.toFixed(9) : String(value);
  });
}
