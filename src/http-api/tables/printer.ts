// What a printer is: from an object of one kind to the cells of its row (pkg/printers/internalversion).

export type Cell = string | number | boolean;

/** The cells of an object of the printer's kind at a moment of virtual time, µs. */
export type Printer = (object: never, nowUs: number) => readonly Cell[];

/** By kind. */
export type Printers = Readonly<Record<string, Printer>>;
