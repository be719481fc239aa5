// What must be known before the figures are read, at the top of what a verb prints.
import { colors } from './colors.ts';
import { wrap } from './lines.ts';

/** Ends with an empty line when there is something to say. */
export function caveatLines(caveats: readonly string[]): string[] {
  if (caveats.length === 0) return [];
  const { yellow } = colors(process.stdout);
  const width = process.stdout.columns ?? 120;
  return [...caveats.map((one) => yellow(wrap(one, width))), ''];
}
