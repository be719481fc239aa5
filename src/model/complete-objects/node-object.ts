// A node as the API server would return it now.
import type { Node, NodeCondition, NodeStatus, Taint } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../../lib/timestamp.ts';
import { NodePressure, NodeReady } from '../nodes.ts';
import { canonicalBytes } from '../parse/canonical-bytes.ts';
import type { NodeRow } from '../rows.ts';
import { type ClusterState, HOSTNAME_LABEL } from '../state.ts';

const READY_STATUS = { [NodeReady.False]: 'False', [NodeReady.True]: 'True', [NodeReady.Unknown]: 'Unknown' } as const;

/** The node as the API server would return it now. */
export function nodeObject(state: ClusterState, row: NodeRow): Node {
  const { nodes, taintSets, classes } = state;
  const spec = nodes.spec[row];
  const taints = taintSets.get(nodes.taints[row]) as Taint[];
  const labels = classes.labelSets.get(nodes.labels[row]);
  const annotations = classes.labelSets.get(nodes.annotations[row]);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      uid: state.nodeUid(row),
      resourceVersion: String(nodes.version[row]),
      creationTimestamp: timestamp(nodes.createdAt[row]),
      labels: { [HOSTNAME_LABEL]: spec.name, ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      ...(taints.length === 0 ? {} : { taints: [...taints] }),
      ...(nodes.unschedulable[row] === 0 ? {} : { unschedulable: true }),
    },
    status: {
      capacity: quantities(spec.capacity),
      allocatable: quantities(spec.allocatable),
      conditions: [
        pressure('MemoryPressure', (nodes.pressure[row] & NodePressure.Memory) !== 0, [
          'KubeletHasInsufficientMemory',
          'KubeletHasSufficientMemory',
        ]),
        pressure('DiskPressure', (nodes.pressure[row] & NodePressure.Disk) !== 0, [
          'KubeletHasDiskPressure',
          'KubeletHasNoDiskPressure',
        ]),
        {
          type: 'Ready',
          status: READY_STATUS[nodes.ready[row] as 0 | 1 | 2],
          lastTransitionTime: timestamp(nodes.readyAt[row]),
          ...readiness(nodes.ready[row], nodes.messages.get(row)),
        },
      ],
      ...imagesOf(state, row),
    },
  };
}

function imagesOf({ nodes, imageLists }: ClusterState, row: NodeRow): Pick<NodeStatus, 'images'> {
  const list = imageLists.get(nodes.imagesOf(row));
  return list.length === 0 ? {} : { images: list.map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes })) };
}

/** Reason and message of the condition Ready; nothing is known of a node that has not spoken yet. */
function readiness(ready: number, message: string | undefined): Partial<NodeCondition> {
  if (ready === NodeReady.Unknown)
    return { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  if (ready === NodeReady.True) return { reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  return message === undefined ? {} : { reason: 'KubeletNotReady', message };
}

function pressure(type: string, is: boolean, [short, well]: readonly [string, string]): NodeCondition {
  return { type, status: is ? 'True' : 'False', reason: is ? short : well };
}

/** Milli for cpu, base units for the rest, as canonical quantities. */
function quantities(resources: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(resources).map(([name, value]) => [name, name === 'cpu' ? cpuText(value) : canonicalBytes(value)]),
  );
}

function cpuText(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
