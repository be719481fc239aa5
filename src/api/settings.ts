// The delays and limits of the API server, etcd and watches, as the scenario gives them.
import type { DistributionSpec } from '../lib/distribution.ts';
import type { SidecarInjection } from '../model/objects/admission/sidecar-injection.ts';
import type { FeatureGates } from '../model/objects/feature-gates.ts';
import type { ApiServerSettings } from '../model/settings/control-plane.ts';

export interface ApiSettings extends ApiServerSettings {
  /** From the proposal to the quorum's fsync. */
  readonly etcdCommit: DistributionSpec;
  /** From the commit to each watcher. */
  readonly watchDelivery: DistributionSpec;
  /** Those of Kubernetes 1.36 unless said otherwise. */
  readonly featureGates?: FeatureGates;
  /** Meshes whose webhooks put proxies into pods. */
  readonly injections?: readonly SidecarInjection[];
}
