// A chart for each figure of a sweep: its mean over seeds, with a 95 % confidence band, over the choices on the axes.
import { meanInterval } from '../../lib/confidence.ts';
import { ninesInterval } from '../../lib/nines-interval.ts';
import type { Drawing } from '../drawing.ts';
import { type Format, formatCount, formatRatio, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { type Curve, plot } from './plot.ts';
import { rowsByJob, type Sweep } from './read-sweep.ts';
import { seedsOf } from './seeds-of.ts';
import { ascending, type Axis, axesOf, placesOf, type Roles, rolesOf } from './roles.ts';

interface ChartedFigure {
  readonly column: string;
  readonly title: string;
  readonly unit: string;
}

export interface NamedDrawing {
  readonly name: string;
  readonly drawing: Drawing;
}

const COLORS = [hue.blue, hue.orange, hue.green, hue.red, hue.pink, hue.sky, hue.yellow, hue.grey] as const;
const MOST_CHARTS = 12;
const MOST_PANELS = 12;
/** A logarithmic axis is used when the greatest mean is this many times the least. */
const WIDE = 8;

/** What is always worth a look, where the expectations do not measure it. */
const USUAL: readonly (ChartedFigure & { readonly like: RegExp })[] = [
  {
    column: 'request_duration_seconds_p99',
    title: 'Latency of requests, p99',
    unit: 'seconds',
    like: /^requests\.p99/,
  },
  {
    column: 'requests_error_ratio',
    title: 'Failed requests',
    unit: 'ratio',
    like: /^requests\.error_ratio/,
  },
];

/** The figures of a sweep: those of its expectations, and the usual ones. */
export function figuresOf({ figures }: Sweep): ChartedFigure[] {
  const missing = USUAL.filter(({ like }) => !figures.some(({ column }) => like.test(column)));
  return [...figures, ...missing.map(({ column, title, unit }) => ({ column, title, unit }))];
}

/** How a figure's values are written. */
export function formatOf({ unit }: Pick<ChartedFigure, 'unit'>): Format {
  if (unit === 'seconds') return formatSeconds;
  return unit === 'ratio' ? formatRatio : formatCount;
}

/** Charts of the figures that differ between cells. */
export function sweepCharts(sweep: Sweep): NamedDrawing[] {
  const axes = axesOf(sweep);
  const roles = rolesOf(axes);
  // The cells of a sample of the axes lie on no lines.
  if (roles === undefined || (!isGrid(sweep) && axes.length > 1)) return [];
  return figuresOf(sweep)
    .flatMap((figure) => {
      const drawing = draw(sweep, roles, figure);
      const name = figure.column.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();
      return drawing === undefined ? [] : [{ name, drawing }];
    })
    .slice(0, MOST_CHARTS);
}

/** Whether every choice was run with every other one, and no sample of them. */
export function isGrid(sweep: Sweep): boolean {
  return sweep.cells.length >= axesOf(sweep).reduce((product, { values }) => product * values.length, 1);
}

function draw(sweep: Sweep, roles: Roles, figure: ChartedFigure): Drawing | undefined {
  const estimates = estimatesOf(sweep, figure.column);
  const means = [...estimates.values()].map(({ mean }) => mean);
  if (means.every((mean) => mean === means[0])) return undefined;
  const { curves } = roles;
  const x = ascending(roles.x);
  const panels = combinations(roles.panels)
    .slice(0, MOST_PANELS)
    .map((panel) => ({
      name: panel.map(([{ label }, value]) => `${label} ${value}`).join(', '),
      curves: (curves?.values ?? ['']).map((value, at): Curve => {
        const choices = new Map(panel.map(([axis, choice]) => [axis.path, choice] as const));
        if (curves !== undefined) choices.set(curves.path, value);
        const points = x.values.map((one) => estimates.get(keyOf(sweep, new Map([...choices, [x.path, one]]))));
        return { name: value, color: COLORS[at % COLORS.length], points };
      }),
    }));
  const least = Math.min(...means);
  const wide = figure.unit !== 'ratio' && least > 0 && Math.max(...means) / least >= WIDE;
  const places = placesOf(x);
  const fixed = sweep.axes
    .filter(({ values }) => values.length === 1)
    .map(({ label, values }) => `${label} ${values[0]}`);
  return plot({
    title: figure.title,
    subtitle: [
      sweep.scenario,
      ...fixed,
      sweep.seeds === 1 ? 'one seed' : `mean of ${seedsOf(sweep)} with its 95 % confidence interval`,
      ...(wide ? ['logarithmic'] : []),
    ].join(' · '),
    legend:
      curves === undefined
        ? []
        : curves.values.map((value, at) => ({
            name: curves.numbers === undefined ? value : `${curves.label} ${value}`,
            color: COLORS[at % COLORS.length],
          })),
    xName: x.label,
    ticks: x.values.map((label, at) => ({ at: places[at], label })),
    numeric: x.numbers !== undefined,
    dots: true,
    panels,
    format: formatOf(figure),
    // What is counted in money has no whole units.
    whole: figure.unit === 'count' && Math.max(...means) >= 1,
    scale: wide ? 'log' : 'linear',
  });
}

/** Mean and interval of each cell in which every seed has a value. */
export function estimatesOf(sweep: Sweep, column: string) {
  const { cells, table, figures } = sweep;
  const inNines = figures.some((one) => one.column === column && one.unit === 'nines');
  const row = rowsByJob(sweep);
  const values = table.numbers(column);
  const estimates = new Map<string, { mean: number; low: number; high: number }>();
  for (const cell of cells) {
    const own = cell.jobs.map((job) => values[row.get(job) ?? -1]);
    if (own.some((value) => value === undefined || Number.isNaN(value))) continue;
    if (inNines) {
      const { mean, low, high } = ninesInterval(own);
      estimates.set(JSON.stringify(cell.values), { mean, low, high: high === Infinity ? mean : high });
      continue;
    }
    const { mean, half = 0 } = meanInterval(own);
    estimates.set(JSON.stringify(cell.values), { mean, low: mean - half, high: mean + half });
  }
  return estimates;
}

/** Where the estimate of a choice on each axis is; an axis that is not named has its first one. */
export function keyOf({ axes }: Sweep, choices: ReadonlyMap<string, string>): string {
  return JSON.stringify(axes.map(({ path, values }) => choices.get(path) ?? values[0]));
}

/** Every choice on the axes, the first one slowest. */
export function combinations(axes: readonly Axis[]): (readonly [Axis, string])[][] {
  return axes.reduce<(readonly [Axis, string])[][]>(
    (before, axis) => before.flatMap((one) => axis.values.map((value) => [...one, [axis, value] as const])),
    [[]],
  );
}
