// Invariants: a bug stops the run with a message that says what was broken.

/** A broken invariant: a bug of the program, never a fault of its input. The command line exits with 3. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Stops with an InvariantError unless `condition` holds. Pass a function where building the message costs something. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof message === 'string' ? message : message());
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected value ${String(value)}`);
}
