// CapacityScheduling against the examples of capacity_scheduling_test.go (TestPreFilter, TestPostFilter, TestDryRunPreemption, TestPodEligibleToPreemptOthers).
import { describe, expect, it } from 'vitest';
import { SchedulerCluster } from '../../../../test/support/scheduler-cluster.ts';
import { Decision } from '../../decision.ts';
import { Code } from '../../framework/status.ts';
import { schedulePod } from '../../schedule-pod.ts';

const isOfPreemption = (reason: string): boolean => reason.startsWith('preemption: ');

const PROFILE = {
  schedulerName: 'default-scheduler',
  plugins: { multiPoint: { disabled: [{ name: 'DefaultPreemption' }], enabled: [{ name: 'CapacityScheduling' }] } },
};
const MID = 100;
const HIGH = 1000;

interface Given {
  readonly name: string;
  readonly namespace: string;
  readonly memory: number;
  readonly priority?: number;
  readonly terminating?: boolean;
  readonly more?: object;
}

/** Bytes: what is guaranteed and what bounds it. */
type Quotas = Readonly<Record<string, readonly [min: number, max: number]>>;

/** One node of so many bytes on which pods run already. */
class Case {
  readonly cluster = new SchedulerCluster();
  readonly #names = new Map<number, string>();

  constructor(memory: number, running: readonly Given[], quotas: Quotas) {
    const status = { allocatable: { cpu: '8', memory: String(memory), pods: '110' } };
    this.cluster.setNode({ metadata: { name: 'node-a' }, status });
    for (const one of running) {
      const pod = this.#pod(one);
      const deleted = one.terminating === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
      const spec = { ...pod.spec, nodeName: 'node-a' };
      const { row } = this.cluster.addRunning({ ...pod, metadata: { ...pod.metadata, ...deleted }, spec });
      this.#names.set(row, one.name);
    }
    for (const [namespace, [min, max]] of Object.entries(quotas)) {
      this.cluster.addObject({
        apiVersion: 'scheduling.x-k8s.io/v1alpha1',
        kind: 'ElasticQuota',
        metadata: { namespace, name: 'quota' },
        spec: { min: { memory: String(min) }, max: { memory: String(max) } },
      });
    }
  }

  #pod({ name, namespace, memory, priority = 0, more }: Given) {
    const containers = [{ name: 'c', image: 'i', resources: { requests: { memory: String(memory) } } }];
    return { metadata: { name, namespace }, spec: { priority, containers, ...more } };
  }

  decide(given: Given, isNominated = false) {
    const { cluster } = this;
    const framework = cluster.framework({ profiles: [PROFILE] });
    const pod = cluster.addPod(this.#pod(given));
    if (isNominated) cluster.nominate(pod, { status: { nominatedNodeName: 'node-a' } });
    const decision = new Decision(cluster.cache, 'heap', cluster.handle.random, cluster.nominations, false);
    schedulePod(decision, framework, pod);
    const { preFilter, postFilter, node } = decision;
    const victims = (postFilter.victims ?? []).map((one) => this.#names.get(one.pod));
    return {
      node,
      preFilter,
      nominatedTo: postFilter.node ?? -1,
      victims,
      reasons: postFilter.reasons.filter(isOfPreemption),
    };
  }
}

const pods = (...list: [name: string, namespace: string, memory: number, priority: number][]): Given[] =>
  list.map(([name, namespace, memory, priority]) => ({ name, namespace, memory, priority }));

describe('before nodes are looked at', () => {
  it('a pod comes within the max of its quota, and not beyond it', () => {
    const one = new Case(10_000, pods(['used', 'ns1', 300, 0]), { ns1: [1000, 2000] });
    expect(one.decide({ name: 'p1', namespace: 'ns1', memory: 500 }).node).toBe(0);
    const { node, preFilter } = one.decide({ name: 'p2', namespace: 'ns1', memory: 1800 });
    expect([node, preFilter.code]).toEqual([-1, Code.Unschedulable]);
    expect(preFilter.reasons).toEqual([
      'Pod ns1/p2 is rejected in PreFilter because ElasticQuota ns1 is more than Max',
    ]);
  });

  it('a pod does not come when all quotas together use more than what is guaranteed', () => {
    const running = pods(['a', 'ns1', 1800, 0], ['b', 'ns2', 200, 0]);
    const one = new Case(10_000, running, { ns1: [1000, 2000], ns2: [1000, 2000] });
    const { preFilter, victims } = one.decide({ name: 'p', namespace: 'ns2', memory: 500 });
    expect(preFilter.reasons).toEqual([
      'Pod ns2/p is rejected in PreFilter because total ElasticQuota used is more than min',
    ]);
    // ns2 would be within what it is guaranteed, 700 of 1000: it takes from ns1, which is above.
    expect(victims).toEqual(['a']);
  });

  it('a pod of a namespace without a quota is not held up', () => {
    expect(new Case(10_000, [], {}).decide({ name: 'p', namespace: 'ns2', memory: 500 }).node).toBe(0);
  });

  it('a resource that a quota leaves out is bounded by 0', () => {
    const one = new Case(10_000, [], { ns1: [1000, 2000] });
    const more = { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '1m' } } }] };
    expect(one.decide({ name: 'p', namespace: 'ns1', memory: 0, more }).preFilter.code).toBe(Code.Unschedulable);
  });
});

