// Columns of tables: those of the built-in printers, those that a CustomResourceDefinition declares, and the usual ones.
import { COLUMNS, DESCRIPTIONS } from './columns.generated.ts';

/** meta/v1 TableColumnDefinition. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0: always shown; more: with `-o wide`. */
  readonly priority: number;
}

let known: Map<string, readonly Column[]> | undefined;

/** Undefined for a kind without a printer of its own. */
export function printedColumns(apiVersion: string, kind: string): readonly Column[] | undefined {
  known ??= read();
  return known.get(`${apiVersion} ${kind}`);
}

/** Descriptions of fields that every object has. */
export function metadataColumns(): { readonly name: Column; readonly created: Column } {
  const [name] = printedColumns('v1', 'ServiceAccount') ?? [];
  const description = printedColumns('v1', 'ServiceAccount')?.[1].description ?? '';
  return {
    name,
    created: { name: 'Created At', type: 'date', format: '', description, priority: 0 },
  };
}

function read(): Map<string, readonly Column[]> {
  const descriptions = DESCRIPTIONS.split('\n').map((text) => text.replaceAll('\\n', '\n'));
  return new Map(
    COLUMNS.split('\n').map((line) => {
      const [id, ...columns] = line.split('|');
      return [id, columns.map((text) => column(text, descriptions))] as const;
    }),
  );
}

function column(text: string, descriptions: readonly string[]): Column {
  const [name, type, format, priority, description] = text.split('~');
  return { name, type, format, description: descriptions[Number(description)], priority: Number(priority) };
}
