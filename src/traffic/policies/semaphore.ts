// A number of permits, and those that wait for one, first come first served.
import { type Attempt, type Policy, type PolicyContext, REJECTED, WAITS } from './policy.ts';

export class Semaphore implements Policy {
  #used = 0;
  readonly #permits: number;
  readonly waitsUs: number;
  readonly #context: PolicyContext;
  readonly #waiting: number[] = [];

  constructor(permits: number, waitsUs: number, context: PolicyContext) {
    this.#permits = permits;
    this.waitsUs = waitsUs;
    this.#context = context;
  }

  used(): number {
    return this.#used;
  }

  bound(): number {
    return this.#permits;
  }

  admit({ ticket }: Attempt): number {
    if (this.#used < this.#permits) {
      this.#used += 1;
      return 0;
    }
    if (this.waitsUs === 0) return REJECTED;
    this.#waiting.push(ticket);
    return WAITS;
  }

  gaveUp({ ticket }: Attempt): void {
    const index = this.#waiting.indexOf(ticket);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  withdrawn(): void {
    this.#free();
  }

  ended(): void {
    this.#free();
  }

  #free(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#used -= 1;
    else this.#context.resume(next);
  }
}
