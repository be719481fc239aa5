// Hot dialect: of some endpoints drawn with replacement the one with the fewest active requests, the first drawn of equals (Envoy, gRPC).

/** `draw` gives an index each time. */
export function leastRequest(choices: number, draw: () => number, active: (index: number) => number): number {
  let best = draw();
  let least = active(best);
  for (let n = 1; n < choices; n += 1) {
    const index = draw();
    const here = active(index);
    if (here >= least) continue;
    best = index;
    least = here;
  }
  return best;
}
