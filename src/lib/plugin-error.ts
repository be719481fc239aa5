// What somebody else's code did wrong: an error of the input that says who, where, and what was expected.
import { InputError } from './errors.ts';

/** A member of a family that came with a plugin. */
export interface Author {
  readonly file: string;
  readonly member: string;
  /** Simulated time, where there is any. */
  readonly nowUs?: (() => number) | undefined;
}

/** Prints `FILE: plugin MEMBER: METHOD ABOUT at T s: WHAT`; exit code 2. */
export class PluginError extends InputError {
  readonly file: string;
  readonly member: string;
  readonly method: string;

  /** `what` says what it did and what was expected; `about` what it was asked about: `for pod shop/web-0`. */
  constructor({ file, member, nowUs }: Author, method: string, what: string, about = '') {
    const when = nowUs === undefined ? '' : ` at ${nowUs() / 1e6} s`;
    const where = `${method}${about === '' ? '' : ` ${about}`}${when}`;
    super({ file, message: `plugin ${member}: ${where}: ${what}` });
    this.file = file;
    this.member = member;
    this.method = method;
  }
}

/** What was thrown, as text. */
export function thrown(error: unknown): string {
  return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error)}`;
}
