// How each figure of a sweep depends on each axis of numbers: all runs as dots, and the line through them with its 95 % confidence band.
import { lineThrough } from '../../lib/regression.ts';
import { hue } from '../theme.ts';
import { plot } from './plot.ts';
import { rowsByJob, type Sweep } from './read-sweep.ts';
import { type Axis, axesOf, isWide, placesOf } from './roles.ts';
import { figuresOf, formatOf, type NamedDrawing } from './sweep-charts.ts';

/** With fewer choices every line fits. */
const FEWEST_CHOICES = 3;
const MOST_CHARTS = 12;
/** More dots are a cloud, and a large file. */
const MOST_DOTS = 2000;
/** Places at which the band is worked out. */
const POINTS = 60;

interface Run {
  /** Index of the choice on the axis. */
  readonly choice: number;
  readonly value: number;
}

/** Charts of figures that vary, on axes of at least three numbers. */
export function regressionCharts(sweep: Sweep): NamedDrawing[] {
  const axes = axesOf(sweep).filter(({ numbers }) => numbers !== undefined && numbers.length >= FEWEST_CHOICES);
  return figuresOf(sweep)
    .flatMap((figure) =>
      axes.flatMap((axis) => {
        const runs = runsOf(sweep, axis, figure.column);
        const drawing = runs.every(({ value }) => value === runs[0].value)
          ? undefined
          : draw(sweep, axis, figure, runs);
        const name = `${figure.column}-by-${axis.label}`.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();
        return drawing === undefined ? [] : [{ name, drawing }];
      }),
    )
    .slice(0, MOST_CHARTS);
}

/** Every job with a value, whatever its choices on other axes. */
function runsOf(sweep: Sweep, axis: Axis, column: string): Run[] {
  const { axes, cells, table } = sweep;
  const at = axes.findIndex(({ path }) => path === axis.path);
  const row = rowsByJob(sweep);
  const values = table.numbers(column);
  return cells.flatMap(({ values: choices, jobs }) =>
    jobs.flatMap((job) => {
      const value = values[row.get(job) ?? -1] ?? Number.NaN;
      return Number.isNaN(value) ? [] : [{ choice: axis.values.indexOf(choices[at]), value }];
    }),
  );
}

function draw(sweep: Sweep, axis: Axis, figure: ReturnType<typeof figuresOf>[number], runs: readonly Run[]) {
  const places = placesOf(axis);
  const numbers = axis.numbers ?? [];
  const line = lineThrough(runs.map(({ choice, value }) => [places[choice], value]));
  if (line === undefined) return undefined;
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const wide = isWide(numbers);
  const numberAt = (place: number): number => (wide ? least * (most / least) ** place : least + (most - least) * place);
  const ticks = Array.from({ length: POINTS }, (_, at) => ({ at: at / (POINTS - 1), label: '' }));
  const format = formatOf(figure);
  const every = Math.ceil(runs.length / MOST_DOTS);
  const dots = runs.filter((_, at) => at % every === 0);
  const end = (place: number): string => format(Number(line.at(place).mean.toPrecision(3)));
  return plot({
    title: `${figure.title} by ${axis.label}`,
    subtitle: [
      sweep.scenario,
      dots.length < runs.length
        ? `a dot for each of ${dots.length} of ${runs.length} runs`
        : `${runs.length} runs, one dot each`,
      `least squares with the 95 % confidence band: ${end(0)} to ${end(1)}, R² ${Number(line.determination.toPrecision(2))}`,
      ...(wide ? [`by the logarithm of ${axis.label}`] : []),
    ].join(' · '),
    legend: [],
    xName: axis.label,
    ticks,
    labelled: axis.values.map((label, at) => ({ at: places[at], label })).toSorted((a, b) => a.at - b.at),
    values: ticks.map(({ at }) => numberAt(at)),
    numeric: true,
    dots: false,
    panels: [
      {
        name: '',
        curves: [{ name: '', color: hue.blue, points: ticks.map(({ at }) => line.at(at)) }],
        scatter: dots.map(({ choice, value }) => ({ at: places[choice], x: numbers[choice], y: value })),
      },
    ],
    format,
    whole: false,
    scale: 'linear',
  });
}
