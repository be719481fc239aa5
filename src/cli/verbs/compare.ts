// `wavetank compare`: two results, seed by seed, with confidence intervals and a verdict for each figure.
import { compareSides, type Compared, type Comparison, writeComparison } from '../../sweep/compare.ts';
import { readSide } from '../../sweep/side.ts';
import { showInUnit } from '../../world/expectations.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { shown as shownPath } from '../shown-path.ts';
import { quote } from '../scenario-options.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface CompareArguments {
  readonly a: string;
  readonly b: string;
  readonly out: string;
  readonly figures?: string | readonly string[];
  readonly json?: boolean;
  readonly report: boolean;
}

const MOST_ROWS = 60;

export const compare: Verb<CompareArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('a', {
          describe: 'a folder of results; of a sweep, DIR:axis=value,… for the cells with these choices',
          type: 'string',
          demandOption: true,
        })
        .positional('b', { describe: 'what it is compared with', type: 'string', demandOption: true })
        .option('out', {
          describe: 'folder for the comparison',
          type: 'string',
          default: 'results/compare',
          requiresArg: true,
        })
        .option('figures', {
          describe: 'only these columns of jobs.csv or summary.csv: a,b,…',
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' })
        .option('report', {
          describe: 'draw the chart and the HTML page; --no-report skips them',
          type: 'boolean',
          default: true,
        }),
      [
        ['two runs with --seeds, of two versions of a scenario', 'wavetank compare before/shop after/shop'],
        ['within a sweep', 'wavetank compare results/balancers:balancer=Random results/balancers:balancer=PowerOfTwo'],
        [
          'two figures only',
          'wavetank compare a/web b/web --figures requests_error_ratio,request_duration_seconds_p99',
        ],
        ['one seed: differences without intervals', 'wavetank compare a/web/seed-1 b/web/seed-1'],
      ],
    ),
  handler: async ({ a, b, out, figures, json, report }) => {
    const wanted = [figures ?? []].flat().flatMap((text) => text.split(',').filter((name) => name !== ''));
    const comparison = compareSides(readSide(a), readSide(b), wanted);
    const chosen = wanted.length === 0 ? '' : ` --figures ${quote(wanted.join(','))}`;
    writeComparison(out, comparison, `wavetank compare ${quote(a)} ${quote(b)}${chosen}`);
    const page = report ? await draw(out) : undefined;
    if (json === true) process.stdout.write(`${JSON.stringify({ ...comparison, results: out })}\n`);
    else print(comparison, out, page);
  },
};

async function draw(folder: string): Promise<string> {
  const module = await import('../../report/many/report.ts');
  return (await module.reportComparison(folder)).page;
}

function print({ a, b, rows, pairs, cells, notes }: Comparison, out: string, page: string | undefined): void {
  const { bold, dim } = colors(process.stdout);
  const size = `${cells === 1 ? '' : `${cells} cells, `}${pairs === 1 ? 'one seed' : `${Number(pairs.toFixed(1))} seeds`}`;
  const different = rows.filter(({ shown }) => shown !== 'equal' && (cells === 1 || shown !== 'no difference shown'));
  const lines = different
    .slice(0, MOST_ROWS)
    .map((row) => [
      ...(cells === 1 ? [] : [row.cell]),
      row.figure,
      show(row, row.meanA),
      show(row, row.meanB),
      difference(row),
      relative(row),
      coloured(row),
    ]);
  const header = [...(cells === 1 ? [] : ['cell']), 'figure', 'A', 'B', 'B − A', '', ''];
  const first = cells === 1 ? 1 : 2;
  const text = [
    `${bold('A')} ${a}\n${bold('B')} ${b}\n${size}`,
    '',
    ...(lines.length === 0
      ? []
      : [
          table(
            header,
            lines,
            [0, 1, 2, 3].map((at) => first + at),
          ),
          '',
        ]),
    ...(different.length > MOST_ROWS ? [`… and ${different.length - MOST_ROWS} more in compare.csv`] : []),
    ...tally(rows),
    ...notes,
    dim(
      'Verdicts hold together: the chance that any difference is shown where there is none is 5 % (Holm). Intervals hold one by one.',
    ),
    '',
    `Results: ${shownPath(out)}/compare.csv`,
    ...(page === undefined ? [] : [`Report:  ${shownPath(page)}`]),
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

function tally(rows: readonly Compared[]): string[] {
  const count = (wanted: Compared['shown']) => rows.filter(({ shown }) => shown === wanted).length;
  const kinds = ['better', 'worse', 'higher', 'lower', 'no difference shown', 'equal', 'too few seeds'] as const;
  const different = kinds.filter((kind) => count(kind) > 0).map((kind) => `${count(kind)} ${kind}`);
  return [`Of ${rows.length} figures: ${different.join(', ')}.`];
}

function show({ unit }: Compared, value: number): string {
  return `${value < 0 ? '−' : ''}${showInUnit(unit, Math.abs(value))}`;
}

/** Of ratios in percentage points. */
function difference(row: Compared): string {
  const half = row.half === undefined ? '' : ` ± ${show(row, row.half)}`;
  const text = `${row.difference > 0 ? '+' : ''}${show(row, row.difference)}${half}`;
  return row.unit === 'ratio' ? text.replace(' % ±', ' ±').replace('%', 'pp') : text;
}

function relative({ meanA, difference }: Compared): string {
  if (meanA === 0) return '';
  const percent = (difference / Math.abs(meanA)) * 100;
  if (Math.abs(percent) < 0.0005) return '0 %';
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Number(Math.abs(percent).toPrecision(3))} %`;
}

function coloured({ shown }: Compared): string {
  const { green, red, dim } = colors(process.stdout);
  if (shown === 'better') return green(shown);
  if (shown === 'worse') return red(shown);
  return shown === 'higher' || shown === 'lower' ? shown : dim(shown);
}
