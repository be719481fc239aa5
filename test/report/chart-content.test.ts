// What charts draw from given rows: lines and their values, bars and their places.
import { describe, expect, it } from 'vitest';
import { charts } from '../../src/report/charts/index.ts';
import type { CsvTable, JobResults } from '../../src/report/read.ts';
import { hue, ink } from '../../src/report/theme.ts';

type Cell = string | number | null;

/** A table as it is read from a CSV file. */
function tableOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): CsvTable {
  const cells = (column: string): Cell[] => {
    const at = columns.indexOf(column);
    return at < 0 ? expect.fail(`no column ${column}`) : rows.map((row) => row[at]);
  };
  return {
    rows: rows.length,
    columns,
    has: (column) => columns.includes(column),
    text: (column) => cells(column).map((cell) => (cell === null ? '' : String(cell))),
    numbers: (column) => Float64Array.from(cells(column), (cell) => (cell === null ? Number.NaN : Number(cell))),
  };
}

interface Drawn {
  readonly series: readonly {
    readonly name: string;
    readonly color: string;
    readonly stack?: string;
    readonly yAxisIndex: number;
    readonly data: readonly ((number | string)[] | { readonly value: (number | string)[] })[];
  }[];
  readonly graphic: readonly {
    readonly type: string;
    readonly shape?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
    readonly style: { readonly text?: string; readonly fill?: string };
    readonly x?: number;
    readonly y?: number;
  }[];
}

function draw(name: string, file: string, table: CsvTable): Drawn {
  const job = {
    folder: '',
    run: { scenario: 'test', seed: '1', duration_seconds: 40, series_interval_seconds: 10 },
    has: (asked: string) => asked === file,
    table: () => table,
    rowsOf: () => table,
  } as unknown as JobResults;
  const drawing = charts.create(name, {}, { job, marks: [] }) ?? expect.fail(`${name} draws nothing`);
  return drawing.option as Drawn;
}

/** By panel: name, values at their times ("-" where there is none). */
function linesOf({ series }: Drawn, panel: number): Record<string, (number | string)[][]> {
  const own = series.filter(({ yAxisIndex }) => yAxisIndex === panel);
  return Object.fromEntries(own.map(({ name, data }) => [name, data.map((one) => ('value' in one ? one.value : one))]));
}

const textsOf = ({ graphic }: Drawn): string[] => graphic.flatMap(({ style }) => style.text ?? []);

describe('the chart of autoscalers', () => {
  const COLUMNS = [
    'time_seconds',
    'namespace',
    'name',
    'metric',
    'desired',
    'current',
    'ready',
    'value',
    'target_value',
  ];
  const row = (time: number, name: string, metric: string, numbers: readonly Cell[]): Cell[] => [
    time,
    'shop',
    name,
    metric,
    ...numbers,
  ];

  it('has replicas wanted and ready, and each metric as a share of its target', () => {
    const drawn = draw(
      'autoscalers',
      'autoscalers.csv',
      tableOf(COLUMNS, [
        row(10, 'web', 'cpu', [0, 2, 1, null, 0.5]),
        row(10, 'web', 'queue', [0, 2, 1, 30, 10]),
        row(20, 'web', 'cpu', [2, 2, 2, 0.25, 0.5]),
        row(20, 'web', 'queue', [2, 2, 2, 10, 10]),
        row(30, 'web', 'cpu', [4, 2, 3, 1, 0.5]),
        row(30, 'web', 'queue', [4, 2, 3, 5, 10]),
      ]),
    );
    expect(textsOf(drawn)).toEqual(expect.arrayContaining(['Autoscaler web', 'replicas', 'load, of the target']));
    // Before it has looked for the first time it wants nothing in particular.
    expect(linesOf(drawn, 0)).toEqual({
      'replicas wanted': [
        [10, '-'],
        [20, 2],
        [30, 4],
      ],
      'pods ready': [
        [10, 1],
        [20, 2],
        [30, 3],
      ],
    });
    expect(linesOf(drawn, 1)).toEqual({
      cpu: [
        [10, '-'],
        [20, 0.5],
        [30, 2],
      ],
      queue: [
        [10, 3],
        [20, 1],
        [30, 0.5],
      ],
    });
  });

  it('shows the three that changed most', () => {
    const changes = { a: 1, b: 9, c: 5, d: 3 };
    const rows = [10, 20].flatMap((time) =>
      Object.entries(changes).map(([name, change]) =>
        row(time, name, 'cpu', [time === 10 ? 1 : 1 + change, 1, 1, 1, 1]),
      ),
    );
    const drawn = draw('autoscalers', 'autoscalers.csv', tableOf(COLUMNS, rows));
    const names = textsOf(drawn).filter((text) => text.endsWith(', replicas'));
    expect(names).toEqual(['b, replicas', 'c, replicas', 'd, replicas']);
    expect(linesOf(drawn, 0)['replicas wanted']).toEqual([
      [10, 1],
      [20, 10],
    ]);
    expect(textsOf(drawn).join('\n')).toContain('the 3 of 4 autoscalers that changed most');
  });
});

