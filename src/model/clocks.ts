// What the clocks of machines show: the true time, unless a fault has set some wrong.

/** Machines are those of nodes and of the control plane, by name. */
export class MachineClocks {
  readonly #aheadUs = new Map<string, number>();

  /** How far the machine's clock is ahead of the true time, µs; negative for one that is behind. */
  aheadUs(machine: string): number {
    return this.#aheadUs.size === 0 ? 0 : (this.#aheadUs.get(machine) ?? 0);
  }

  /** Whether any clock is wrong. */
  get wrong(): boolean {
    return this.#aheadUs.size > 0;
  }

  /** Sets it so much ahead of what it shows now, or back, until what this gives is called. */
  skew(machine: string, byUs: number): () => void {
    this.#add(machine, byUs);
    return () => this.#add(machine, -byUs);
  }

  #add(machine: string, byUs: number): void {
    const aheadUs = this.aheadUs(machine) + byUs;
    if (aheadUs === 0) this.#aheadUs.delete(machine);
    else this.#aheadUs.set(machine, aheadUs);
  }
}
