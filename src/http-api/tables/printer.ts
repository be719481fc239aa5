// What a printer is: from an object of one kind to the cells of its row (pkg/printers/internalversion).
import type { KubeObject } from '../../model/object-store.ts';
import type { Column } from './columns.ts';

export type Cell = string | number | boolean;

/** The cells of an object of the printer's kind at a moment of virtual time, µs. */
export type Printer = (object: never, nowUs: number) => readonly Cell[];

/** How objects of one kind become rows. */
export interface TablePrinter {
  readonly columns: readonly Column[];
  cells(object: KubeObject, nowUs: number): readonly Cell[];
}

/** By kind. */
export type Printers = Readonly<Record<string, Printer>>;
