// The tables of a paper: what was expected and what came out, of one run or of the cells of many, with captions that say how sure it is.
import { catalogue } from '../metrics/catalogue.ts';
import type { Unit } from '../metrics/tables/column.ts';
import { counted } from '../lib/plural.ts';
import { type Format, formatCount, formatInterval, formatRatio, formatSeconds } from '../report/format.ts';
import { isSweep, readSweep, type Sweep } from '../report/many/read-sweep.ts';
import { estimatesOf, figuresOf, formatOf } from '../report/many/sweep-charts.ts';
import { type JobResults, readJob } from '../report/read.ts';
import { jobFolders } from './exported-tables.ts';

export interface FigureTable {
  /** Letters and dashes: for a label. */
  readonly name: string;
  readonly caption: string;
  readonly heads: readonly string[];
  /** Columns of numbers, which are aligned to the right. */
  readonly right: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

const FORMATS: Partial<Record<Unit, Format>> = { seconds: formatSeconds, ratio: formatRatio };

/** Of a sweep or several seeds its cells, else one of each job. Throws an InputError. */
export function figureTables(folder: string): FigureTable[] {
  if (isSweep(folder)) return tablesOfMany(readSweep(folder));
  return jobFolders(folder).flatMap((job) => tablesOfOne(readJob(job)));
}

function tablesOfOne(job: JobResults): FigureTable[] {
  const { scenario, seed, version, expect } = job.run;
  const about = `${scenario}, seed ${seed}, one run; wavetank ${version}`;
  const summary = job.table('summary.csv');
  const figures = Object.entries(catalogue.summary.columns).flatMap(([name, { type, unit }]) => {
    if (type === 'text' || !summary.has(name)) return [];
    const [value] = summary.numbers(name);
    if (Number.isNaN(value) || value === 0) return [];
    return [[name, (FORMATS[unit] ?? formatCount)(value)]];
  });
  const expectations = expect.map(({ text, shown, pass }) => [text, shown, pass ? 'holds' : 'failed']);
  return [
    {
      name: 'expectations',
      caption: `Expectations of ${about}.`,
      heads: ['expected', 'actual', ''],
      right: [1],
      rows: expectations,
    },
    {
      name: 'figures',
      caption: `Figures of ${about}; those that are 0 are left out.`,
      heads: ['figure', 'value'],
      right: [1],
      rows: figures,
    },
  ].filter(({ rows }) => rows.length > 0);
}

function tablesOfMany(sweep: Sweep): FigureTable[] {
  const { scenario, axes, cells, seeds, version } = sweep;
  const figures = figuresOf(sweep)
    .map((figure) => ({ ...figure, estimates: estimatesOf(sweep, figure.column) }))
    .filter(({ estimates }) => estimates.size > 0);
  const rows = cells.map(({ values }) => [
    ...values,
    ...figures.map((figure) => {
      const estimate = figure.estimates.get(JSON.stringify(values));
      if (estimate === undefined) return '–';
      const half = estimate.high - estimate.mean;
      const format = formatOf(figure);
      return half > 0 ? formatInterval(format, estimate.mean, half) : format(Number(estimate.mean.toPrecision(4)));
    }),
  ]);
  const caption = `${scenario}: ${howSure(seeds)}; wavetank ${version}.`;
  const held = new Map<string, { pass: number; of: number; shown: string }>();
  for (const { text, pass, shown } of cells.flatMap(({ expect }) => expect)) {
    const known = held.get(text) ?? { pass: 0, of: 0, shown };
    held.set(text, { pass: known.pass + (pass ? 1 : 0), of: known.of + 1, shown });
  }
  const expectations = [...held].map(([text, { pass, of, shown }]) => [
    text,
    of === 1 ? shown : `${pass} of ${counted(of, 'cell')}`,
    pass === of ? 'holds' : 'failed',
  ]);
  return [
    {
      name: 'cells',
      caption,
      heads: [...axes.map(({ label }) => label), ...figures.map(({ title }) => title)],
      right: figures.map((_, at) => axes.length + at),
      rows,
    },
    {
      name: 'expectations',
      caption: `Expectations of ${caption}`,
      heads: ['expected', 'actual', ''],
      right: [1],
      rows: expectations,
    },
  ].filter((table) => table.rows.length > 0);
}

/** What the numbers of a cell are. */
function howSure(seeds: number): string {
  return seeds === 1 ? 'one seed' : `mean of ${seeds} seeds ± half the 95 % confidence interval (Student)`;
}
