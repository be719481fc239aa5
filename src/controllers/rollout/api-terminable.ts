// What runs to an end and can be terminated, AnalysisRuns and Experiments, at the API server: made under a free name, ended, deleted.
import { Refused } from '../../api/refused.ts';
import type { NamedObjects } from '../../api/named-objects.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { isCompleted } from './analysis-objects.ts';
import type { AnalysisPhase } from './rollout-objects.ts';

interface Terminable extends KubeObject {
  readonly spec: { readonly terminate?: boolean };
  readonly status?: { readonly phase?: AnalysisPhase };
}

export class ApiTerminable<T extends Terminable> {
  readonly #work: Work;
  readonly #owner: ObjectRow;
  readonly #objects: NamedObjects<T>;
  /** Between a name that is taken and its number. */
  readonly #separator: string;

  constructor(work: Work, owner: ObjectRow, objects: NamedObjects<T>, separator: string) {
    this.#work = work;
    this.#owner = owner;
    this.#objects = objects;
    this.#separator = separator;
  }

  /** Of a name that is taken there is another one, unless it is what is to be made, and runs. */
  *create(wanted: T): Steps<T> {
    const { kind, metadata } = wanted;
    for (let collisions = 0; ; collisions += 1) {
      const name = collisions === 0 ? metadata.name : `${metadata.name}${this.#separator}${collisions}`;
      const tried: T = { ...wanted, metadata: { ...metadata, name } };
      const result = yield* this.#work.client.create(tried, this.#owner).wait();
      if (result >= 0) return this.#taken(result as ObjectRow, tried);
      if (result !== Refused.AlreadyExists) throw new SyncFailed(`${kind} ${name} was refused (${result})`);
      const existing = yield* this.#read(tried);
      if (existing !== undefined && isSame(existing, tried)) return existing;
    }
  }

  *terminate(one: T): Steps {
    const row = this.#rowOf(one);
    if (row < 0) return;
    const { resourceVersion: _old, ...metadata } = one.metadata;
    const ended: T = { ...one, metadata, spec: { ...one.spec, terminate: true } };
    const result = yield* this.#work.client.update(row, ended).wait();
    if (result === Refused.NotFound) return;
    if (result < 0) throw new SyncFailed(`${one.kind} ${metadata.name} could not be ended`);
    this.#taken(row, ended);
  }

  *delete(one: T): Steps {
    const row = this.#rowOf(one);
    const result = row < 0 ? Refused.NotFound : yield* this.#work.client.delete(row).wait();
    if (result < 0 && result !== Refused.NotFound) {
      throw new SyncFailed(`${one.kind} ${one.metadata.name} could not be deleted`);
    }
  }

  *#read(one: T): Steps<T | undefined> {
    const row = this.#rowOf(one);
    if (row < 0) return undefined;
    yield* this.#work.client.read(row).wait();
    return this.#work.client.answered(row) as T | undefined;
  }

  #rowOf({ kind, metadata }: T): ObjectRow {
    const { objects } = this.#work.api.registry;
    return objects.find(kind, objects.namespace[this.#owner], metadata.name);
  }

  #taken(row: ObjectRow, sent: T): T {
    const answer = (this.#work.client.answered(row) as T | undefined) ?? sent;
    this.#objects.take(row, answer);
    return answer;
  }
}

/** The one that was made before this controller heard of it. */
function isSame(existing: Terminable, wanted: Terminable): boolean {
  const what = ({ spec: { terminate: _ended, ...rest } }: Terminable): string => canonicalJson(rest);
  return (
    !isCompleted(existing.status?.phase ?? '') &&
    ownerUid(existing) === ownerUid(wanted) &&
    what(existing) === what(wanted)
  );
}

/** UID of its controller; empty for none. */
export function ownerUid({ metadata: { ownerReferences = [] } }: KubeObject): string {
  return ownerReferences.find(({ controller }) => controller === true)?.uid ?? '';
}
