// The power of a machine by how busy its processors are, as SPECpower_ssj2008 measures it.

/**
 * Watts at a utilisation from 0 to 1 (what is beyond counts as 0 or 1): straight lines between points that are evenly spaced from idle to
 * busy. The eleven points of a SPECpower result are the average active power at target loads of 0 % (active idle), 10 %, … 100 %.
 */
export function wattsAt(points: readonly number[], utilisation: number): number {
  const last = points.length - 1;
  const at = Math.min(1, Math.max(0, utilisation)) * last;
  const below = Math.min(Math.floor(at), last - 1);
  return points[below] + (at - below) * (points[below + 1] - points[below]);
}
