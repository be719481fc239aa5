// Tables as Parquet, one file each: columns with their types, rows of all jobs one after the other, compressed by Snappy.
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { CsvTable } from '../report/read.ts';
import { type ExportedColumn, type ExportedTable, RUN } from './exported-tables.ts';

/** Rows of a group, which is held in memory. */
const GROUP = 100_000;
const TYPES = { text: 'STRING', integer: 'INT64', number: 'DOUBLE' } as const;

/** Writes the table to a file and returns the number of its rows. */
export function writeParquet(table: ExportedTable, file: string, createdBy: string): number {
  const { columns, parts } = table;
  const buffers = columns.map(() => [] as unknown[]);
  const sources = (): ColumnSource[] =>
    columns.map(({ name, type }, at) => ({ name, data: buffers[at], type: TYPES[type], nullable: type !== 'text' }));
  const writer = fileWriter(file);
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: sources() }),
    createdBy,
    kvMetadata: [{ key: 'description', value: table.help }],
  });
  let rows = 0;
  const flush = (): void => {
    rows += buffers[0].length;
    void parquet.write({ columnData: sources(), rowGroupSize: GROUP });
    for (const buffer of buffers) buffer.length = 0;
  };
  for (const part of parts) {
    const read = part.read();
    const cells = columns.map((column) => cellsOf(part.run, read, column));
    const count = cells[0].length;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + GROUP - buffers[0].length);
      for (const [at, own] of cells.entries()) for (let row = from; row < to; row += 1) buffers[at].push(own[row]);
      from = to;
      if (buffers[0].length === GROUP) flush();
    }
  }
  if (buffers[0].length > 0) flush();
  void parquet.finish();
  return rows;
}

/** Cells as Parquet has them: an empty one is null, whole numbers are big ones. */
function cellsOf(run: string | undefined, table: CsvTable, { name, type }: ExportedColumn): readonly unknown[] {
  if (name === RUN.name && !table.has(name)) return Array.from({ length: table.rows }, () => run ?? '');
  if (!table.has(name)) return Array.from({ length: table.rows }, () => (type === 'text' ? '' : null));
  if (type === 'text') return table.text(name);
  const whole = type === 'integer';
  return Array.from(table.numbers(name), (value) => (Number.isNaN(value) ? null : whole ? BigInt(value) : value));
}
