// The files of the trace openb, read: makes of nodes, shapes of pods, when pods come and go, published orders of arrival.
import { InputError } from '../../lib/errors.ts';
import { MOST_DEVICES } from '../../model/parse/gpu-request.ts';
import type { SourceText } from '../scenario.ts';
import { readTable, type TraceRow, type TraceTable, wholeCell } from './table.ts';

/** Nodes of one make. */
export interface NodeMake {
  readonly model: string;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly nodes: number;
}

/** What pods of one shape have in common, and how many there are. */
export interface PodKind {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly count: number;
  readonly milli: number;
  readonly model: string;
  pods: number;
}

export interface TracePods {
  readonly table: TraceTable;
  /** Sorted by name, as published orders count them; and the kind of each. */
  readonly rows: readonly TraceRow[];
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

/** In the order in which the makes come up. */
export function readMakes(source: SourceText): { readonly table: TraceTable; readonly makes: NodeMake[] } {
  const table = readTable(source, ['cpu_milli', 'memory_mib', 'gpu', 'model']);
  const makes = new Map<string, NodeMake>();
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
  }
  return { table, makes: [...makes.values()] };
}

export function readPods(source: SourceText): TracePods {
  const table = readTable(source, ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli']);
  const rows = [...table.rows].sort((a, b) => compare(a.cells['name'] ?? '', b.cells['name'] ?? ''));
  const byKey = new Map<string, PodKind>();
  const kindOf = rows.map((row) => {
    const made = kindOfRow(table, row);
    const key = JSON.stringify(made);
    const known = byKey.get(key) ?? made;
    byKey.set(key, known);
    return known;
  });
  for (const kind of kindOf) kind.pods += 1;
  return { table, rows, kindOf, kinds: [...byKey.values()].sort((a, b) => b.pods - a.pods) };
}

function kindOfRow(table: TraceTable, row: TraceRow): PodKind {
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
    pods: 0,
  };
}

/** When the pods of the list came and went; time 0 is the first of them. Throws an InputError for a list without times. */
export function readTimes({ table, rows, kindOf }: TracePods): Coming[] {
  for (const column of ['creation_time', 'deletion_time']) {
    if (table.columns.includes(column)) continue;
    const message = `has no column "${column}": say when pods come, --every 1s for one after the other`;
    throw new InputError({ file: table.file, line: 1, message });
  }
  const created = rows.map((row) => wholeCell(table, row, 'creation_time'));
  const first = created.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return rows.map((row, index) => {
    const stays = (row.cells['deletion_time'] ?? '') === '';
    const deleted = stays ? undefined : wholeCell(table, row, 'deletion_time');
    if (deleted !== undefined && deleted < created[index]) {
      const message = `${deleted} is before the creation at ${created[index]}`;
      throw new InputError({ file: table.file, line: row.line, path: 'deletion_time', message });
    }
    const lifetimeS = deleted === undefined ? undefined : deleted - created[index];
    return { kind: kindOf[index], atS: created[index] - first, lifetimeS };
  });
}

/** Kinds in an order of arrival: a column of indexes into the list of pods sorted by name, by default the second one. */
export function readOrder(source: SourceText, column: string | undefined, { table, kindOf }: TracePods): PodKind[] {
  const chosen = column ?? readTable(source, []).columns[1] ?? 'order';
  const order = readTable(source, [chosen]);
  // A shorter order than others of its file ends with empty cells.
  const rows = order.rows.filter(({ cells }) => cells[chosen] !== '');
  if (rows.length === 0) throw new InputError({ file: order.file, path: chosen, message: 'has no rows' });
  return rows.map((row) => {
    const index = wholeCell(order, row, chosen);
    const kind = kindOf[index];
    if (kind !== undefined) return kind;
    const message = `${index} is beyond the ${kindOf.length} pods of ${table.file}, which count from 0`;
    throw new InputError({ file: order.file, line: row.line, path: chosen, message });
  });
}

function nameCell({ file }: TraceTable, { line, cells }: TraceRow, column: string, shape: RegExp): string {
  const text = cells[column] ?? '';
  if (shape.test(text)) return text;
  throw new InputError({ file, line, path: column, message: `expected names of GPUs, got ${JSON.stringify(text)}` });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
