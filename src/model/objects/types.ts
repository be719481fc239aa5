// Kubernetes types as the decoder leaves them: what is always there is not optional, and fields newer than the package of types are added.
import type * as core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

export interface PodSpec extends core.PodSpec {
  resources?: core.ResourceRequirements;
  hostnameOverride?: string;
  schedulingGroup?: { podGroupName?: string };
}

export interface Pod {
  metadata: ObjectMeta;
  spec: PodSpec;
  status?: core.PodStatus;
}

export interface PodTemplate {
  metadata: ObjectMeta;
  spec: PodSpec;
}

export interface Service {
  metadata: ObjectMeta;
  spec: core.ServiceSpec;
  status?: core.ServiceStatus;
}
