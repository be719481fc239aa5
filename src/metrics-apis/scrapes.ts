// Values of things over a moving window, as somebody who looks now and then has them: the last one, or by how much it rises per second.

interface Value {
  readonly atUs: number;
  readonly amount: number;
}

interface Read extends Value {
  readonly windowUs: number;
}

export class Scrapes<Key> {
  readonly #overUs: number;
  readonly #values = new Map<Key, Value[]>();

  constructor(overUs: number) {
    this.#overUs = overUs;
  }

  add(key: Key, amount: number, atUs: number): void {
    let values = this.#values.get(key);
    if (values === undefined) this.#values.set(key, (values = []));
    values.push({ atUs, amount });
    while (values[0].atUs < atUs - this.#overUs) values.shift();
  }

  /** What was not seen for a whole window is gone. */
  forget(nowUs: number): void {
    for (const [key, values] of this.#values) {
      if ((values.at(-1)?.atUs ?? 0) < nowUs - this.#overUs) this.#values.delete(key);
    }
  }

  /** The last value; or, from two of them on, the rise per second over those of the window. */
  read(key: Key, perSecond: boolean): Read | undefined {
    const values = this.#values.get(key);
    const last = values?.at(-1);
    if (values === undefined || last === undefined) return undefined;
    if (!perSecond) return { ...last, windowUs: 0 };
    const [first] = values;
    const windowUs = last.atUs - first.atUs;
    return windowUs === 0
      ? undefined
      : { atUs: last.atUs, windowUs, amount: (1e6 * (last.amount - first.amount)) / windowUs };
  }
}
