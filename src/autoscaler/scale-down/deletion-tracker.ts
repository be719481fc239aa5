// Which nodes are being deleted, with or without a drain, until the machine is given back or the attempt ends.

interface Deletion {
  readonly group: string;
  readonly drain: boolean;
}

export class DeletionTracker {
  readonly #deletions = new Map<string, Deletion>();

  begin(node: string, group: string, drain: boolean): void {
    this.#deletions.set(node, { group, drain });
  }

  end(node: string): void {
    this.#deletions.delete(node);
  }

  /** As it is now. */
  snapshot(): DeletionTracker {
    const copy = new DeletionTracker();
    for (const [node, { group, drain }] of this.#deletions) copy.begin(node, group, drain);
    return copy;
  }

  has(node: string): boolean {
    return this.#deletions.has(node);
  }

  get names(): readonly string[] {
    return [...this.#deletions.keys()];
  }

  get drained(): readonly string[] {
    return [...this.#deletions].filter(([, { drain }]) => drain).map(([node]) => node);
  }

  ofGroup(group: string): number {
    return [...this.#deletions.values()].filter((one) => one.group === group).length;
  }
}
