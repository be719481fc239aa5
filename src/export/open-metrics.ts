// Tables over time as OpenMetrics text with time stamps: what `promtool tsdb create-blocks-from openmetrics` turns into blocks of Prometheus.
// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
import type { ExportedColumn, ExportedTable, Part } from './exported-tables.ts';
import { openMetricsHistograms } from './open-metrics-histograms.ts';
import { escaped, stamp, type StartOf } from './open-metrics-text.ts';

/** Tables whose rows are no values over time: what happened, and when. */
const NOT_OVER_TIME = new Set(['events', 'faults']);
/** Whole numbers that say what a row is about, as its texts do. */
const LABELS = new Set(['revision']);
const TIME = 'time_seconds';
/** Units that OpenMetrics knows by the end of a name. */
const UNIT = /_(seconds|bytes|ratio)$/;

/** Lines of the text, the last one `# EOF`. A sample of a run is at its start and its time in the run. */
export function* openMetrics(
  tables: readonly ExportedTable[],
  scenarioOf: (run: string) => string,
  startOf: StartOf,
  endOf: (run: string) => number,
): Generator<string> {
  for (const table of tables) {
    const over = overTime(table);
    if (over === undefined) continue;
    const labels = table.columns.filter(({ name, type }) => name !== 'run' && (type === 'text' || LABELS.has(name)));
    const read = table.parts.map((part) => seriesOf(part, labels, over, scenarioOf, startOf));
    for (const column of table.columns) {
      if (column.type === 'text' || LABELS.has(column.name) || column.name === over) continue;
      yield* family(metricName(table.name, column.name), column, read);
    }
  }
  yield* openMetricsHistograms(tables, scenarioOf, startOf, endOf);
  yield '# EOF\n';
}

/** The column with the time of a row; of the summary the end of the run. */
function overTime({ name, columns }: ExportedTable): string | undefined {
  if (name === 'summary') return 'duration_seconds';
  return NOT_OVER_TIME.has(name) ? undefined : columns.find((column) => column.name === TIME)?.name;
}

function metricName(table: string, column: string): string {
  return `wavetank_${table}_${column}`.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

interface Series {
  readonly table: ReturnType<Part['read']>;
  /** Rows by their labels, in the order of time. */
  readonly rows: ReadonlyMap<string, readonly number[]>;
  readonly stamps: readonly string[];
}

function seriesOf(
  part: Part,
  labels: readonly ExportedColumn[],
  time: string,
  scenarioOf: (run: string) => string,
  startOf: StartOf,
): Series {
  const table = part.read();
  const run = part.run ?? '';
  const fixed = `scenario="${escaped(scenarioOf(run))}",run="${escaped(run)}"`;
  // A label of the name `job` would be taken for Prometheus' own.
  const texts = labels
    .filter(({ name }) => table.has(name) && !(name === 'scenario' || name === 'run'))
    .map(({ name }) => [name === 'job' ? 'kube_job' : name, table.text(name)] as const);
  const rows = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row += 1) {
    const own = texts.map(([name, cells]) => `,${name}="${escaped(cells[row])}"`).join('');
    const key = `{${fixed}${own}}`;
    const known = rows.get(key);
    if (known === undefined) rows.set(key, [row]);
    else known.push(row);
  }
  const start = startOf(run);
  return { table, rows, stamps: Array.from(table.numbers(time), (seconds) => stamp(start + seconds)) };
}

function* family(name: string, { name: column, help }: ExportedColumn, read: readonly Series[]): Generator<string> {
  let headed = false;
  for (const { table, rows, stamps } of read) {
    if (!table.has(column)) continue;
    const values = table.numbers(column);
    for (const [labels, own] of rows) {
      const lines = own
        .filter((row) => !Number.isNaN(values[row]))
        .map((row) => `${name}${labels} ${values[row]} ${stamps[row]}\n`);
      if (lines.length === 0) continue;
      if (!headed) yield head(name, help);
      headed = true;
      yield lines.join('');
    }
  }
}

function head(name: string, help: string): string {
  const unit = UNIT.exec(name)?.[1];
  return `# TYPE ${name} gauge\n${unit === undefined ? '' : `# UNIT ${name} ${unit}\n`}# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}\n`;
}
