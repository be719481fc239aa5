// Which kinds of objects quotas count, by the names of what they limit.
import { builtInResources, qualified } from '../../api/kinds.ts';
import { isUsedBy } from '../../model/objects/admission/quota-usage.ts';

let known: ReadonlyMap<string, string> | undefined;

/** Resources by kind, of those that are built in. None of them stands for a custom kind: a quota may count it. */
function resources(): ReadonlyMap<string, string> {
  known ??= new Map(builtInResources().map((resource) => [resource.kind, qualified(resource)]));
  return known;
}

export class CountedKinds {
  readonly #kinds = new Set<string>();
  #customToo = false;

  static counts(kind: string, name: string): boolean {
    const resource = resources().get(kind);
    return resource === undefined ? name.startsWith('count/') : isUsedBy(resource, name);
  }

  /** The names of all limits that there are. */
  set(names: readonly string[]): void {
    this.#kinds.clear();
    for (const [kind, resource] of resources()) {
      if (kind !== 'Pod' && names.some((name) => isUsedBy(resource, name))) this.#kinds.add(kind);
    }
    this.#customToo = names.some((name) => name.startsWith('count/'));
  }

  has(kind: string): boolean {
    return this.#kinds.has(kind) || (this.#customToo && !resources().has(kind));
  }
}
