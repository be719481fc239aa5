// Hot dialect: the place on a ring at which a hash comes in: the first point that is not below it, round to the first of all.

/** Points ascend; there is at least one. */
export function firstNotBelow<N extends number | bigint>(points: ArrayLike<N>, hash: N): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle] < hash) low = middle + 1;
    else high = middle;
  }
  return low === points.length ? 0 : low;
}
