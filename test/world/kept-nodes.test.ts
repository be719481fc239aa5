// Why a node autoscaler keeps a node: each of its reasons in one run of the cluster autoscaler, and what `wavetank explain` makes of them.
import { describe, expect, it } from 'vitest';
import { keptNodeFacts } from '../../src/world/explain/kept-node-facts.ts';
import { explainPod } from '../../src/world/explain/pod.ts';
import { explainWorkload } from '../../src/world/explain/workload.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { jobOf, worldOf } from '../support/world-rig.ts';

const POOLS = ['empty', 'busy', 'guarded', 'local', 'marked', 'stuck', 'alone', 'system', 'small'];

const pool = (name: string, autoscaling = 'min: 0, max: 2'): string =>
  `      - { name: ${name}, count: 1, labels: { for: ${name} }, capacity: { cpu: 4, memory: 16Gi, pods: 5 }, autoscaling: { boot: 5s, register: 5s, ${autoscaling} } }`;

const text = (autoscaler = ''): string =>
  [
    scenarioOf(`  duration: 10m
  cluster:
    nodePools:
      - { name: base, count: 1, capacity: { cpu: 4, memory: 16Gi, pods: 1 } }
${POOLS.map((name) => pool(name, name === 'small' ? 'min: 1, max: 2' : undefined)).join('\n')}
  nodeAutoscaler: { cluster-autoscaler: { scaleDownUnneededTime: 2m, ${autoscaler} } }
  timeline:
    - { at: 0s, patch: { kind: Node, name: marked-0, patch: { metadata: { annotations: { cluster-autoscaler.kubernetes.io/scale-down-disabled: "true" } } } } }`),
    deployment('busy', { cpu: '3500m', pod: ', nodeSelector: { for: busy }' }),
    deployment('guarded', { pod: ', nodeSelector: { for: guarded }' }),
    deployment('local', { pod: ', nodeSelector: { for: local }, volumes: [{ name: tmp, emptyDir: {} }]' }),
    deployment('stuck', { pod: ', nodeSelector: { for: stuck }' }),
    deployment('system', { namespace: 'kube-system', pod: ', nodeSelector: { for: system }' }),
    `---
apiVersion: v1
kind: Pod
metadata: { name: alone }
spec: { nodeSelector: { for: alone }, containers: [{ name: main, image: test/alone }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: guarded }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: guarded } } }
`,
  ].join('');

describe('the cluster autoscaler', () => {
  const world = worldOf(text());
  world.engine.run(61e6);
  const kept = (node: string) => world.renting.autoscaler?.whyKept?.(node);
  const facts = (node: string) => keptNodeFacts(kept(node) ?? expect.fail(`nothing of ${node}`), world.engine.now)[0];

  it.each([
    ['base-0', 'NotAutoscaled'],
    ['empty-0', 'NotUnneededLongEnough'],
    ['busy-0', 'NotUnderutilized'],
    ['guarded-0', 'RecentlyUnremovable'],
    ['marked-0', 'ScaleDownDisabledAnnotation'],
    ['small-0', 'NodeGroupMinSizeReached'],
  ])('says of %s: %s', (node, reason) => {
    expect(kept(node)?.reason).toBe(reason);
  });

  it.each([
    // 3.5 of the 3.9 CPUs that pods may have.
    ['busy-0', 'Kept: NotUnderutilized, 89.7 % of its cpu is requested, more than 50 %.'],
    ['small-0', 'Kept: NodeGroupMinSizeReached, pool small shall have 1 node, and 1 at least.'],
    ['stuck-0', /it was NoPlaceToMovePods, its pods find no place on the other nodes\.$/],
    ['guarded-0', /default\/guarded-\w+-\w+ must stay \(NotEnoughPdb\): its PodDisruptionBudget does not allow it\.$/],
    ['local-0', /default\/local-\w+-\w+ must stay \(LocalStorageRequested\)/],
    ['alone-0', /default\/alone must stay \(NotReplicated\): it is not replicated/],
    ['system-0', /kube-system\/system-\w+-\w+ must stay \(UnmovableKubeSystemPod\)/],
    ['empty-0', 'Kept: NotUnneededLongEnough, not needed since 0us, to be removed after 2m0s.'],
  ])('explains %s', (node, expected) => {
    expect(facts(node)).toMatch(expected);
  });

  it('says until when nothing is removed', () => {
    const grown = worldOf(text('scanInterval: 20s') + deployment('new', { cpu: '3900m', replicas: 7 }));
    grown.engine.run(61e6);
    const found = grown.renting.autoscaler?.whyKept?.('busy-0');
    expect(keptNodeFacts(found ?? expect.fail('nothing'), 61e6)[1]).toMatch(
      /^No node is removed before 10m\d+s in any case \(scaleDownDelayAfterAdd\)\.$/,
    );
  });

  // Ten nodes of 4 cores and 16 GiB; of these only empty-0 may go.
  it.each([
    ['minCoresTotal: 40', true],
    ['minCoresTotal: 36', false],
    ['minMemoryTotal: 160Gi', true],
    ['minMemoryTotal: 144Gi', false],
  ])('keeps what the cluster must have at least: %s', (limit, keeps) => {
    const limited = worldOf(text(limit));
    limited.engine.run(200e6);
    const node = limited.state.findNode('empty-0');
    expect(node >= 0 && limited.state.nodes.alive[node] === 1).toBe(keeps);
    if (!keeps) return;
    const found = limited.renting.autoscaler?.whyKept?.('empty-0') ?? expect.fail('nothing of empty-0');
    expect(keptNodeFacts(found, 200e6)[0]).toBe(
      'Kept: MinimalResourceLimitExceeded, the cluster must keep so many cores and so much memory (minCoresTotal, minMemoryTotal).',
    );
  });

  it('may not have to keep more than it may have', () => {
    expect(() => worldOf(text('minCoresTotal: 41, maxCoresTotal: 40'))).toThrow(
      'minCoresTotal: must be at most maxCoresTotal (40)',
    );
  });

  it('may be told to remove none', () => {
    const never = worldOf(text('scaleDownEnabled: false'));
    never.engine.run(61e6);
    expect(never.renting.autoscaler?.whyKept?.('empty-0')?.reason).toBe('ScaleDownDisabled');
  });
});

describe('wavetank explain', () => {
  const job = jobOf(text() + deployment('huge', { cpu: '5', replicas: 2 }));
  const explained = (kind: string, name: string) => {
    const found = explainWorkload(job, builtInFamilies, { kind, namespace: 'default', name }, 61e6);
    return 'existing' in found ? expect.fail(`no ${kind} ${name}`) : found;
  };

  it('has it of a node', () => {
    expect(explained('Node', 'busy-0').facts).toEqual([
      'Kept: NotUnderutilized, 89.7 % of its cpu is requested, more than 50 %.',
    ]);
  });

  it('has what the autoscaler said to pods without a place, however many events came later', () => {
    const says = "NotTriggerScaleUp: pod didn't trigger scale-up: 9 Insufficient cpu";
    expect(explained('Deployment', 'huge').inTheWay).toEqual([
      { object: 'the node autoscaler', says: `of 2 pods: ${says}` },
    ]);
    expect(explainPod(job, builtInFamilies, 'huge', 61e6)?.now.scaleUp).toBe(says);
    expect(explained('Deployment', 'busy').inTheWay).toEqual([]);
  });
});
