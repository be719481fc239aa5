// The module that runs jobs in threads, and how long work says something.

/** Built beside the program. */
export const JOBS = new URL('jobs.js', import.meta.url);

export function sayOnStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
