// New nodes divided over similar groups: each goes to the smallest group that has room.

export interface Resizable {
  readonly id: string;
  readonly target: number;
  readonly max: number;
}

export interface Resize<Group extends Resizable> {
  readonly group: Group;
  readonly size: number;
}

/** Groups that change; more nodes than there is room for are not given out. */
export function balance<Group extends Resizable>(groups: readonly Group[], nodes: number): readonly Resize<Group>[] {
  const sizes = groups
    .filter(({ target, max }) => target !== max)
    .map((group) => ({ group, size: group.target }))
    .sort((a, b) => a.size - b.size);
  let left = nodes;
  // Groups that are full go to the front; from `start` on all have room.
  let start = 0;
  let current = 0;
  while (left > 0) {
    const one = sizes[current];
    if (one === undefined) break;
    if (one.size < one.group.max) {
      one.size += 1;
      left -= 1;
    } else {
      const first = sizes[start];
      if (first !== undefined) sizes[current] = first;
      sizes[start] = one;
      start += 1;
    }
    const next = sizes[current + 1];
    current = next !== undefined && one.size > next.size ? current + 1 : start;
  }
  return sizes.filter(({ group, size }) => size !== group.target);
}
