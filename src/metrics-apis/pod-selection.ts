// Which classes of pods a query means: by namespace, labels, the Services that select them, and the ReplicaSets that make them.
import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { PodFilter, Test } from '../model/analysis/promql-plan.ts';
import { promLabel, type LabelMeaning } from '../model/analysis/promql-metrics.ts';
import type { Selection } from '../model/endpoints.ts';
import { compileLabelMap, compileLabelSelector } from '../model/parse/label-selector.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClassRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';

/** As good as any name that a ReplicaSet gives: five letters follow its own. */
const ANY_POD = 'xxxxx';

/** A selection of now: Services may select others later. */
export function selectionOf(state: ClusterState, { tests }: PodFilter): Selection {
  const known = new Map<ClassRow, boolean>();
  return {
    key: '',
    admits(row) {
      let admitted = known.get(row);
      if (admitted === undefined) {
        const podClass = state.classes.get(row);
        admitted = tests.every(({ meaning, test }) => isMeant(state, podClass, meaning, test));
        known.set(row, admitted);
      }
      return admitted;
    },
  };
}

function isMeant(state: ClusterState, podClass: PodClass, meaning: LabelMeaning, test: Test): boolean {
  const { namespace, labels, runtime } = podClass;
  switch (meaning.is) {
    case 'namespace':
      return test(namespace);
    case 'label': {
      const key = Object.keys(labels).find((one) => one === meaning.key || promLabel(one) === meaning.key);
      return test(key === undefined ? '' : labels[key]);
    }
    case 'service':
      return servicesOf(state, podClass).some(test);
    case 'host':
      return servicesOf(state, podClass).some((name) => test(`${name}.${namespace}.svc.cluster.local`));
    case 'workload':
      return makersOf(state, podClass).some(({ workload }) => test(workload));
    case 'set':
      return makersOf(state, podClass).some(({ set }) => test(set));
    case 'pod':
      return makersOf(state, podClass).some(({ set }) => test(`${set}-${ANY_POD}`));
    case 'container':
      return runtime.containers.some(({ name }) => test(name));
    case 'code':
    case 'classification':
    case 'bound':
    case 'anything':
      return true;
  }
}

/** Names of the Services that select such pods. */
function servicesOf({ objects }: ClusterState, { namespace, labels }: PodClass): readonly string[] {
  const found: string[] = [];
  for (const row of objects.ofKind('Service')) {
    if (objects.namespace[row] !== namespace) continue;
    const { selector = {} } = (objects.get(row) as { readonly spec?: ServiceSpec } | undefined)?.spec ?? {};
    if (Object.keys(selector).length > 0 && compileLabelMap(selector).matches(labels)) found.push(objects.name[row]);
  }
  return found;
}

interface Maker {
  readonly set: string;
  /** What controls the ReplicaSet, itself without such. */
  readonly workload: string;
}

function makersOf({ objects }: ClusterState, { namespace, labels }: PodClass): readonly Maker[] {
  const found: Maker[] = [];
  for (const row of objects.ofKind('ReplicaSet')) {
    if (objects.namespace[row] !== namespace) continue;
    const { spec } = objects.get(row) as unknown as ReplicaSet;
    if (!compileLabelSelector(spec?.selector).matches(labels)) continue;
    const owner = objects.owner[row];
    const set = objects.name[row];
    found.push({ set, workload: owner < 0 ? set : objects.name[owner] });
  }
  return found;
}
