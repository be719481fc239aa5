// Kinds of rows: an int that names a pod is not one that names a node. Types only; at run time a row is a number.

declare const kind: unique symbol;

/** A row of one table, or -1 for none. Arithmetic makes a plain number of it, which is no row until somebody says so (`as PodRow`). */
export type Row<Kind extends string> = (number & { readonly [kind]: Kind }) | -1;

/** A row of the table of pods. */
export type PodRow = Row<'pod'>;
/** A row of the table of nodes. */
export type NodeRow = Row<'node'>;
/** A row of the object store. */
export type ObjectRow = Row<'object'>;
/** The number of a class of pods. */
export type ClassRow = Row<'class'>;
/** A row of the container table. */
export type ContainerRow = Row<'container'>;
/** A row of the table of identities: one pod that ever existed. */
export type IdentityRow = Row<'identity'>;

/** A column whose cells are rows of another table. */
export interface RowColumn<Of extends number> extends Int32Array<ArrayBuffer> {
  [index: number]: Of;
  [Symbol.iterator](): ArrayIterator<Of>;
  slice(start?: number, end?: number): RowColumn<Of>;
  subarray(begin?: number, end?: number): RowColumn<Of>;
}

/** A column of rows, its cells 0. */
export function rowColumn<Of extends number>(length = 0): RowColumn<Of> {
  return new Int32Array(length) as RowColumn<Of>;
}
