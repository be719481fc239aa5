// Services that somebody calls, by number, each with its meter.
import type { Meters } from './meters.ts';

export class ServiceDirectory {
  readonly namespaces: string[] = [];
  readonly names: string[] = [];
  readonly meter: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #meters: Meters;

  constructor(meters: Meters) {
    this.#meters = meters;
  }

  get length(): number {
    return this.names.length;
  }

  /** The meter of a Service; -1 for one that nobody calls. */
  meterOf(namespace: string, name: string): number {
    const number = this.#numbers.get(`${namespace}/${name}`);
    return number === undefined ? -1 : this.meter[number];
  }

  /** The number of a Service by its name; it need not exist yet. */
  add(namespace: string, name: string): number {
    const key = `${namespace}/${name}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.namespaces.push(namespace);
      this.meter.push(this.#meters.add(key));
      this.#numbers.set(key, number);
    }
    return number;
  }
}
