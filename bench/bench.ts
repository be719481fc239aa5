// What the benchmarks share: their options, a table that lines up, medians, and timing of a child process.
import { execFileSync } from 'node:child_process';

export interface BenchOptions {
  /** The folder bench/. */
  readonly benchDir: string;
  /** For compiled peers, bundles and the like; not in git. */
  readonly cacheDir: string;
  /** Bundles a file of bench/ as the product is bundled; gives the bundle's path. */
  readonly bundle: (source: string) => Promise<string>;
  /** A smaller run, to see that it works. */
  readonly quick: boolean;
}

/** A figure that must not fall below its floor; every benchmark exports `run(options: BenchOptions): Promise<BenchResult>`. */
export interface Floor {
  readonly what: string;
  readonly actual: number;
  readonly floor: number;
}

export interface BenchResult {
  readonly floors: readonly Floor[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rows of equal length as lines that line up: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** The standard output of a command; undefined when the command is missing or fails. */
export function output(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
