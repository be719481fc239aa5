// A node that goes silent: noticed, tainted, emptied and replaced at Kubernetes' times; and a zone, and the return.
import { describe, expect, it } from 'vitest';
import type { Service } from 'kubernetes-types/core/v1.js';
import { EndpointBit } from '../../src/model/endpoints.ts';
import { NodeReady } from '../../src/model/nodes.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { PodBit } from '../../src/model/pods.ts';
import { deploymentOf, idealControllers, Rig, usualApi } from './rig.ts';
import type { NodeRow, ObjectRow } from '../../src/model/rows.ts';

const service: Service & KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

function taints(rig: Rig, node: NodeRow): string[] {
  const { nodes, taintSets } = rig.state;
  return taintSets
    .get(nodes.taints[node])
    .map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`)
    .sort();
}

function onNode(rig: Rig, node: NodeRow): number[] {
  return rig.pods((pod) => rig.state.pods.node[pod] === node);
}

/** Of all endpoints of a Service. */
function flags(rig: Rig, service: ObjectRow): number[] {
  return rig.state.endpoints.latest(service).slices.flatMap((slice) => [...slice.flags]);
}

function ready(rig: Rig, service: ObjectRow): number {
  return flags(rig, service).filter((one) => (one & EndpointBit.Ready) !== 0).length;
}

describe('a lost node', () => {
  it('is Unknown 55 s after the pass that saw its last heartbeat, and empty 300 s later', () => {
    const rig = new Rig({ controllers: idealControllers, nodes: 6, zones: 3 });
    rig.apply(deploymentOf(12));
    const web = rig.apply(service) as ObjectRow;
    rig.run(100 - rig.engine.now / 1e6);
    // Node 0 renews at 100 s, and the pass at 100 s sees it.
    rig.run(1);
    rig.stopNode(0 as NodeRow);
    const pods = onNode(rig, 0 as NodeRow);
    expect(pods).toHaveLength(2);
    expect(ready(rig, web)).toBe(12);

    rig.run(154.9 - rig.engine.now / 1e6);
    expect(rig.state.nodes.ready[0]).toBe(NodeReady.True);
    rig.run(0.3);
    // At 155 s: the condition, its taint, the pods' Ready, the endpoints, and within 100 ms the taint that evicts.
    expect(rig.state.nodes.ready[0]).toBe(NodeReady.Unknown);
    expect(taints(rig, 0 as NodeRow)).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule']);
    expect(pods.map((pod) => rig.state.pods.state[pod] & PodBit.Ready)).toEqual([0, 0]);
    expect(ready(rig, web)).toBe(10);

    rig.run(455 - rig.engine.now / 1e6);
    expect(rig.pods()).toHaveLength(12);
    rig.run(2);
    // The two are being deleted but cannot end; two others took their place.
    const deleted = pods.map((pod) => rig.state.pods.deletedAt[pod] / 1e6);
    for (const at of deleted) expect(at).toBeCloseTo(455.1, 1);
    for (const pod of pods) {
      expect(rig.state.pods.state[pod] & (PodBit.Deleting | PodBit.Disrupted)).toBe(PodBit.Deleting | PodBit.Disrupted);
    }
    expect(rig.pods()).toHaveLength(14);
    expect(ready(rig, web)).toBe(12);
    expect(rig.events('TaintManagerEviction')).toHaveLength(2);
    expect(rig.events('NodeNotReady').map(({ name }) => name)[0]).toBe('n0');
  });

  it('that returns loses its taints, and the evictions are called off', () => {
    const rig = new Rig({ api: usualApi, nodes: 6, zones: 3 });
    rig.apply(deploymentOf(12));
    rig.run(100);
    rig.stopNode(0 as NodeRow);
    // Between two passes of the monitor.
    rig.run(98);
    expect(taints(rig, 0 as NodeRow)).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule']);
    rig.startNode(0 as NodeRow);
    rig.run(0.1);
    expect(taints(rig, 0 as NodeRow)).toEqual(['unreachable:NoExecute']);
    rig.run(5.1);
    expect(taints(rig, 0 as NodeRow)).toEqual([]);
    expect(rig.events('TaintManagerEviction').map(({ message }) => message.split(' ')[0])).toEqual([
      'Cancelling',
      'Cancelling',
    ]);
    rig.run(600);
    expect(rig.pods()).toHaveLength(12);
  });
});

describe('a lost zone', () => {
  it('is tainted one node in 10 s, and nothing is evicted once all zones are lost', () => {
    const rig = new Rig({ api: usualApi, nodes: 12, zones: 3 });
    rig.apply(deploymentOf(24));
    rig.run(100);
    for (const node of [0, 3, 6, 9]) rig.stopNode(node as NodeRow);
    rig.run(60);
    const tainted = (): number => {
      let count = 0;
      for (let node = 0 as NodeRow; node < 12; node = (node + 1) as NodeRow)
        if (taints(rig, node).includes('unreachable:NoExecute')) count += 1;
      return count;
    };
    const first = tainted();
    expect(first).toBeGreaterThanOrEqual(1);
    rig.run(35);
    expect(tainted()).toBe(4);
    for (let node = 0 as NodeRow; node < 12; node = (node + 1) as NodeRow) if (node % 3 !== 0) rig.stopNode(node);
    rig.run(100);
    expect(tainted()).toBe(0);
    expect([...rig.state.nodes.ready.subarray(0, 12)]).toEqual(Array.from({ length: 12 }, () => NodeReady.Unknown));
    rig.run(400);
    expect(rig.pods((pod) => (rig.state.pods.state[pod] & PodBit.Deleting) !== 0)).toEqual([]);
  });
});

describe('endpoints', () => {
  it('follow readiness, deletion and the end of pods', () => {
    const rig = new Rig({ controllers: idealControllers, goneUs: 3e6 });
    const row = rig.apply(deploymentOf(4)) as ObjectRow;
    const web = rig.apply(service) as ObjectRow;
    expect(flags(rig, web)).toHaveLength(0);
    rig.run(2);
    expect(ready(rig, web)).toBe(4);
    rig.edit(row, (spec) => ({ ...spec, replicas: 3 }));
    rig.run(1);
    expect(ready(rig, web)).toBe(3);
    const dying = EndpointBit.Serving | EndpointBit.Terminating;
    expect(flags(rig, web).filter((one) => one === dying)).toHaveLength(1);
    rig.run(5);
    expect(flags(rig, web)).toHaveLength(3);
    // One write for the empty start, one for four pods that are ready at once, one for the deletion, one for the end.
    expect(rig.state.endpoints.logChanged).toEqual([0, 4, 1, 1]);
  });
});
