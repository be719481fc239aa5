// The class of a pod that was changed: what of the object that a client sent its template would say, and what follows from its name, its Job or its binding.
import type { PodSpec, PodStatus, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { equalJson } from '../../model/objects/equal.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { specOfOrdinal } from '../../model/ordinal-pod.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import { ownAnnotations, ownLabels } from '../../model/complete-objects/own-labels.ts';
import { notSimulated } from './status.ts';

type Texts = Readonly<Record<string, string>>;

export interface PodObject extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** Fields of the spec that an update may change, of one kind of pod or another. */
const CHANGEABLE = [
  'activeDeadlineSeconds',
  'affinity',
  'containers',
  'initContainers',
  'nodeSelector',
  'schedulingGates',
  'terminationGracePeriodSeconds',
  'tolerations',
] as const satisfies readonly (keyof PodSpec)[];

/** `current` is the pod as it is shown, `next` what it is to be. Throws a Refusal for what is not simulated. */
export function changedClass(state: ClusterState, row: PodRow, current: PodObject, next: PodObject): PodClass {
  const podClass = state.classes.get(state.pods.podClass[row]);
  const { namespace, claimTemplates } = podClass;
  const { labels = {}, annotations = {} } = next.metadata;
  const owned = ownAnnotations(state, row);
  requireSame(annotations, owned, 'annotation', "came with its binding or is its Job's");
  const spec = changedSpec(state, row, podClass.spec, current.spec, next.spec);
  const template = (own: Texts): PodTemplateSpec => ({
    metadata: { labels: without(labels, own), annotations: without(annotations, owned) },
    spec,
  });
  const given = ownLabels(state, row);
  // A class may say some of them itself, where somebody selects by them.
  const derived = without(given, podClass.labels);
  if (claimTemplates === undefined) {
    requireSame(labels, given, 'label', "is its Job's");
    return state.classes.intern(namespace, template(derived));
  }
  if (Object.keys(given).every((key) => labels[key] === given[key]))
    return state.classes.intern(namespace, template(derived), claimTemplates);
  // Its labels no longer say which ordinal it is: from now on its class says all of it.
  const whole = { ...template({}), spec: specOfOrdinal({ ...podClass, spec }, state.podName(row)) };
  return state.classes.intern(namespace, whole);
}

function changedSpec(state: ClusterState, row: PodRow, own: PodSpec, shown: PodSpec, next: PodSpec): PodSpec {
  const changed = CHANGEABLE.filter((field) => !equalJson(shown[field], next[field]));
  if (changed.length === 0) return own;
  if (changed.includes('affinity') && state.pods.pinned[row] >= 0)
    throw notSimulated('the node affinity of a DaemonSet’s pod does not change');
  const spec: PodSpec = { ...own };
  for (const field of changed) {
    if (next[field] === undefined) delete spec[field];
    else Object.assign(spec, { [field]: next[field] });
  }
  return spec;
}

function requireSame(texts: Texts, own: Texts, what: string, whose: string): void {
  const key = Object.keys(own).find((one) => texts[one] !== own[one]);
  if (key !== undefined) throw notSimulated(`the ${what} ${key} ${whose} and does not change`);
}

function without(texts: Texts, own: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !Object.hasOwn(own, key)));
}
