// Fields of features that kube-apiserver 1.36 has switched off by default: dropped from what a client sends, unless the stored object has them.
import type { Container, Lifecycle, VolumeProjection } from 'kubernetes-types/core/v1.js';
import type { DecodedObject, PlainObject } from '../decode.ts';
import { FEATURE_GATES, type FeatureGates } from '../feature-gates.ts';
import { templateOf } from '../pod-template.ts';
import type { PodSpec } from '../types.ts';

/** Projections of the gates ClusterTrustBundleProjection and PodCertificateRequest. */
const PROJECTIONS = ['clusterTrustBundle', 'podCertificate'] as const;

type Gated = VolumeProjection & Partial<Record<(typeof PROJECTIONS)[number], unknown>>;

/** In place. `old` is the stored object that an update replaces. */
export function dropGatedFields(
  object: DecodedObject,
  old: DecodedObject | undefined,
  gates: FeatureGates = FEATURE_GATES,
): void {
  const spec = templateOf(object)?.spec;
  if (spec !== undefined) dropFromPod(spec, old === undefined ? undefined : templateOf(old)?.spec);
  if (object.kind === 'StatefulSet' && !gates.MaxUnavailableStatefulSet) {
    const rolling = rollingUpdate(object);
    if (rolling !== undefined && rollingUpdate(old)?.maxUnavailable === undefined) delete rolling.maxUnavailable;
  }
}

function dropFromPod(spec: PodSpec, old: PodSpec | undefined): void {
  // ContainerStopSignals
  if (!containers(old).some(({ lifecycle }) => signalOf(lifecycle) !== undefined)) {
    for (const container of containers(spec)) dropSignal(container);
  }
  // GenericWorkload
  if (old?.schedulingGroup === undefined) delete spec.schedulingGroup;
  for (const field of PROJECTIONS) {
    if (projections(old).some((source) => source[field] !== undefined)) continue;
    for (const source of projections(spec)) delete source[field];
  }
}

function containers(spec: PodSpec | undefined): Container[] {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
}

function projections(spec: PodSpec | undefined): Gated[] {
  return (spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
}

function signalOf(lifecycle: (Lifecycle & { stopSignal?: string }) | undefined): string | undefined {
  return lifecycle?.stopSignal;
}

function dropSignal(container: Container): void {
  const lifecycle = container.lifecycle as PlainObject | undefined;
  if (lifecycle?.stopSignal === undefined) return;
  delete lifecycle.stopSignal;
  if (Object.keys(lifecycle).length === 0) delete container.lifecycle;
}

function rollingUpdate(object: DecodedObject | undefined): PlainObject | undefined {
  const spec = object?.spec as { updateStrategy?: { rollingUpdate?: PlainObject } } | undefined;
  return spec?.updateStrategy?.rollingUpdate;
}
