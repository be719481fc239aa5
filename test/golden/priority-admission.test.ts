// The API server's Priority admission plugin against ours: priority, policy and class name, or the refusal.
import { test } from 'vitest';
import { admitPriority, Forbidden } from '../../src/api/admission.ts';
import { type PriorityClass, PriorityClasses } from '../../src/api/priority-classes.ts';
import { ObjectStore } from '../../src/model/object-store.ts';
import { agree, difference, eachRecord } from './harness.ts';

const FILE = 'eviction/priority_admission.jsonl.gz';

interface PriorityRecord {
  readonly id: number;
  readonly in: {
    readonly classes: readonly (PriorityClass & { readonly globalDefault: boolean })[] | null;
    readonly pod: {
      readonly priority?: number;
      readonly priorityClassName?: string;
      readonly preemptionPolicy?: string;
    };
  };
  readonly out: object;
}

/** The recorded plugin has no classes but those of the record. */
class OnlyTheirs extends PriorityClasses {
  readonly names: ReadonlySet<string>;

  constructor(store: ObjectStore, names: readonly string[]) {
    super(store);
    this.names = new Set(names);
  }

  override get(name: string): PriorityClass | undefined {
    return this.names.has(name) ? super.get(name) : undefined;
  }
}

function admit(record: PriorityRecord): string | undefined {
  const store = new ObjectStore();
  const given = record.in.classes ?? [];
  for (const { name, ...fields } of given) {
    const object = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...fields };
    store.add(object, -1, 0);
  }
  const classes = new OnlyTheirs(
    store,
    given.map(({ name }) => name),
  );
  try {
    const admitted = admitPriority(record.in.pod, 'p', classes);
    // Where no class applies the recorded field is empty or absent.
    const { priorityClassName = '' } = admitted;
    return difference({ priorityClassName: '', ...record.out }, { ...admitted, priorityClassName }, String(record.id));
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    return difference(record.out, { error: error.message }, String(record.id));
  }
}

test('priority admission agrees with kube-apiserver 1.36', () => {
  agree('eviction/priority_admission', eachRecord<PriorityRecord>(FILE), admit);
});
