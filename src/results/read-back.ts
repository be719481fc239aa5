// Reads what a job left behind: its record and its summary.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type Column } from '../metrics/tables/column.ts';
import { catalogue, type Row } from '../metrics/catalogue.ts';

/** What is read of run.json. */
export const runSchema = z.object({
  version: z.string(),
  // Results of older versions have neither this nor `inputs`.
  program: z.string().default(''),
  inputs: z.array(z.object({ file: z.string(), sha256: z.string() })).default([]),
  scenario_hash: z.string(),
  seed: z.string(),
  digest: z.string(),
  events: z.number(),
  wall_s: z.number(),
  peak_rss_mib: z.number(),
  expect: z.array(z.object({ text: z.string(), pass: z.boolean() })),
  pending: z.array(z.object({ message: z.string(), pods: z.number(), example: z.string() })),
  refused: z.array(z.string()),
  caveats: z.array(z.string()),
  figures: z.record(z.string(), z.number().nullable()),
});

export interface LeftBehind {
  readonly run: z.output<typeof runSchema>;
  readonly summary: Row<'summary'>;
}

/** Undefined when there are no results in the folder, or not in the form that this version writes. */
export function readBack(folder: string): LeftBehind | undefined {
  try {
    const run = runSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
    const [row] = parse(readFileSync(join(folder, catalogue.summary.file), 'utf8'), { columns: true }) as Record<string, string>[];
    return { run, summary: summaryOf(row) };
  } catch {
    return undefined;
  }
}

/** Of the texts of a row. Throws when a column is missing. */
export function summaryOf(row: Readonly<Record<string, string>>): Row<'summary'> {
  const cells = Object.entries<Column>(catalogue.summary.columns).map(([name, column]) => [name, cellOf(row[name], column)]);
  return Object.fromEntries(cells) as Row<'summary'>;
}


function cellOf(text: string | undefined, { type, optional }: Column): string | number | null {
  if (text === undefined) throw new Error('the column is missing');
  if (type === 'text') return text;
  return text === '' && optional ? null : Number(text);
}
