// What the command line says, and exits with, when something goes wrong.
import { formatProblem, InputError } from '../lib/errors.ts';
import { colors } from './colors.ts';

/** A wrong command line: an unknown option, a missing argument. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MOST_PROBLEMS = 20;

/** 2: the input is wrong, or the installation. 3: a broken invariant, or any other bug. */
export function exitCodeOf(error: unknown): number {
  return error instanceof InputError || error instanceof UsageError || missingPackage(error) !== undefined ? 2 : 3;
}

/** A package that should be installed beside this one. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
}

/** One line per problem, at most twenty, as compilers print them; for a bug what it takes to reproduce it. */
export function printError(error: unknown): void {
  const { red } = colors(process.stderr);
  const missing = missingPackage(error);
  if (missing !== undefined) {
    process.stderr.write(
      `wavetank: the package ${missing} is not installed, which it needs: install wavetank again, or run npm ci in a checkout\n`,
    );
  } else if (error instanceof InputError) {
    for (const problem of error.problems.slice(0, MOST_PROBLEMS)) process.stderr.write(`${formatProblem(problem)}\n`);
    const more = error.problems.length - MOST_PROBLEMS;
    if (more > 0) process.stderr.write(`… and ${more} more\n`);
  } else if (error instanceof UsageError) {
    process.stderr.write(`wavetank: ${error.message}\n`);
  } else if (error instanceof Error && error.name === 'RunFailure') {
    process.stderr.write(
      `${red('The simulation stopped: an invariant is broken. This is a bug of wavetank.')}\n${error.message}\n`,
    );
  } else {
    process.stderr.write(
      `${red('wavetank failed: this is a bug.')}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}
