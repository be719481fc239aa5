// Which servers a pod's resolv.conf has, and whose they are.
import { expect, it } from 'vitest';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { DnsSpec } from '../../model/settings/dns.ts';
import { resolvConf } from './resolv-conf.ts';

type Dns = Pick<PodSpec, 'dnsPolicy' | 'dnsConfig' | 'hostNetwork'>;

it.each<[address: string | undefined, pod: Dns, ofCluster: readonly boolean[]]>([
  [undefined, {}, [true]],
  [undefined, { dnsPolicy: 'Default' }, [false]],
  [undefined, { hostNetwork: true }, [false]],
  // The Service's address, or a usual one, once.
  ['10.0.7.3', { dnsConfig: { nameservers: ['10.0.7.3', '10.0.0.2'] } }, [true, false]],
  [undefined, { dnsConfig: { nameservers: ['10.96.0.10', '172.20.0.10', '192.168.0.10'] } }, [true, false]],
  ['10.0.7.3', { dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10', '172.32.0.10'] } }, [true, false]],
  [undefined, { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.1.1.10', '172.31.0.10'] } }, [false, true]],
  // Three are kept.
  [undefined, { dnsConfig: { nameservers: ['8.8.8.8', '8.8.4.4', '1.1.1.1'] } }, [true, false, false]],
])('cluster at %s, %j: %j', (address, pod, ofCluster) => {
  const settings = { ndots: 5, timeoutUs: 5e6, attempts: 2, singleRequest: false, useTcp: false, address };
  const conf = resolvConf(settings as unknown as DnsSpec, 'default', pod);
  expect([conf.servers, conf.ofCluster]).toEqual([ofCluster.length, ofCluster]);
});
