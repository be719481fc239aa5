// How often a Markov chain visits each of its states, from the weights of the states that follow.

/**
 * Shares of all visits, by the elimination of Grassmann, Taksar and Heyman (Operations Research 33, 1985), which never
 * subtracts. Undefined where a state exists from which the first one is never reached.
 */
export function shareOfVisits(weights: readonly (readonly number[])[]): number[] | undefined {
  const chances = weights.map((row) => {
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight) => weight / sum);
  });
  // State by state, from the last: the chain as it is seen while it is not there.
  for (let gone = chances.length - 1; gone > 0; gone -= 1) {
    const away = chances[gone].slice(0, gone).reduce((total, chance) => total + chance, 0);
    if (!(away > 0)) return undefined;
    for (let from = 0; from < gone; from += 1) {
      chances[from][gone] /= away;
      for (let to = 0; to < gone; to += 1) chances[from][to] += chances[from][gone] * chances[gone][to];
    }
  }
  const visits = [1];
  for (let to = 1; to < chances.length; to += 1) {
    visits.push(visits.reduce((total, share, from) => total + share * chances[from][to], 0));
  }
  const sum = visits.reduce((total, share) => total + share, 0);
  return visits.map((share) => share / sum);
}
