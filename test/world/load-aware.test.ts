// Load-aware plugins in whole worlds: they go by what metrics-server has measured, and count pods that it has not measured yet.
import { describe, expect, it } from 'vitest';
import { podsOf, runScenario } from '../support/world-rig.ts';
import { deployment } from '../support/manifests.ts';

/** Four nodes of 4 CPUs; the pods of `burner`, of which the first node has one, use 3 CPUs and request little. */
const scenario = (policy: string): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: loads }
spec:
  duration: 6m
  cluster:
    nodePools:
      - { name: hot, count: 1, zones: [a], capacity: { cpu: 4, memory: 16Gi, pods: 110 } }
      - { name: cold, count: 3, zones: [a], capacity: { cpu: 4, memory: 16Gi, pods: 110 } }
  scheduler: { policy: { ${policy}: {} } }
  kubelet: { cachedImages: ["*"] }
  behaviors: [{ image: test/burner, usage: { cpu: 3000m } }]
  timeline:
    - { at: 5m, scale: { deployment: web, replicas: 1 } }
    - { at: 5m5s, scale: { deployment: web, replicas: 2 } }
    - { at: 5m10s, scale: { deployment: web, replicas: 3 } }
    - { at: 5m15s, scale: { deployment: web, replicas: 4 } }
---
apiVersion: v1
kind: Pod
metadata: { name: burner }
spec:
  nodeName: hot-0
  containers: [{ name: main, image: test/burner, resources: { requests: { cpu: 10m } } }]
${deployment('web', { replicas: 0, cpu: '1000m' })}`;

const nodesOfWeb = (policy: string): (string | null)[] =>
  podsOf(runScenario(scenario(policy)))
    .filter(({ pod }) => pod.startsWith('web'))
    .map(({ node }) => node)
    .toSorted();

describe('with four pods that come one after the other', () => {
  it('TargetLoadPacking leaves out the hot node, and counts the pods that nobody has measured yet', () => {
    // A cold node with one of them is predicted to use 37.5 %: 96; with two 75 %: 17. The hot one 112.5 %: 0.
    const nodes = nodesOfWeb('TargetLoadPacking');
    expect(nodes).toHaveLength(4);
    expect([...new Set(nodes)]).toEqual(['cold-0', 'cold-1', 'cold-2']);
  });

  it('LoadVariationRiskBalancing leaves out the hot node', () => {
    const nodes = nodesOfWeb('LoadVariationRiskBalancing');
    expect(nodes).toHaveLength(4);
    expect(nodes).not.toContain('hot-0');
  });

  it('a scheduler that goes by requests does not', () => {
    expect(nodesOfWeb('WorstFit')).toContain('hot-0');
  });
});
