// Tables of custom resources: the columns that their CustomResourceDefinition declares (additionalPrinterColumns), each the value at a path.
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import { type Column, metadataColumns } from './columns.ts';
import { readPath } from './json-path.ts';
import type { Cell, TablePrinter } from './printer.ts';
import { since } from './texts.ts';

interface DeclaredColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

interface Definition extends KubeObject {
  readonly spec?: {
    readonly group?: string;
    readonly names?: { readonly kind?: string };
    readonly versions?: readonly {
      readonly name?: string;
      readonly additionalPrinterColumns?: readonly DeclaredColumn[];
    }[];
  };
}

const AGE: DeclaredColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** Of a kind that is declared, or that the simulation knows without its definition: its name and its age. */
export function customColumns(objects: ObjectStore, apiVersion: string, kind: string): TablePrinter {
  const declared = declaredColumns(objects, apiVersion, kind) ?? [];
  const used = declared.length === 0 ? [AGE] : declared;
  const { name, created } = metadataColumns();
  const columns = used.map(
    ({ name: title, type, format = '', description = '', priority = 0, jsonPath }): Column => ({
      name: title,
      type,
      format,
      description: description === '' && jsonPath === AGE.jsonPath ? created.description : description,
      priority,
    }),
  );
  return {
    columns: [name, ...columns],
    cells: (object, nowUs) => [
      object.metadata.name,
      ...used.map(({ type, jsonPath }) => cellOf(readPath(object, jsonPath), type, nowUs)),
    ],
  };
}

function declaredColumns(
  objects: ObjectStore,
  apiVersion: string,
  kind: string,
): readonly DeclaredColumn[] | undefined {
  for (const row of objects.ofKind('CustomResourceDefinition')) {
    const definition: Definition | undefined = objects.get(row);
    const spec = definition?.spec;
    if (spec?.names?.kind !== kind) continue;
    const version = spec.versions?.find(({ name }) => `${spec.group}/${name}` === apiVersion);
    if (version !== undefined) return version.additionalPrinterColumns ?? [];
  }
  return undefined;
}

/** What is not there is an empty cell: a table has no holes. */
function cellOf(values: readonly unknown[], type: string, nowUs: number): Cell {
  const [value] = values;
  if (value === undefined || value === null) return type === 'date' ? '<unknown>' : '';
  if (type === 'date') return typeof value === 'string' ? since(value, nowUs) : '<invalid>';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
