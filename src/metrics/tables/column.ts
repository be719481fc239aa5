// A column of a table: its type, its unit, which way it is better, and what it means.

type ColumnType = 'text' | 'integer' | 'number';
export type Unit = 'any' | 'text' | 'seconds' | 'bytes' | 'ratio' | 'count' | 'per second' | 'bool' | 'nines';

/** Which way a figure is better. */
export type Better = 'higher' | 'lower' | 'neither';

export interface Column {
  readonly type: ColumnType;
  readonly unit: Unit;
  /** The cell may be empty: there was nothing to measure. A row holds null there. */
  readonly optional: boolean;
  readonly better: Better;
  readonly help: string;
}

/** A table: its file, what it is of, and its columns. */
export interface Table {
  readonly file: string;
  readonly help: string;
  readonly columns: Readonly<Record<string, Column>>;
}

export const text = (help: string) =>
  ({ type: 'text', unit: 'text', optional: false, better: 'neither', help }) as const;
export const count = (help: string, better: Better = 'neither') =>
  ({ type: 'integer', unit: 'count', optional: false, better, help }) as const;
export const bool = (help: string) =>
  ({ type: 'integer', unit: 'bool', optional: false, better: 'neither', help }) as const;
export const seconds = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'seconds', optional: false, better, help }) as const;
export const bytes = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'bytes', optional: false, better, help }) as const;
export const ratio = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'ratio', optional: false, better, help }) as const;
export const perSecond = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'per second', optional: false, better, help }) as const;
export const number = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'any', optional: false, better, help }) as const;
/** In the unit that the row names, or an empty cell. */
export const someNumber = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'any', optional: true, better, help }) as const;
/** A mean of counts, or an empty cell. */
export const someCount = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'count', optional: true, better, help }) as const;
/** Seconds, or an empty cell. */
export const someSeconds = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'seconds', optional: true, better, help }) as const;
/** A ratio, or an empty cell. */
export const someRatio = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'ratio', optional: true, better, help }) as const;

export const END = 'End of the interval, in seconds of simulated time since the start.';
