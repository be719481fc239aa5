// What a kubelet writes into the cgroups of pods and containers for their CPU: weights from requests, quotas from limits.
import type { Container } from 'kubernetes-types/core/v1.js';
import { cpuMilli } from './parse/quantity.ts';
import { type PodSpecWithResources, podLimits, podRequests, type QosClass, qosClass } from './resources.ts';

/** `cpuCFSQuotaPeriod` of the kubelet. */
export const CFS_PERIOD_US = 100_000;

const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const SHARES_PER_CPU = 1024;
const MIN_QUOTA_US = 1000;
const MAX_WEIGHT = 10_000;

/** cpu.shares of cgroup v1, from which the weight is made. */
export function sharesOfMilli(milli: number): number {
  if (milli === 0) return MIN_SHARES;
  return Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.trunc((milli * SHARES_PER_CPU) / 1000)));
}

export function milliOfShares(shares: number): number {
  return Math.ceil((shares * 1000) / SHARES_PER_CPU);
}

/** cpu.weight of cgroup v2. */
export function weightOfShares(shares: number): number {
  return 1 + Math.trunc(((shares - MIN_SHARES) * (MAX_WEIGHT - 1)) / (MAX_SHARES - MIN_SHARES));
}

export function sharesOfWeight(weight: number): number {
  return MIN_SHARES + Math.trunc(((weight - 1) * (MAX_SHARES - MIN_SHARES)) / (MAX_WEIGHT - 1));
}

export function weightOfMilli(milli: number): number {
  return weightOfShares(sharesOfMilli(milli));
}

/** CPU time a period, µs; 0 for no limit. */
export function quotaUsOfMilli(milli: number, periodUs: number): number {
  return milli === 0 ? 0 : Math.max(MIN_QUOTA_US, Math.trunc((milli * periodUs) / 1000));
}

/** cpu.max of a pod's cgroup, µs a period, undefined for none; it has one where all containers or the pod itself are limited. */
export interface PodCgroup {
  readonly qos: QosClass;
  readonly shares: number;
  readonly quotaUs: number | undefined;
}

export function podCgroup(spec: PodSpecWithResources, periodUs = CFS_PERIOD_US): PodCgroup {
  const qos = qosClass(spec);
  if (qos === 'BestEffort') return { qos, shares: MIN_SHARES, quotaUs: undefined };
  const quotaUs = quotaUsOfMilli(podLimits(spec).cpu ?? 0, periodUs);
  const isLimited = qos === 'Guaranteed' || isPodLimited(spec) || areContainersLimited(spec);
  return { qos, shares: sharesOfMilli(podRequests(spec).cpu ?? 0), quotaUs: isLimited ? quotaUs : undefined };
}

function isPodLimited(spec: PodSpecWithResources): boolean {
  return cpuMilli(spec.resources?.limits?.['cpu'] ?? '0') > 0;
}

/** An init container counts with the sidecars that start before it, as in the sum over a pod: one of these makes up for a limit that it lacks. */
function areContainersLimited({ containers, initContainers = [] }: PodSpecWithResources): boolean {
  let sidecarsMilli = 0;
  for (const one of initContainers) {
    if (sidecarsMilli + limitMilli(one) === 0) return false;
    if (one.restartPolicy === 'Always') sidecarsMilli += limitMilli(one);
  }
  return containers.every((one) => limitMilli(one) > 0);
}

/** Of one container. */
export interface ContainerCgroup {
  readonly weight: number;
  /** 0 for none. */
  readonly quotaUs: number;
}

export function containerCgroup(container: Container): ContainerCgroup {
  return {
    weight: weightOfMilli(requestMilli(container)),
    quotaUs: quotaUsOfMilli(limitMilli(container), CFS_PERIOD_US),
  };
}

/** Processors that a static CPU manager gives the container for itself: whole CPUs of a Guaranteed pod; else 0. */
export function exclusiveCpus(spec: PodSpecWithResources, container: Container): number {
  if (spec.resources != null || qosClass(spec) !== 'Guaranteed') return 0;
  const milli = requestMilli(container);
  return milli % 1000 === 0 ? milli / 1000 : 0;
}

function requestMilli({ resources }: Container): number {
  return cpuMilli(resources?.requests?.['cpu'] ?? resources?.limits?.['cpu'] ?? '0');
}

function limitMilli({ resources }: Container): number {
  return cpuMilli(resources?.limits?.['cpu'] ?? '0');
}
