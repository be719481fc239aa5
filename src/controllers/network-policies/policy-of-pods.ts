// A NetworkPolicy as the network plugin reads it: whom it is for, and which connections its rules let through.
import type {
  IPBlock,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1.js';
import { isInBlock } from '../../model/ipv4.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import type { Asked, PolicyOfPods, PolicyPeer, PolicyRule } from '../../model/ports/network-policies.ts';

export interface NetworkPolicy extends KubeObject {
  readonly kind: 'NetworkPolicy';
  readonly spec?: NetworkPolicySpec;
}

type LabelsOf = (namespace: string) => Readonly<Record<string, string>>;

/** `labelsOf` gives the labels of a namespace. Source of the rules: Kubernetes' documentation of network policies, and of the fields. */
export function policyOfPods({ metadata, spec }: NetworkPolicy, labelsOf: LabelsOf): PolicyOfPods {
  const { namespace = 'default' } = metadata;
  const pods = compileLabelSelector(spec?.podSelector ?? {});
  const types = spec?.policyTypes ?? (spec?.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
  const rule = (ports: readonly NetworkPolicyPort[], peers: readonly NetworkPolicyPeer[]): PolicyRule => {
    const admitsPeer = peers.map((peer) => peerTest(peer, namespace, labelsOf));
    return {
      admits: (peer, asked) =>
        (ports.length === 0 || ports.some((one) => isPort(one, asked))) &&
        (peers.length === 0 || admitsPeer.some((test) => test(peer))),
    };
  };
  return {
    selects: (podClass) => podClass.namespace === namespace && pods.matches(podClass.labels),
    ingress: types.includes('Ingress')
      ? (spec?.ingress ?? []).map(({ ports = [], from = [] }) => rule(ports, from))
      : undefined,
    egress: types.includes('Egress')
      ? (spec?.egress ?? []).map(({ ports = [], to = [] }) => rule(ports, to))
      : undefined,
  };
}

/** Both selectors: pods of those namespaces. One alone: pods of the policy's namespace, or all of those namespaces. A block: addresses. */
function peerTest(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  own: string,
  labelsOf: LabelsOf,
): (peer: PolicyPeer) => boolean {
  if (ipBlock !== undefined) return ({ address }) => isIn(address, ipBlock);
  const pods = compileLabelSelector(podSelector ?? {});
  const namespaces = namespaceSelector === undefined ? undefined : compileLabelSelector(namespaceSelector);
  return ({ podClass }) => {
    if (podClass === undefined) return false;
    const { namespace, labels } = podClass;
    const isThere = namespaces === undefined ? namespace === own : namespaces.matches(labelsOf(namespace));
    return isThere && pods.matches(labels);
  };
}

function isIn(address: number, { cidr, except = [] }: IPBlock): boolean {
  return isInBlock(address, cidr) && !except.some((part) => isInBlock(address, part));
}

function isPort(
  { protocol = 'TCP', port, endPort }: NetworkPolicyPort & { readonly endPort?: number },
  asked: Asked,
): boolean {
  if (protocol !== asked.protocol) return false;
  if (port === undefined || asked.port === 0) return true;
  if (typeof port === 'number') return asked.port >= port && asked.port <= (endPort ?? port);
  const named = asked.of?.runtime.lasting.flatMap(({ ports = [] }) => ports).find(({ name }) => name === port);
  return named?.containerPort === asked.port;
}
