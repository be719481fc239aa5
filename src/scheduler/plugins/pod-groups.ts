// Groups of pods by their label, with the PodGroup that says how many of them belong together (scheduling.x-k8s.io/v1alpha1).
import { Change } from '../../model/change-log.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { cpuMilli, wholeUnits } from '../../model/parse/quantity.ts';
import { isTerminal } from '../../model/pods.ts';
import type { Handle, ObjectSource } from '../framework/interface.ts';
import { ById } from './by-id.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** The label of a group's pods; its value is the name of a PodGroup of their namespace. */
const LABEL = 'scheduling.x-k8s.io/pod-group';

/** Group of a pod without the label. */
const NONE = '';

export interface PodGroup {
  /** `namespace/name` */
  readonly key: string;
  readonly minMember: number;
  /** In milli for cpu, else in bytes or whole units. */
  readonly minResources: Readonly<Record<string, number>> | undefined;
  readonly scheduleTimeoutSeconds: number | undefined;
  /** Whole seconds, as timestamps have them, in µs. */
  readonly createdUs: number;
}

interface PodGroupSpec {
  readonly minMember?: number;
  readonly minResources?: Readonly<Record<string, string>>;
  readonly scheduleTimeoutSeconds?: number;
}

export class PodGroups {
  readonly #handle: Handle;
  readonly #source: ObjectSource;
  readonly #byKey = new Map<string, PodGroup>();
  readonly #keyOf: ById<PodClass, string>;
  /** Rows of the pods that have the label and have not ended, bound or not; made when first asked for. */
  #members: Map<string, Set<PodRow>> | undefined;

  constructor(handle: Handle) {
    this.#handle = handle;
    this.#source = handle.objects('PodGroup');
    this.#keyOf = new ById(({ namespace, labels }) =>
      Object.hasOwn(labels, LABEL) && labels[LABEL] !== '' ? `${namespace}/${labels[LABEL]}` : NONE,
    );
    for (const [row] of this.#source.entries()) this.#take(row);
    this.#source.subscribe((row, object) => {
      if (object !== undefined) {
        const key = this.#take(row);
        // Members that were rejected may be accepted now.
        for (const member of this.members(key)) handle.activate(member);
        return;
      }
      for (const [key, { row: known }] of this.#rows) {
        if (known !== row) continue;
        this.#rows.delete(key);
        this.#byKey.delete(key);
      }
    });
  }

  readonly #rows = new Map<string, { readonly row: ObjectRow }>();

  /** The key of the pod's group, empty for none. Whether there is such a PodGroup is another question. */
  keyOf(podClass: PodClass): string {
    return this.#keyOf.get(podClass);
  }

  get(key: string): PodGroup | undefined {
    return this.#byKey.get(key);
  }

  members(key: string): ReadonlySet<PodRow> {
    this.#members ??= this.#index();
    return this.#members.get(key) ?? NOBODY;
  }

  /** Members that have a node, assumed or bound. */
  assigned(key: string): number {
    const { cache } = this.#handle;
    const { epoch } = cache.state.pods;
    let count = 0;
    for (const row of this.members(key)) if (cache.nodeOf(row, epoch[row]) >= 0) count += 1;
    return count;
  }

  #take(row: ObjectRow): string {
    const object = this.#source.get(row);
    if (object === undefined) return NONE;
    const { namespace = 'default', name } = object.metadata;
    const key = `${namespace}/${name}`;
    const spec = (object.spec ?? {}) as PodGroupSpec;
    const { minResources } = spec;
    this.#rows.set(key, { row });
    this.#byKey.set(key, {
      key,
      minMember: spec.minMember ?? 0,
      minResources:
        minResources === undefined
          ? undefined
          : Object.fromEntries(
              Object.entries(minResources).map(([resource, text]) => [
                resource,
                resource === 'cpu' ? cpuMilli(text) : wholeUnits(text),
              ]),
            ),
      scheduleTimeoutSeconds: spec.scheduleTimeoutSeconds,
      createdUs: Math.floor(this.#handle.cache.state.objects.createdAt[row] / 1e6) * 1e6,
    });
    return key;
  }

  #index(): Map<string, Set<PodRow>> {
    const index = new Map<string, Set<PodRow>>();
    const source = this.#handle.pods();
    const { classes } = this.#handle.cache.state;
    const change = (row: PodRow, there: boolean): void => {
      const key = this.keyOf(classes.get(source.podClass[row]));
      if (key === NONE) return;
      let members = index.get(key);
      if (members === undefined) {
        members = new Set();
        index.set(key, members);
      }
      if (there) members.add(row);
      else members.delete(row);
    };
    for (let row = 0 as PodRow; row < source.alive.length; row = (row + 1) as PodRow) {
      if (source.alive[row] === 1 && !isTerminal(source.state[row])) change(row, true);
    }
    source.subscribe((row, _epoch, what) => {
      if (source.formerClass >= 0) index.get(this.keyOf(classes.get(source.formerClass)))?.delete(row);
      change(row, (what & Change.Removed) === 0 && !isTerminal(source.state[row]));
    });
    return index;
  }
}

const NOBODY: ReadonlySet<PodRow> = new Set();
