// The table "we and Kubernetes, side by side" as text.
import type { Compared, Comparison } from './compare.ts';

function spread(values: readonly number[]): string {
  const shown = (value: number): string =>
    Number.isNaN(value) ? 'none' : Number.isInteger(value) ? String(value) : value.toFixed(2);
  const low = shown(Math.min(...values));
  const high = shown(Math.max(...values));
  return low === high ? low : `${low} to ${high}`;
}

function verdict({ tolerance, agrees }: Compared): string {
  if (tolerance === undefined) return '';
  return agrees ? 'yes' : 'NO';
}

export function rowsOf(comparison: Comparison): string[][] {
  return comparison.figures.map((one) => [
    one.phase,
    one.figure,
    spread(one.theirs),
    spread(one.ours),
    one.tolerance?.text ?? 'not judged',
    verdict(one),
  ]);
}

/** For a terminal. */
export function tableOf(comparison: Comparison): string {
  const { group, name, runs } = comparison.recording;
  const rows = [['phase', 'figure', 'Kubernetes', 'wavetank', 'tolerance', 'agrees'], ...rowsOf(comparison)];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  const judged = comparison.figures.filter((one) => one.tolerance !== undefined);
  const agreed = judged.filter((one) => one.agrees).length;
  return [`timeline ${group}/${name}: ${agreed} of ${judged.length} figures agree (${runs.length} runs)`, ...lines].join('\n');
}
