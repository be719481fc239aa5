// Which connections a NetworkPolicy lets through: the examples of Kubernetes' documentation, and the corners of its fields.
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1.js';
import { describe, expect, it } from 'vitest';
import { isInBlock, parseIpv4 } from '../../model/ipv4.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Asked, PolicyRule } from '../../model/ports/network-policies.ts';
import { ClusterState } from '../../model/state.ts';
import { policyOfPods } from './policy-of-pods.ts';

const state = new ClusterState('1');

function podOf(namespace: string, labels: Readonly<Record<string, string>>): PodClass {
  const ports = [{ name: 'http', containerPort: 8080 }];
  return state.classes.intern(namespace, {
    metadata: { labels },
    spec: { containers: [{ name: 'c', image: 'i', ports }] },
  });
}

const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  default: {},
  mine: { project: 'myproject' },
  other: { project: 'other' },
};

const made = (spec: NetworkPolicySpec) =>
  policyOfPods(
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'default' }, spec },
    (namespace) => LABELS[namespace],
  );

const db = podOf('default', { role: 'db' });

interface End {
  readonly pod?: PodClass;
  readonly ip?: string;
}

function admits(rules: readonly PolicyRule[] | undefined, { pod, ip = '' }: End, asked: Partial<Asked> = {}): boolean {
  const peer = { podClass: pod, address: parseIpv4(ip) };
  return rules!.some((rule) => rule.admits(peer, { protocol: 'TCP', port: 6379, of: db, ...asked }));
}

// Kubernetes' documentation, "The NetworkPolicy resource": test-network-policy.
describe('the example of the documentation', () => {
  const policy = made({
    podSelector: { matchLabels: { role: 'db' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          { ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } },
          { namespaceSelector: { matchLabels: { project: 'myproject' } } },
          { podSelector: { matchLabels: { role: 'frontend' } } },
        ],
        ports: [{ protocol: 'TCP', port: 6379 }],
      },
    ],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ protocol: 'TCP', port: 5978 }] }],
  });

  it('isolates pods with role=db in the namespace default', () => {
    expect(
      [db, podOf('default', { role: 'web' }), podOf('mine', { role: 'db' })].map((one) => policy.selects(one)),
    ).toEqual([true, false, false]); // prettier-ignore
  });

  it.each([
    ['a frontend of the same namespace', { pod: podOf('default', { role: 'frontend' }) }, true],
    ['a frontend of another one', { pod: podOf('other', { role: 'frontend' }) }, false],
    ['any pod of a namespace with the label', { pod: podOf('mine', {}) }, true],
    ['the first address of the block', { ip: '172.17.0.0' }, true],
    ['the last one below the exception', { ip: '172.17.0.255' }, true],
    ['the first one of the exception', { ip: '172.17.1.0' }, false],
    ['the first one above it', { ip: '172.17.2.0' }, true],
    ['the last one of the block', { ip: '172.17.255.255' }, true],
    ['one outside', { ip: '172.18.0.0' }, false],
    ['one without an address', {}, false],
  ])('lets in %s: %j', (_who, end, admitted) => expect(admits(policy.ingress, end)).toBe(admitted));

  it('is about a port', () => {
    expect(admits(policy.ingress, { ip: '172.17.0.1' }, { port: 6380 })).toBe(false);
    expect(admits(policy.egress, { ip: '10.0.0.1' }, { port: 5978 })).toBe(true);
    expect(admits(policy.egress, { ip: '10.0.0.1' }, { port: 5979 })).toBe(false);
    expect(admits(policy.egress, { ip: '10.0.1.0' }, { port: 5978 })).toBe(false);
  });
});

describe('fields', () => {
  const frontend = { pod: podOf('other', { role: 'frontend' }) };

  it('mean what they say alone and together', () => {
    const both = made({
      podSelector: {},
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { project: 'other' } },
              podSelector: { matchLabels: { role: 'frontend' } },
            },
          ],
        },
      ],
    });
    expect(
      [frontend, { pod: podOf('other', {}) }, { pod: podOf('mine', { role: 'frontend' }) }].map((end) =>
        admits(both.ingress, end),
      ),
    ).toEqual([true, false, false]); // prettier-ignore
    const everybody = made({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] });
    expect([admits(everybody.ingress, frontend), admits(everybody.ingress, { ip: '1.2.3.4' })]).toEqual([true, false]);
  });

  it('deny all where there are no rules, and allow all where a rule is empty', () => {
    const none = made({ podSelector: {}, policyTypes: ['Ingress'] });
    expect([none.ingress, none.egress]).toEqual([[], undefined]);
    const all = made({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] });
    expect(admits(all.ingress, { ip: '1.2.3.4' }, { port: 1 })).toBe(true);
    // Without types: egress only where there is a rule of it.
    expect(made({ podSelector: {} }).egress).toBeUndefined();
    expect(made({ podSelector: {}, egress: [] }).egress).toEqual([]);
  });

  it('name ports by number, range or name of the pod that is called, of a protocol', () => {
    const port = (one: object, asked: number, more: Partial<Asked> = {}): boolean =>
      admits(made({ podSelector: {}, ingress: [{ ports: [one] }] }).ingress, {}, { port: asked, ...more });
    expect([port({ port: 80 }, 80), port({ port: 80 }, 81)]).toEqual([true, false]);
    expect([port({ port: 80, endPort: 90 }, 90), port({ port: 80, endPort: 90 }, 91)]).toEqual([true, false]);
    expect([port({ port: 'http' }, 8080), port({ port: 'http' }, 80), port({ port: 'web' }, 8080)]).toEqual([
      true,
      false,
      false,
    ]); // prettier-ignore
    expect(port({ port: 'http' }, 8080, { of: undefined })).toBe(false);
    expect([
      port({ protocol: 'UDP', port: 53 }, 53, { protocol: 'UDP' }),
      port({ port: 53 }, 53, { protocol: 'UDP' }),
    ]).toEqual([true, false]); // prettier-ignore
    expect([port({ protocol: 'UDP', port: 80 }, 80), port({ protocol: 'UDP' }, 80)]).toEqual([false, false]);
  });
});

it.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['11.0.0.0', '10.0.0.0/8', false],
  ['10.1.2.3', '10.1.2.3/32', true],
  ['10.1.2.4', '10.1.2.3/32', false],
  ['255.255.255.255', '0.0.0.0/0', true],
  ['255.255.255.255', '128.0.0.0/1', true],
  ['10.1.2.3', '10.1.2.3', false],
  ['10.1.2.3', '10.0.0.0/33', false],
  ['10.1.2.256', '10.0.0.0/8', false],
  ['', '0.0.0.0/0', false],
  ['10.1.2.3', 'fd00::/8', false],
])('%s is in %s: %s', (address, block, isIn) => expect(isInBlock(parseIpv4(address), block)).toBe(isIn));
