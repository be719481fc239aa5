// How many seeds the cells of a sweep have.
import { counted } from '../../lib/plural.ts';
import type { Sweep } from './read-sweep.ts';

/** `5 seeds`, or `10 to 43 seeds` where cells differ. */
export function seedsOf({ cells }: Pick<Sweep, 'cells'>): string {
  const counts = cells.map(({ jobs }) => jobs.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? counted(most, 'seed') : `${least} to ${most} seeds`;
}
