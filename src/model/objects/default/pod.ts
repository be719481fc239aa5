// Defaults of pods and pod templates (kube-apiserver 1.36, pkg/apis/core/v1/defaults.go).
import type {
  ConfigMapVolumeSource,
  Container,
  DownwardAPIVolumeSource,
  HostPathVolumeSource,
  HTTPGetAction,
  ObjectFieldSelector,
  Pod,
  PodSpec,
  Probe,
  ProjectedVolumeSource,
  SecretVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
} from 'kubernetes-types/core/v1.js';
import type { Hook } from '../hook.ts';
import { imageTag } from '../image.ts';
import { defaultPodResources } from './pod-resources.ts';

const FILE_MODE = 0o644;

function podSpec(spec: PodSpec): void {
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ??= 'default-scheduler';
}

/** Only for pods: a template keeps what was written, and its pods get these when they are made. */
function pod({ spec }: Pod): void {
  if (spec === undefined) return;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  for (const { resources } of containers) {
    if (resources?.limits === undefined) continue;
    resources.requests = { ...resources.limits, ...resources.requests };
  }
  defaultPodResources(spec);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) {
    for (const port of containers.flatMap(({ ports }) => ports ?? [])) port.hostPort ??= port.containerPort;
  }
}

/** The spec of a pod that a controller makes of a template: with what only pods are given, such as requests where there are limits. */
export function specOfMadePod(template: PodSpec): PodSpec {
  const spec = structuredClone(template);
  pod({ spec });
  return spec;
}

function pullPolicy(image: string | undefined): string {
  return imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
}

function container(value: Container): void {
  value.imagePullPolicy ??= pullPolicy(value.image);
  value.terminationMessagePath ??= '/dev/termination-log';
  value.terminationMessagePolicy ??= 'File';
}

function probe(value: Probe): void {
  value.timeoutSeconds ??= 1;
  value.periodSeconds ??= 10;
  value.successThreshold ??= 1;
  value.failureThreshold ??= 3;
}

function httpGet(value: HTTPGetAction): void {
  value.path ??= '/';
  value.scheme ??= 'HTTP';
}

/** A volume without a source is an emptyDir. `image` is newer than the types. */
function volume(value: Volume & { image?: { reference?: string; pullPolicy?: string } }): void {
  if (Object.keys(value).every((field) => field === 'name')) value.emptyDir = {};
  if (value.image !== undefined) value.image.pullPolicy ??= pullPolicy(value.image.reference);
}

type WithMode = SecretVolumeSource | ConfigMapVolumeSource | DownwardAPIVolumeSource | ProjectedVolumeSource;

function mode(source: WithMode): void {
  source.defaultMode ??= FILE_MODE;
}

export const podDefaults: Readonly<Record<string, Hook>> = {
  'core.v1.Pod': pod,
  'core.v1.PodSpec': podSpec,
  'core.v1.Container': container,
  'core.v1.EphemeralContainer': container,
  'core.v1.Probe': probe,
  'core.v1.HTTPGetAction': httpGet,
  'core.v1.Volume': volume,
  'core.v1.SecretVolumeSource': mode,
  'core.v1.ConfigMapVolumeSource': mode,
  'core.v1.DownwardAPIVolumeSource': mode,
  'core.v1.ProjectedVolumeSource': mode,
  'core.v1.ServiceAccountTokenProjection': (value: ServiceAccountTokenProjection) => {
    value.expirationSeconds ??= 3600;
  },
  'core.v1.HostPathVolumeSource': (value: HostPathVolumeSource) => {
    value.type ??= '';
  },
  'core.v1.ObjectFieldSelector': (value: ObjectFieldSelector) => {
    value.apiVersion ??= 'v1';
  },
};
