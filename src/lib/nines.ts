// Availability in nines: 0.999 has three.

/** Nines of `failed` out of `all`. Without a failure, as many as one failure would leave: more cannot be seen. */
export function nines(failed: number, all: number): number {
  return failed >= all ? 0 : -Math.log10(failed > 0 ? failed / all : 1 / all) + 0;
}
