// `wavetank export`: results as files of other programs.
import { join } from 'node:path';
import type { FormatName } from '../../export/index.ts';
import { version } from '../../library/package.ts';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { withExamples } from '../examples.ts';
import { shown } from '../shown-path.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface ExportArguments {
  readonly dir: string;
  readonly format: string | readonly string[];
  readonly out?: string;
  readonly start?: string;
  readonly json?: boolean;
}

/** A date, or a date with a time and a zone: the machine's own zone has no say. */
const START = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

export const exportResults: Verb<ExportArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('dir', {
          describe: 'a folder of results: of a job, or of many',
          type: 'string',
          demandOption: true,
        })
        .option('format', {
          describe:
            'one or more of parquet, duckdb, openmetrics, perfetto, markdown, latex, pdf, ro-crate, with commas between them',
          type: 'string',
          demandOption: true,
          requiresArg: true,
        })
        .option('out', {
          describe: 'a folder to write into (default: `export` in DIR)',
          type: 'string',
          requiresArg: true,
        })
        .option('start', {
          describe:
            'when virtual time begins, such as 2026-03-01 or 2026-03-01T08:00:00Z, in time stamps of openmetrics (default: `startTime` of the scenario)',
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['all jobs of a sweep in one file, for SQL', 'wavetank export results/balancers --format duckdb'],
        ['for pandas, Polars, Spark', 'wavetank export results/balancers --format parquet'],
        ['tables of a paper', 'wavetank export results/balancers --format latex --out paper/'],
        ['into Prometheus', 'wavetank export results/hello/seed-1 --format openmetrics --start 2026-03-01'],
        ['for ui.perfetto.dev, and a page to print', 'wavetank export results/hello/seed-1 --format perfetto,pdf'],
      ],
    ),
  handler: async ({ dir, format, out = join(dir, 'export'), start, json }) => {
    const { formats } = await import('../../export/index.ts');
    const names = Object.keys(formats) as FormatName[];
    const wanted = [format].flat().flatMap((one) => one.split(',').map((name) => name.trim()));
    for (const name of wanted) {
      if (names.includes(name as FormatName)) continue;
      throw new InputError(
        `--format: unknown format "${name}", expected one of ${names.join(', ')}${didYouMean(name, names)}`,
      );
    }
    const options = { out, version: version(), startSeconds: secondsOf(start) };
    const written: { readonly format: string; readonly file: string; readonly holds: string }[] = [];
    for (const name of new Set(wanted as FormatName[])) {
      for (const one of await formats[name].write(dir, options)) written.push({ format: name, ...one });
    }
    if (json === true) process.stdout.write(`${JSON.stringify({ exported: written })}\n`);
    else {
      const rows = written.map((one) => [one.format, shown(one.file), one.holds]);
      process.stdout.write(`${table(['', '', ''], rows)}\n`);
    }
  },
};

function secondsOf(start: string | undefined): number | undefined {
  if (start === undefined) return undefined;
  const ms = START.test(start) ? Date.parse(start) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InputError(
      `--start: expected a date such as 2026-03-01, or a time with its zone such as 2026-03-01T08:00:00Z, got "${start}"`,
    );
  }
  return ms / 1000;
}
