// meta.k8s.io/v1 Table: objects as rows for people, as the API server prints them for kubectl.
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import { clusterPrinters } from './cluster.ts';
import { metadataColumns, printedColumns } from './columns.ts';
import { customColumns } from './custom.ts';
import { networkPrinters } from './network.ts';
import { ended, podPrinters } from './pods.ts';
import { policyPrinters } from './policies.ts';
import type { Printers, TablePrinter } from './printer.ts';
import { storagePrinters } from './storage.ts';
import { workloadPrinters } from './workloads.ts';

/** What of the objects comes with their rows. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly include: IncludeObject;
  readonly nowUs: number;
  /** Of the list: resourceVersion, continue. */
  readonly metadata: object;
  /** Left out of the tables of a watch, but for the first. */
  readonly withColumns: boolean;
}

const PRINTERS: Printers = {
  ...podPrinters,
  ...workloadPrinters,
  ...networkPrinters,
  ...clusterPrinters,
  ...storagePrinters,
  ...policyPrinters,
};

export function tablePrinter(objects: ObjectStore, apiVersion: string, kind: string, isBuiltIn: boolean): TablePrinter {
  if (!isBuiltIn) return customColumns(objects, apiVersion, kind);
  const columns = printedColumns(apiVersion === 'events.k8s.io/v1' ? 'v1' : apiVersion, kind);
  const cells = PRINTERS[kind];
  if (columns !== undefined && cells !== undefined)
    return { columns, cells: (object, nowUs) => cells(object as never, nowUs) };
  const { name, created } = metadataColumns();
  return {
    columns: [name, created],
    cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? '<unknown>'],
  };
}

export function table(printer: TablePrinter, items: readonly KubeObject[], options: TableOptions): object {
  const { include, nowUs, metadata, withColumns } = options;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns ? printer.columns : null,
    rows: items.map((object) => {
      const condition = object.kind === 'Pod' ? ended(object as Pod) : undefined;
      return {
        cells: printer.cells(object, nowUs),
        ...(condition === undefined ? {} : { conditions: [condition] }),
        object: include === 'None' ? null : include === 'Object' ? object : metadataOf(object),
      };
    }),
  };
}

/** PartialObjectMetadata. */
export function metadataOf({ metadata }: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
