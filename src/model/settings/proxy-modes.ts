// The modes of kube-proxy, and the schedulers that IPVS has.
import type { FamilyUse } from './family-use.ts';

export const proxyModeNames = ['iptables', 'ipvs', 'nftables'] as const;

/** By the name of a scheduler (`ipvs.scheduler`): the balancer that it is. */
const schedulers = {
  rr: 'RoundRobin',
  wrr: 'IpvsWeightedRoundRobin',
  lc: 'IpvsLeastConnection',
  wlc: 'IpvsWeightedLeastConnection',
  sh: 'IpvsSourceHash',
  mh: 'IpvsMaglevHash',
} as const;

type IpvsSchedulerName = keyof typeof schedulers;

export const ipvsSchedulerNames = Object.keys(schedulers) as IpvsSchedulerName[];

export function ipvsScheduler(name: IpvsSchedulerName): FamilyUse {
  return { name: schedulers[name], args: {} };
}