describe('the chart of Jobs', () => {
  const COLUMNS = ['job', 'cronjob', 'outcome', 'started_seconds', 'finished_seconds', 'deleted_seconds'];
  const drawn = draw(
    'jobs',
    'batch.csv',
    tableOf(COLUMNS, [
      ['tick-1', 'tick', 'Complete', 0, 10, null],
      ['tick-2', 'tick', 'Failed', 20, 30, null],
      ['alone', '', '', 10, null, null],
      ['gone', '', '', 5, null, 15],
      // It never began.
      ['suspended', '', '', null, null, null],
    ]),
  );
  const label = (name: string) =>
    drawn.graphic.find(({ style }) => style.text === name) ?? expect.fail(`there is no line ${name}`);
  const bars = (name: string) => {
    const { y = 0 } = label(name);
    return drawn.graphic.flatMap(({ type, shape, style }) => {
      // Squares of the legend stand above the lines.
      if (type !== 'rect' || shape === undefined || shape.y > y || shape.y + shape.height < y) return [];
      return [{ left: shape.x, right: shape.x + shape.width, color: style.fill }];
    });
  };
  /** Of the time axis, which goes from 0 to 40 s. */
  const [{ left: zero }] = bars('tick');
  const end = bars('alone')[0].right;
  const second = (x: number): number => Math.round(((x - zero) / (end - zero)) * 40);

  it.each([
    [
      'tick',
      [
        [0, 10, hue.green],
        [20, 30, hue.red],
      ],
    ],
    // Until the end of the run.
    ['alone', [[10, 40, hue.blue]]],
    ['gone', [[5, 15, ink.muted]]],
  ])('has bars of %s', (name, expected) => {
    expect(bars(name).map(({ left, right, color }) => [second(left), second(right), color])).toEqual(expected);
  });

  it('has no line of what never began', () => {
    expect(textsOf(drawn)).not.toContain('suspended');
  });
});

describe('the chart of node pools', () => {
  const COLUMNS = ['time_seconds', 'pool', 'desired', 'nodes', 'ready', 'hourly_cost'];
  const rows = (price: number): Cell[][] => [
    [10, 'base', 2, 2, 2, 2 * price],
    [10, 'burst', 3, 1, 1, 0.5 * price],
    [20, 'base', 2, 2, 2, 2 * price],
    [20, 'burst', 3, 3, 3, 1.5 * price],
  ];

  it('stacks the nodes of pools below what is asked for, and what they cost', () => {
    const drawn = draw('node-pools', 'nodepools.csv', tableOf(COLUMNS, rows(1)));
    expect(linesOf(drawn, 0)).toEqual({
      base: [
        [10, 2],
        [20, 2],
      ],
      burst: [
        [10, 1],
        [20, 3],
      ],
      'asked for': [
        [10, 5],
        [20, 5],
      ],
    });
    expect(linesOf(drawn, 1)).toEqual({
      base: [
        [10, 2],
        [20, 2],
      ],
      burst: [
        [10, 0.5],
        [20, 1.5],
      ],
    });
    expect(drawn.series.map(({ name, stack }) => [name, stack !== undefined])).toEqual([
      ['base', true],
      ['burst', true],
      ['asked for', false],
      ['base', true],
      ['burst', true],
    ]);
    expect(textsOf(drawn)).toEqual(expect.arrayContaining(['nodes', 'cost per hour']));
    // A pool has one colour in both.
    expect(drawn.series[0].color).toBe(drawn.series[3].color);
    expect(drawn.series[0].color).not.toBe(drawn.series[1].color);
  });

  it('has no panel of prices where nothing has one', () => {
    const drawn = draw('node-pools', 'nodepools.csv', tableOf(COLUMNS, rows(0)));
    expect(linesOf(drawn, 1)).toEqual({});
    expect(textsOf(drawn)).not.toContain('cost per hour');
  });
});