describe('preemption on a node of 150 that is full', () => {
  const full = pods(['p1', 'ns1', 50, MID], ['p2', 'ns2', 50, MID], ['p3', 'ns2', 50, MID]);
  const pod: Given = { name: 'p', namespace: 'ns1', memory: 50, priority: HIGH };

  it('above its min a namespace takes from itself', () => {
    const found = new Case(150, full, { ns1: [50, 200], ns2: [200, 200] }).decide(pod);
    expect([found.nominatedTo, found.victims]).toEqual([0, ['p1']]);
  });

  it('within its min it takes from one that is above, the least important pod first', () => {
    const running = pods(['p1', 'ns1', 50, MID], ['p2', 'ns2', 50, HIGH], ['p3', 'ns2', 50, MID]);
    const found = new Case(150, running, { ns1: [150, 200], ns2: [50, 200] }).decide(pod);
    expect([found.nominatedTo, found.victims]).toEqual([0, ['p3']]);
  });

  it('within its min it takes from pods of higher priority as well', () => {
    const running = pods(['p1', 'ns1', 50, MID], ['p2', 'ns2', 50, HIGH], ['p3', 'ns2', 50, HIGH]);
    const found = new Case(150, running, { ns1: [150, 200], ns2: [50, 200] }).decide({ ...pod, priority: 0 });
    expect(found.victims).toHaveLength(1);
    expect(found.victims).not.toContain('p1');
  });

  it('takes nothing from a namespace within its min', () => {
    const found = new Case(150, full, { ns1: [150, 200], ns2: [100, 200] }).decide(pod);
    expect([found.nominatedTo, found.victims]).toEqual([-1, []]);
  });

  it('without quotas priorities decide', () => {
    expect(new Case(150, full, {}).decide(pod).nominatedTo).toBe(0);
    expect(new Case(150, full, {}).decide({ ...pod, priority: MID }).nominatedTo).toBe(-1);
  });

  it('a pod without a quota takes nothing from one with a quota', () => {
    const found = new Case(150, full, { ns2: [50, 200] }).decide({ ...pod, namespace: 'ns3' });
    expect(found.victims).toEqual(['p1']);
  });

  it('leaves everything as it was', () => {
    const one = new Case(150, full, { ns1: [150, 200], ns2: [50, 200] });
    const first = one.decide(pod);
    expect(one.decide({ ...pod, name: 'again' }).victims).toEqual(first.victims);
  });
});

describe('a nominated pod', () => {
  const high: Given = { name: 'p', namespace: 'ns1', memory: 50, priority: HIGH };
  const leaving = (namespace: string): Given[] => [
    { name: 'p0', namespace, memory: 100, priority: MID, terminating: true },
    { name: 'p1', namespace, memory: 50, priority: MID },
  ];
  const waits = ['preemption: not eligible due to a terminating pod on the nominated node.'];
  it.each<[string, Given[], Quotas, boolean]>([
    ['of its own namespace', leaving('ns1'), { ns1: [50, 250] }, true],
    ['of a namespace above its min', leaving('ns2'), { ns1: [150, 150], ns2: [50, 150] }, true],
    ['of a namespace without a quota, as itself', leaving('ns2'), {}, true],
    ['of a namespace with a quota, without one itself', leaving('ns2'), { ns2: [50, 150] }, false],
  ])('waits for a terminating pod %s', (_, running, quotas, expected) => {
    const { reasons } = new Case(150, running, quotas).decide(high, true);
    if (expected) expect(reasons).toEqual(waits);
    else expect(reasons).not.toEqual(waits);
  });

  it('never preempts where its policy forbids it', () => {
    const { reasons } = new Case(150, leaving('ns1'), {}).decide({ ...high, more: { preemptionPolicy: 'Never' } });
    expect(reasons).toEqual(['preemption: not eligible due to preemptionPolicy=Never.']);
  });
});
