// The versions of a spec upon which its controller may act at the moment: the last one, and those before of which it may not have heard the successor.

/** What has been so for this long the controller has heard of, however slow its watch is. */
export const HEARD_US = 10e6;

export class ActedUponVersions<T extends { readonly spec: unknown }> {
  readonly #versions: { readonly object: T; readonly sinceUs: number }[] = [];

  /** A write of the object: a version, if its spec is another one. */
  committed(object: T, nowUs: number): void {
    const versions = this.#versions;
    if (versions.at(-1)?.object.spec === object.spec) return;
    versions.push({ object, sinceUs: nowUs });
    while (versions.length > 1 && versions[1].sinceUs < nowUs - HEARD_US) versions.shift();
  }

  /** The oldest first. */
  get all(): readonly T[] {
    return this.#versions.map(({ object }) => object);
  }

  /** Undefined before the first. */
  get last(): T | undefined {
    return this.#versions.at(-1)?.object;
  }
}
