// Hot dialect: Services that somebody calls, by number; the object behind a name may come, go and come again.
import type { ClusterState } from '../model/state.ts';
import type { Meters } from './meters.ts';

export class ServiceDirectory {
  readonly namespaces: string[] = [];
  readonly names: string[] = [];
  readonly meter: number[] = [];
  /** Row in the object store; -1 while no such Service was found. */
  readonly #rows: number[] = [];
  /** How many objects there were when a name was looked up in vain. */
  readonly #missedAt: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #state: ClusterState;
  readonly #meters: Meters;

  constructor(state: ClusterState, meters: Meters) {
    this.#state = state;
    this.#meters = meters;
  }

  get length(): number {
    return this.names.length;
  }

  /** The number of a Service by its name; it need not exist yet. */
  add(namespace: string, name: string): number {
    const key = `${namespace}/${name}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.namespaces.push(namespace);
      this.meter.push(this.#meters.add(key));
      this.#rows.push(-1);
      this.#missedAt.push(-1);
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** The Service's row in the object store, -1 when cluster DNS knows no such name. */
  row(number: number): number {
    const row = this.#rows[number];
    if (row >= 0 && this.#state.objects.get(row) !== undefined) return row;
    return this.#look(number);
  }

  #look(number: number): number {
    const { objects } = this.#state;
    if (this.#rows[number] < 0 && this.#missedAt[number] === objects.length) return -1;
    const row = objects.find('Service', this.namespaces[number], this.names[number]);
    this.#rows[number] = row;
    this.#missedAt[number] = objects.length;
    return row;
  }
}
