// The readable view of an EndpointSlice: the complete v1 object that kubectl would show.
import type { Endpoint, EndpointPort, EndpointSlice as Written } from 'kubernetes-types/discovery/v1.js';
import { timestamp } from '../../lib/timestamp.ts';
import { EndpointBit, type EndpointSlice } from '../endpoints.ts';
import { mix, NAME_LETTERS, uuid } from '../names.ts';
import { portOf } from '../objects/pod-ports.ts';
import type { ClusterState } from '../state.ts';
import { podIp } from './pod-object.ts';

const SUFFIX_LETTERS = 5;
/** Apart from the UIDs of pods and objects. */
const SLICES = -1_000_000;

/** The Service's name and five letters, a function of the id. */
export function sliceName({ endpoints, objects }: ClusterState, id: number): string {
  let number = mix(SLICES, id, 0);
  let suffix = '';
  for (let i = 0; i < SUFFIX_LETTERS; i += 1) {
    suffix += NAME_LETTERS[number % NAME_LETTERS.length];
    number = Math.floor(number / NAME_LETTERS.length);
  }
  return `${objects.name[endpoints.slices[id].service]}-${suffix}`;
}

/** Undefined once the slice is deleted. */
export function endpointSliceObject(state: ClusterState, id: number): Written | undefined {
  const { service, createdUs, version, generation, content } = state.endpoints.slices[id];
  if (content === undefined) return undefined;
  const { objects } = state;
  const name = objects.name[service];
  const headless = state.endpoints.latestRules(service)?.headless === true;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: sliceName(state, id),
      generateName: `${name}-`,
      namespace: objects.namespace[service],
      uid: uuid(SLICES, id, service),
      resourceVersion: String(version),
      generation,
      creationTimestamp: timestamp(createdUs),
      labels: {
        ...objects.get(service)?.metadata.labels,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': name,
        ...(headless ? { 'service.kubernetes.io/headless': '' } : {}),
      },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          name,
          uid: state.objectUid(service),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: 'IPv4',
    endpoints: Array.from(content.pods.keys(), (i) => endpointOf(state, content, i)),
    ports: content.ports.map((port): EndpointPort => ({ name: port.name, ...portOf(port.number) })),
  };
}

function endpointOf(state: ClusterState, slice: EndpointSlice, i: number): Endpoint {
  const { pods, nodes, flags, zoneHints, nodeHints } = slice;
  const pod = pods[i];
  const node = nodes[i];
  const zone = node < 0 ? '' : zoneLabel(state, state.nodes.zone[node]);
  const hints = {
    ...((zoneHints?.[i] ?? -1) < 0 ? {} : { forZones: [{ name: zoneLabel(state, zoneHints?.[i] ?? 0) }] }),
    ...((nodeHints?.[i] ?? -1) < 0 ? {} : { forNodes: [{ name: state.nodeName(nodeHints?.[i] ?? -1) }] }),
  };
  return {
    addresses: [podIp(pod)],
    conditions: {
      ready: (flags[i] & EndpointBit.Ready) !== 0,
      serving: (flags[i] & EndpointBit.Serving) !== 0,
      terminating: (flags[i] & EndpointBit.Terminating) !== 0,
    },
    ...(node < 0 ? {} : { nodeName: state.nodeName(node) }),
    ...(zone === '' ? {} : { zone }),
    targetRef: {
      kind: 'Pod',
      name: state.podName(pod),
      namespace: state.objects.namespace[state.endpoints.slices[slice.id].service],
      uid: state.podUid(pod),
    },
    ...(Object.keys(hints).length === 0 ? {} : { hints }),
  };
}

/** Without the region before it. */
function zoneLabel({ zones }: ClusterState, zone: number): string {
  const name = zones.get(zone);
  return name.slice(name.indexOf('/') + 1);
}
