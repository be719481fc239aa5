// The priority classes that the API server's admission knows: those that were created, and the two of the system.
import type { KubeObject, ObjectStore } from '../model/object-store.ts';

export interface PriorityClass {
  /** Empty where no class applies. */
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy?: string | undefined;
}

interface PriorityClassObject extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

export const PRIORITY_CLASS = 'PriorityClass';
const PREEMPTS = 'PreemptLowerPriority';
/** The API server makes them when it starts. */
const SYSTEM: readonly PriorityClass[] = [
  { name: 'system-cluster-critical', value: 2_000_000_000, preemptionPolicy: PREEMPTS },
  { name: 'system-node-critical', value: 2_000_001_000, preemptionPolicy: PREEMPTS },
];
const NO_CLASS: PriorityClass = { name: '', value: 0, preemptionPolicy: PREEMPTS };

export class PriorityClasses {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  get(name: string): PriorityClass | undefined {
    const object = this.#objects.get(this.#objects.find(PRIORITY_CLASS, undefined, name));
    return object === undefined ? SYSTEM.find((one) => one.name === name) : toClass(object);
  }

  /** For pods that name no class: the global default, else priority 0. */
  byDefault(): PriorityClass {
    return globalDefault(this.#objects) ?? NO_CLASS;
  }
}

/** The class that says so; the one of the lowest value if there are several. */
function globalDefault(objects: ObjectStore): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const row of objects.ofKind(PRIORITY_CLASS)) {
    const object: PriorityClassObject | undefined = objects.get(row);
    if (object?.globalDefault !== true) continue;
    const one = toClass(object);
    if (found === undefined || one.value < found.value) found = one;
  }
  return found;
}

/** Why the Priority plugin refuses a class that is created or changed: there is another global default. */
export function conflictingDefault(objects: ObjectStore, object: PriorityClassObject): string | undefined {
  if (object.kind !== PRIORITY_CLASS || object.globalDefault !== true) return undefined;
  const other = globalDefault(objects);
  if (other === undefined || other.name === object.metadata.name) return undefined;
  return `PriorityClass ${other.name} is already marked as default. Only one default can exist`;
}

function toClass({ metadata, value = 0, preemptionPolicy }: PriorityClassObject): PriorityClass {
  return { name: metadata.name, value, preemptionPolicy };
}
