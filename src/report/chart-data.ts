// What a chart shows as a table, and how to draw that again: a CSV file and a specification of Vega-Lite that reads it.
import { stringify } from 'csv-stringify/sync';
import type { TimeChart } from './drawing.ts';

/** A Vega-Lite specification, or a part of one. */
export type Spec = Readonly<Record<string, unknown>>;

export interface ChartData {
  readonly columns: readonly string[];
  /** NaN is an empty cell. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** Without its data, which is the CSV file beside it. */
  readonly spec: Spec & { readonly title: { readonly text: string; readonly subtitle: string } };
}

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** The CSV text. */
export function dataCsv({ columns, rows }: ChartData): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' && Number.isNaN(cell) ? '' : cell)));
  return stringify([columns, ...cells], { escape_formulas: true });
}

/** The specification as JSON text, of a chart whose data is in the file `csv` beside it; its description is the caption. */
export function vegaLite({ columns, rows, spec }: ChartData, csv: string, caption: string): string {
  const parse = Object.fromEntries(
    columns.map((column, at) => [column, rows.every((row) => typeof row[at] === 'number') ? 'number' : 'string']),
  );
  const data = { url: csv, format: { type: 'csv', parse } };
  return `${JSON.stringify({ $schema: SCHEMA, description: caption, data, ...spec }, null, 2)}\n`;
}

/** Colours of names, in their order. */
export function colorScale(entries: readonly { readonly name: string; readonly color: string }[]): Spec {
  const colors = new Map(entries.map(({ name, color }) => [name, color]));
  return { domain: [...colors.keys()], range: [...colors.values()] };
}

/** A chart over time: a row for each point of each line, a view for each panel. */
export function timeData({ title, subtitle, panels, columns = 1 }: TimeChart): ChartData {
  const rows = panels.flatMap(({ name, lines }, at) =>
    lines.flatMap((line) =>
      Array.from(line.times, (time, index) => [at + 1, name, line.name, time, line.values[index]]),
    ),
  );
  const width = Math.round(840 / columns) - (columns > 1 ? 60 : 0);
  const views = panels.map(({ name, lines, scale, weight = 1 }, at): Spec => {
    const color = { field: 'line', type: 'nominal', title: null, scale: colorScale(lines) };
    const x = { field: 'time_seconds', type: 'quantitative', title: 'simulated time (s)' };
    const y = {
      field: 'value',
      type: 'quantitative',
      title: null,
      ...(scale === 'log' ? { scale: { type: 'log' } } : {}),
    };
    const layer = [true, false].flatMap((stacked) => {
      const names = lines.filter(({ stack }) => (stack !== undefined) === stacked).map((line) => line.name);
      if (names.length === 0) return [];
      const transform = [{ filter: { field: 'line', oneOf: names } }];
      return [
        {
          transform,
          mark: stacked ? { type: 'area' } : { type: 'line' },
          encoding: { x, y: stacked ? { ...y, stack: 'zero' } : y, color },
        },
      ];
    });
    const positive = scale === 'log' ? [{ filter: 'datum.value > 0' }] : [];
    const transform = [{ filter: { field: 'panel', equal: at + 1 } }, { filter: 'isValid(datum.value)' }, ...positive];
    return { title: name, width, height: Math.round((columns > 1 ? 160 : 280) * weight), transform, layer };
  });
  return {
    columns: ['panel', 'panel_name', 'line', 'time_seconds', 'value'],
    rows,
    spec: { title: { text: title, subtitle }, columns, resolve: { scale: { color: 'independent' } }, concat: views },
  };
}
