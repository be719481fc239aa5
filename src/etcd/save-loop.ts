// Hot dialect: the loop in which a member saves its log: one save at a time, and all that came meanwhile in the next one.

export class SaveLoop {
  /** What every save takes longer than it should: a slow disk. */
  extraUs = 0;
  /** Called for each save that began when nobody else waited for it: from when to when it runs. */
  onSave: ((beginsUs: number, endsUs: number) => void) | undefined;
  /** When the save begins that `save` last gave the end of. */
  beginsUs = 0;
  readonly #saveUs: () => number;
  #busyUntil = 0;
  /** End of the save that follows that one, 0 while nobody waits for it. */
  #nextUntil = 0;

  constructor(saveUs: () => number) {
    this.#saveUs = saveUs;
  }

  /** Saves something that comes at `at`; gives when it is on the disk. */
  save(at: number): number {
    this.#advance(at);
    if (at >= this.#busyUntil) {
      this.beginsUs = at;
      this.#busyUntil = at + this.#draw();
      this.onSave?.(at, this.#busyUntil);
      return this.#busyUntil;
    }
    this.beginsUs = this.#busyUntil;
    if (this.#nextUntil === 0) {
      this.#nextUntil = this.#busyUntil + this.#draw();
      this.onSave?.(this.#busyUntil, this.#nextUntil);
    }
    return this.#nextUntil;
  }

  /** When the loop looks at something that comes at `at`, and begins to save it if that is needed. */
  freeAt(at: number): number {
    if (at < this.#busyUntil) return this.#busyUntil;
    return at < this.#nextUntil ? this.#nextUntil : at;
  }

  /** The member does something else for so long, from `at` on or when what it saves now is done. */
  block(at: number, us: number): void {
    this.#busyUntil = Math.max(at, this.#busyUntil, this.#nextUntil) + us;
    this.#nextUntil = 0;
  }

  /** A new process has nothing to save. */
  reset(): void {
    this.#busyUntil = 0;
    this.#nextUntil = 0;
  }

  #draw(): number {
    return Math.round(this.#saveUs()) + this.extraUs;
  }

  #advance(at: number): void {
    if (this.#nextUntil === 0 || at < this.#busyUntil) return;
    this.#busyUntil = this.#nextUntil;
    this.#nextUntil = 0;
  }
}
