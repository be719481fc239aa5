// Hot dialect: how capacity is divided by weights among those that want some of it; what one does not want goes to the others.

/** A part of a cgroup's children: a slice, a pod or a container. */
export class Share {
  /** cpu.weight. */
  weight: number;
  /** CPUs that it would use if it were alone, and those that it gets. */
  want = 0.5;
  grant = 0.5;

  constructor(weight: number) {
    this.weight = weight;
    this.want = 0;
    this.grant = 0;
  }
}

/** Each of the first `count` gets what it wants, or a part of what is left by its weight: the water level of max-min fairness. */
export function divide(capacity: number, shares: readonly Share[], count: number): void {
  let left = capacity;
  let weights = 0;
  for (let i = 0; i < count; i += 1) {
    shares[i].grant = -1;
    weights += shares[i].weight;
  }
  for (let open = count; open > 0; ) {
    const level = left / weights;
    const before = open;
    for (let i = 0; i < count; i += 1) {
      const one = shares[i];
      if (one.grant >= 0 || one.want > level * one.weight) continue;
      one.grant = one.want;
      left -= one.want;
      weights -= one.weight;
      open -= 1;
    }
    if (open < before) continue;
    for (let i = 0; i < count; i += 1) if (shares[i].grant < 0) shares[i].grant = level * shares[i].weight;
    return;
  }
}
