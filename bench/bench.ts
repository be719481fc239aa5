// What the benchmarks share: their options, a table that lines up, medians, and timing of a child process.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SIMPY = 'simpy==4.1.2';

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
  /** What a recorded run keeps, by name: absolute figures and ratios. */
  readonly figures: Readonly<Record<string, number>>;
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

/** A Python of its own with SimPy in the cache, made on first use; undefined without Python or its package index. */
export function simpyPython(cacheDir: string): string | undefined {
  const environment = join(cacheDir, 'venv');
  const python = join(environment, 'bin/python');
  if (!existsSync(python)) output('python3', ['-m', 'venv', environment]);
  const hasSimpy = (): boolean => output(python, ['-c', 'import simpy']) !== undefined;
  if (!hasSimpy()) output(python, ['-m', 'pip', 'install', '-q', SIMPY]);
  if (hasSimpy()) return python;
  process.stdout.write(`not run: SimPy (python3, or ${SIMPY} from its package index, is missing)\n`);
  return undefined;
}

/** A compiled C++ file of bench/ in the cache; undefined without a compiler. */
export function compiled({ benchDir, cacheDir }: BenchOptions, source: string): string | undefined {
  const program = join(cacheDir, source.replaceAll('/', '-').replace(/\.cpp$/, ''));
  const args = ['-O3', '-march=native', '-std=c++17', '-o', program, join(benchDir, source)];
  if (output('g++', args) !== undefined) return program;
  process.stdout.write(`not run: C++ (g++ is missing, or does not compile ${source})\n`);
  return undefined;
}
