// The manifests in the kubelets' folders of static pods, as the scenario has them.
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { StaticPodManifest } from '../kubelet/static-pods.ts';
import { staticTemplate } from '../model/objects/static-pod.ts';
import type { Scenario, StaticPod } from '../scenario/scenario.ts';
import { isOn } from '../scenario/static-pods.ts';

/** Undefined where there never are any. */
export function staticPodManifests({
  staticPods = [],
  timeline,
}: Pick<Scenario, 'staticPods' | 'timeline'>): StaticPodManifest[] | undefined {
  if (staticPods.length === 0 && !timeline.some(({ action }) => action.type === 'staticPods')) return undefined;
  return staticPods.map(staticPodManifest);
}

export function staticPodManifest(one: StaticPod): StaticPodManifest {
  const { metadata, spec } = one.pod.object as Pod & typeof one.pod.object;
  const { name, namespace = 'default', labels = {}, annotations = {} } = metadata;
  return {
    namespace,
    nameOn: (nodeName) => (one.named ? name : `${name}-${nodeName.toLowerCase()}`),
    isOn: (nodeName) => isOn(one, nodeName),
    template:
      one.removed === true
        ? undefined
        : staticTemplate({ metadata: { labels, annotations }, spec: spec ?? { containers: [] } }),
  };
}
