// The files of the trace openb, read: makes of nodes, shapes of pods, when pods come and go, published orders of arrival.
import { InputError } from '../../lib/errors.ts';
import { MOST_DEVICES } from '../../model/parse/gpu-request.ts';
import type { ImportSources } from './importer.ts';
import { Sample } from './sample.ts';
import { rowByRow, type RowByRow, readTable, type TraceRow, wholeCell } from './table.ts';

/** Nodes of one make. */
export interface NodeMake {
  readonly model: string;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly nodes: number;
}

/** What a pod asks for. */
interface PodShape {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly count: number;
  readonly milli: number;
  readonly model: string;
}

/** What pods of one shape have in common, and how many there are. */
export interface PodKind extends PodShape {
  pods: number;
}

/** A row of the list of pods; times where they were asked for, in seconds. */
interface TracePod {
  readonly name: string;
  readonly shape: PodShape;
  readonly createdS: number;
  readonly deletedS: number | undefined;
}

export interface TracePods {
  readonly file: string;
  /** Of how many they are chosen. */
  readonly seen: number;
  /** Sorted by name, as published orders count them; and the kind of each. */
  readonly pods: readonly TracePod[];
  readonly kindOf: readonly PodKind[];
  /** The most popular first. */
  readonly kinds: readonly PodKind[];
}

/** A pod that comes; `lifetimeS` undefined: it stays. */
export interface Coming {
  readonly kind: PodKind;
  readonly atS: number;
  readonly lifetimeS: number | undefined;
}

type Lines = ImportSources['lines'];

/** In the order in which the makes come up. */
export function readMakes(file: string, lines: Lines): { readonly nodes: number; readonly makes: NodeMake[] } {
  const table = rowByRow(file, lines, ['cpu_milli', 'memory_mib', 'gpu', 'model']);
  const makes = new Map<string, NodeMake>();
  let nodes = 0;
  for (const row of table.rows) {
    const model = nameCell(table, row, 'model', /^[\w.-]*$/);
    const make = {
      model,
      gpus: wholeCell(table, row, 'gpu', 0, MOST_DEVICES),
      cpuMilli: wholeCell(table, row, 'cpu_milli', 1),
      memoryMib: wholeCell(table, row, 'memory_mib', 1),
    };
    const key = JSON.stringify(make);
    makes.set(key, { ...make, nodes: (makes.get(key)?.nodes ?? 0) + 1 });
    nodes += 1;
  }
  return { nodes, makes: [...makes.values()] };
}

/** At most `most` of them, chosen by a hash of their names. With `timed` each row says when its pod came and went. Throws an InputError. */
export function readPods(file: string, lines: Lines, timed: boolean, most: number): TracePods {
  const table = rowByRow(file, lines, ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli']);
  const missing = ['creation_time', 'deletion_time'].find((column) => !table.columns.includes(column));
  if (timed && missing !== undefined) {
    const message = `has no column "${missing}": say when pods come, --every 1s for one after the other`;
    throw new InputError({ file, line: 1, message });
  }
  const sample = new Sample<TracePod>(most);
  let row = 0;
  for (const one of table.rows) {
    const name = one.cells['name'] ?? '';
    const times = timed ? timesOf(table, one) : { createdS: 0, deletedS: undefined };
    // Names may come twice.
    sample.add(`${name} ${row}`, { name, shape: shapeOf(table, one), ...times });
    row += 1;
  }
  const pods = sample.values().sort((a, b) => compare(a.name, b.name));
  const byKey = new Map<string, PodKind>();
  const kindOf = pods.map(({ shape }) => {
    const key = JSON.stringify(shape);
    const known = byKey.get(key) ?? { ...shape, pods: 0 };
    byKey.set(key, known);
    known.pods += 1;
    return known;
  });
  return { file, seen: sample.seen, pods, kindOf, kinds: [...byKey.values()].sort((a, b) => b.pods - a.pods) };
}

function shapeOf(table: RowByRow, row: TraceRow): PodShape {
  const count = wholeCell(table, row, 'num_gpu', 0, MOST_DEVICES);
  const milli = wholeCell(table, row, 'gpu_milli', 0, 1000);
  if ((count === 0) !== (milli === 0)) {
    const message = `${count} GPUs with ${milli} thousandths of each: both are 0, or neither is`;
    throw new InputError({ file: table.file, line: row.line, path: 'gpu_milli', message });
  }
  return {
    cpuMilli: wholeCell(table, row, 'cpu_milli'),
    memoryMib: wholeCell(table, row, 'memory_mib'),
    count,
    milli,
    model: nameCell(table, row, 'gpu_spec', /^[\w.|-]*$/),
  };
}

function timesOf(table: RowByRow, row: TraceRow): Pick<TracePod, 'createdS' | 'deletedS'> {
  const createdS = wholeCell(table, row, 'creation_time');
  if ((row.cells['deletion_time'] ?? '') === '') return { createdS, deletedS: undefined };
  const deletedS = wholeCell(table, row, 'deletion_time');
  if (deletedS >= createdS) return { createdS, deletedS };
  const message = `${deletedS} is before the creation at ${createdS}`;
  throw new InputError({ file: table.file, line: row.line, path: 'deletion_time', message });
}

/** When the pods of the list came and went; time 0 is the first of them. */
export function timesOfPods({ pods, kindOf }: TracePods): Coming[] {
  const first = pods.reduce((least, { createdS }) => Math.min(least, createdS), Number.POSITIVE_INFINITY);
  return pods.map(({ createdS, deletedS }, index) => ({
    kind: kindOf[index],
    atS: createdS - first,
    lifetimeS: deletedS === undefined ? undefined : deletedS - createdS,
  }));
}

/** Kinds in an order of arrival: a column of indexes into the list of pods sorted by name, by default the second one. */
export function readOrder(
  file: string,
  lines: Lines,
  column: string | undefined,
  { file: list, kindOf, seen }: TracePods,
): PodKind[] {
  if (seen > kindOf.length) {
    const message = `an order counts all ${seen} pods of the list, of which ${kindOf.length} were taken: say --pods ${seen}`;
    throw new InputError({ file: list, message });
  }
  const order = readTable(file, lines, column === undefined ? [] : [column]);
  const chosen = column ?? order.columns[1] ?? 'order';
  if (!order.columns.includes(chosen)) throw new InputError({ file, line: 1, message: `has no column "${chosen}"` });
  // A shorter order than others of its file ends with empty cells.
  const rows = order.rows.filter(({ cells }) => cells[chosen] !== '');
  if (rows.length === 0) throw new InputError({ file: order.file, path: chosen, message: 'has no rows' });
  return rows.map((row) => {
    const index = wholeCell(order, row, chosen);
    const kind = kindOf[index];
    if (kind !== undefined) return kind;
    const message = `${index} is beyond the ${kindOf.length} pods of ${list}, which count from 0`;
    throw new InputError({ file: order.file, line: row.line, path: chosen, message });
  });
}

function nameCell({ file }: RowByRow, { line, cells }: TraceRow, column: string, shape: RegExp): string {
  const text = cells[column] ?? '';
  if (shape.test(text)) return text;
  throw new InputError({ file, line, path: column, message: `expected names of GPUs, got ${JSON.stringify(text)}` });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
