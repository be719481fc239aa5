// The invariants of Rollouts, each with a planted violation, and what they let pass.
import { describe, expect, it } from 'vitest';
import { rig, template } from '../../test/support/cluster-rig.ts';
import { ApiClient } from '../api/client.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow } from '../model/rows.ts';
import { Invariants } from './invariants.ts';

const LABEL = 'rollouts-pod-template-hash';

/** A Rollout of four pods with an old and a new ReplicaSet, which a client writes as the test wants. */
function cluster(strategy: object) {
  const one = rig({ nodes: 1 });
  const made = new Invariants(
    one.engine,
    one.api,
    one.kubelets.admitted,
    () => undefined,
    () => false,
  );
  const controller = new ApiClient(one.api, 'rollouts-controller', { qps: Infinity, burst: 1 });
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 4, selector: { matchLabels: { app: 'w' } }, template: template(['x']), strategy },
  };
  controller.create(rollout);
  const run = (seconds: number): void => one.engine.run(one.engine.now + seconds * 1e6);
  run(1);
  const set = (hash: string, replicas: number): KubeObject & { spec: object } => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `web-${hash}`, namespace: 'default', labels: { [LABEL]: hash } },
    spec: { replicas, selector: { matchLabels: { app: 'w', [LABEL]: hash } }, template: template(['x']) },
  });
  controller.create(set('old', 4), 0 as ObjectRow);
  controller.create(set('new', 0), 0 as ObjectRow);
  run(1);
  const resize = (hash: 'old' | 'new', replicas: number): void => {
    controller.update(hash === 'old' ? (1 as ObjectRow) : (2 as ObjectRow), set(hash, replicas));
    run(1);
  };
  const available = (hash: 'old' | 'new', count: number): void => {
    const status = { replicas: count, availableReplicas: count };
    controller.updateStatus(hash === 'old' ? (1 as ObjectRow) : (2 as ObjectRow), {
      ...set(hash, count),
      status,
    });
    run(20);
  };
  const report = (status: object): void => {
    controller.updateStatus(0 as ObjectRow, { ...rollout, status });
    run(1);
  };
  return { made, resize, available, report, run };
}

const routed = { canary: { stableService: 's', canaryService: 'c', trafficRouting: { smi: {} } } };
const weights = (canary: number, stable: number) => ({
  canary: { weights: { canary: { weight: canary }, stable: { weight: stable } } },
});

describe('weights', () => {
  it('are the whole', () => {
    const one = cluster(routed);
    one.report(weights(20, 80));
    expect(() => one.report(weights(20, 70))).toThrow('Rollout web has weights 20 and 70, of 100');
  });
});

describe('the stable ReplicaSet', () => {
  it('keeps its pods until another one is stable', () => {
    const one = cluster(routed);
    one.run(20);
    const update = { stableRS: 'old', currentPodHash: 'new' };
    one.report(update);
    one.resize('old', 0);
    expect(() => one.report({ ...update, replicas: 1 })).toThrow(
      'the stable ReplicaSet (old) of Rollout web has no pods before another one is stable',
    );
  });

  it('may go when it is not stable any more, and where the sizes follow the traffic', () => {
    const promoted = cluster(routed);
    promoted.run(20);
    promoted.resize('old', 0);
    promoted.report({ stableRS: 'new', currentPodHash: 'new' });
    const dynamic = cluster({ canary: { ...routed.canary, dynamicStableScale: true } });
    dynamic.run(20);
    dynamic.resize('old', 0);
    dynamic.report({ stableRS: 'old', currentPodHash: 'new' });
  });
});

describe('available pods', () => {
  it('are not taken below what may be missing', () => {
    const one = cluster({ canary: { maxUnavailable: 1 } });
    one.available('old', 4);
    one.resize('old', 3);
    expect(() => one.resize('old', 2)).toThrow(
      'Rollout web scaled web-old from 3 to 2: 2 available pods stay, of at least 3',
    );
  });

  it('may be fewer when they failed, and when new ones are there', () => {
    const one = cluster({ canary: { maxUnavailable: 1 } });
    one.available('old', 1);
    one.resize('new', 2);
    one.available('new', 2);
    one.resize('old', 1);
  });
});
