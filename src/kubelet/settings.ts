// The settings of the kubelets, as the scenario gives them.
import type { DistributionSpec } from '../lib/distribution.ts';
import type { ImageBehavior } from '../model/settings/behavior.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import type { Kubelet } from '../model/settings/kubelet.ts';
import type { NodeRow } from '../model/rows.ts';
import type { StaticPodManifest } from './static-pods.ts';

export interface KubeletSettings extends Kubelet {
  readonly client: ClientLimits;
  /** Mounting the volumes of a pod that has claims, once all are attached. */
  readonly mount: DistributionSpec;
  /** What was seen of the kubelets of a recording. */
  readonly recorded?: RecordedKubelets | undefined;
  /** In the folders of static pods; absent when there are none. */
  readonly staticPods?: readonly StaticPodManifest[] | undefined;
}

export interface RecordedKubelets {
  /** How often in a row the status of a node cannot be written until its kubelet closes its connections. */
  readonly failuresToClose: number;
  /** When a kubelet looks at its node's status next. */
  readonly nextStatusUs: (node: NodeRow) => number;
}

export type BehaviorOf = (image: string) => ImageBehavior;
