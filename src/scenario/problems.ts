// Collects everything that is wrong with the input, so that one run of the program shows all of it.
import { formatProblem, InputError } from '../lib/errors.ts';
import type { Place, Problem } from '../lib/errors.ts';

const PRINTED = 20;

export class Problems {
  private readonly found: Problem[] = [];
  /** What is read otherwise than it may have been meant, and is no error. */
  readonly warnings: Problem[] = [];
  private readonly files: readonly (string | undefined)[];

  /** Problems are sorted by these files first, then by others in the order in which these come up. */
  constructor(files: readonly string[] = []) {
    this.files = files;
  }

  add(place: Place, message: string, path?: string): void {
    this.found.push(path === undefined || path === '' ? { ...place, message } : { ...place, path, message });
  }

  addAll(problems: readonly Problem[]): void {
    this.found.push(...problems);
  }

  /** Runs a part of the work and keeps the problems of the InputError that it may throw. */
  attempt<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.addAll(error.problems);
      return undefined;
    }
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  throwIfAny(): void {
    if (this.any) throw this.error();
  }

  /** What has been found, which counts no more. */
  take(): Problem[] {
    return this.found.splice(0);
  }

  /** All problems, file by file and line by line, each once. */
  error(): InputError {
    const files = [...new Set([...this.files, ...this.found.map((problem) => problem.file)])];
    const order = (problem: Problem) => files.indexOf(problem.file);
    const line = (problem: Problem) => problem.line ?? 0;
    const column = (problem: Problem) => problem.column ?? 0;
    const once = new Map(this.found.map((problem) => [formatProblem(problem), problem]));
    return new InputError(
      [...once.values()].sort((a, b) => order(a) - order(b) || line(a) - line(b) || column(a) - column(b)),
    );
  }
}

/** At most 20 lines, one for each problem, and a last one that counts the others. */
export function formatProblems(problems: readonly Problem[]): string {
  const lines = problems.slice(0, PRINTED).map((problem) => formatProblem(problem).replaceAll('\n', ' '));
  if (problems.length > PRINTED) lines.push(`… and ${problems.length - PRINTED} more`);
  return lines.join('\n');
}
