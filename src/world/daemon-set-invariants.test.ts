// The invariants of DaemonSets, each with a planted violation, and what they let pass.
import { describe, expect, it } from 'vitest';
import { rig, template } from '../../test/support/cluster-rig.ts';
import { ApiClient } from '../api/client.ts';
import { GENERATION_LABEL } from '../controllers/daemon-set/daemon-pod-template.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';
import { Invariants } from './invariants.ts';

const NODES = 4;

/** A DaemonSet on four nodes, whose pods a client under the controller's name makes and deletes as the test wants. */
function cluster(rollingUpdate: object, idle = false) {
  const one = rig({ nodes: NODES });
  const made = new Invariants(
    one.engine,
    one.api,
    one.kubelets.admitted,
    () => undefined,
    () => idle,
  );
  const controller = new ApiClient(one.api, 'daemonset-controller', { qps: Infinity, burst: 1 });
  const user = new ApiClient(one.api, 'kubectl', { qps: Infinity, burst: 1 });
  const annotations = { 'deprecated.daemonset.template.generation': '2' };
  user.create({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default', annotations },
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: template(['x']),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate },
    },
  });
  const run = (seconds: number): void => one.engine.run(one.engine.now + seconds * 1e6);
  run(1);
  const set = 0 as ObjectRow;
  const create = (node: number, generation: string, client = controller): void => {
    const labels = { app: 'a', [GENERATION_LABEL]: generation };
    const { spec } = template(['x']);
    const podClass = client.podClass('default', {
      metadata: { labels },
      ...(spec && { spec: { ...spec, nodeName: `node-${node}` } }),
    });
    client.createPinnedPod(podClass.id, set, node as NodeRow);
    run(0);
  };
  const remove = (pod: number, client = controller): void => {
    client.deletePod(pod as PodRow, one.state.pods.epoch[pod]);
    run(0);
  };
  return { made, run, create, remove, user };
}

describe('caught', () => {
  it('a second pod on a node', () => {
    const { create, run } = cluster({ maxUnavailable: 1 });
    create(0, '2');
    run(60);
    expect(() => create(0, '2')).toThrow(/DaemonSet agent on node node-0 made a pod beside 1 others/);
  });

  it('a pod that does not wait for the one that is going', () => {
    const { create, remove, run } = cluster({ maxUnavailable: 1 });
    create(0, '1');
    run(60);
    remove(0);
    expect(() => create(0, '2')).toThrow(/made a pod beside 1 others/);
  });

  it('a third pod on a node where two may be', () => {
    const { create } = cluster({ maxUnavailable: 0, maxSurge: 1 });
    create(0, '1');
    create(0, '2');
    expect(() => create(0, '2')).toThrow(/made a pod beside 2 others/);
  });

  it('an update that takes more available pods than it may', () => {
    const { create, remove, run } = cluster({ maxUnavailable: 2 });
    for (let node = 0; node < NODES; node += 1) create(node, '1');
    run(60);
    remove(0);
    remove(1);
    expect(() => remove(2)).toThrow(/DaemonSet agent took an available pod from 3 nodes at a time, of 2/);
  });

  it('an update that surges on more nodes than it may', () => {
    const { create, run } = cluster({ maxUnavailable: 0, maxSurge: '25%' });
    for (let node = 0; node < NODES; node += 1) create(node, '1');
    run(60);
    create(0, '2');
    expect(() => create(1, '2')).toThrow(/surges: 2 nodes at a time, of 1/);
  });

  it('a node without a pod in a quiet cluster', () => {
    const { create, run } = cluster({ maxUnavailable: 1 }, true);
    for (let node = 1; node < NODES; node += 1) create(node, '2');
    expect(() => run(120)).toThrow(/DaemonSet agent has no pod on node node-0 in a quiet cluster/);
  });
});

describe('let pass', () => {
  it('an update that goes on when the new pods are there', () => {
    const { create, remove, run } = cluster({ maxUnavailable: 1 });
    for (let node = 0; node < NODES; node += 1) create(node, '1');
    run(60);
    for (let node = 0; node < NODES; node += 1) {
      remove(node);
      run(60);
      create(node, '2');
      run(60);
    }
  });

  it('what others delete, pods that were not available, pods of the current revision', () => {
    const { create, remove, run, user } = cluster({ maxUnavailable: 1 });
    create(0, '1');
    create(1, '2');
    create(2, '2');
    run(60);
    create(3, '1');
    remove(0, user);
    for (const pod of [1, 2, 3]) remove(pod);
  });
});
