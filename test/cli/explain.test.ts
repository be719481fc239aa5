// `wavetank explain` as a person reads it: a pod that was placed, one that is pending, one that was never tried.
import { readFileSync } from 'node:fs';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { explanationText } from '../../src/cli/explain/explain-text.ts';
import { historyText } from '../../src/cli/explain/history-text.ts';
import { podOverTime } from '../../src/world/explain/pod-over-time.ts';
import { explainPod, type Explanation } from '../../src/world/explain/pod.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { jobOf } from '../support/world-rig.ts';

const full = scenarioOf(
  `  duration: 15m
  cluster:
    nodePools:
      - { name: small, count: 20, zones: [a, b], capacity: { cpu: 4, memory: 16Gi, pods: 110 }, systemReserved: { cpu: 0, memory: 0 }, evictionHard: { memory: 0 }, labels: { disk: ssd } }
      - { name: gpu, count: 2, capacity: { cpu: 16, memory: 64Gi, pods: 110 }, taints: [{ key: gpu, value: "yes", effect: NoSchedule }] }
      - { name: big, count: 1, capacity: { cpu: 32, memory: 32Gi, pods: 110 }, labels: { disk: hdd } }
  timeline:
    - { at: 1m, scale: { deployment: late, replicas: 2 } }
    - { at: 2m, cordon: { node: small-7 } }
    - { at: 10m, scale: { deployment: filler, replicas: 15 } }`,
  'full',
);
const pod = ', nodeSelector: { disk: ssd }';
const filler = deployment('filler', { replicas: 20, cpu: '2500m', memory: '1Gi', pod });
const late = deployment('late', { replicas: 0, cpu: '2', memory: '15872Mi', pod });
const text = `${full}${filler}${late}---
apiVersion: v1
kind: Pod
metadata: { name: gated }
spec: { schedulingGates: [{ name: example.com/quota }], containers: [{ name: main, image: i }] }
---
apiVersion: v1
kind: Pod
metadata: { name: stranger }
spec: { schedulerName: other, containers: [{ name: main, image: i }] }
---
apiVersion: v1
kind: Pod
metadata: { name: giant }
spec: { containers: [{ name: main, image: i, resources: { requests: { cpu: 64, nvidia.com/gpu: 1 }, limits: { nvidia.com/gpu: 1 } } }] }
`;
const job = jobOf(text);
const plain = createColors(false);

function explained(pod: string, atUs?: number, of = job): Explanation {
  const explanation = explainPod(of, builtInFamilies, pod, atUs);
  return explanation ?? expect.fail(`no pod ${pod}`);
}

/** At the end. */
const inTheEnd = { late: explained('late'), giant: explained('giant'), filler: explained('filler') };

const printed = (explanation: Explanation, width = 120): string => explanationText(explanation, width, plain);

describe('a pending pod', () => {
  const late = explained('late', 5 * 60e6);

  it('says what every node lacks, the nearest first', () => {
    const lines = printed(late).split('\n');
    expect(lines[0]).toMatch(/^default\/late-\w+-\w+ found no node \(attempt 2, at 2m0s\)$/);
    // 4 − 2.5 cpu and 15 of 16 GiB are free; 2 cpu and 15.5 GiB are asked for.
    const start = lines.indexOf('What would have to change, smallest change first:');
    expect(lines[start + 1]).toMatch(/^ {2}small-\d+ and 18 others {2}500m cpu and 512Mi memory more$/);
    expect(lines[start + 2]).toMatch(
      /^ {2}big-0 +node\(s\) didn't match Pod's node affinity\/selector \(NodeAffinity\)$/,
    );
    expect(lines[start + 3]).toMatch(
      /^ {2}gpu-0, gpu-1 +node\(s\) had untolerated taint\(s\) \(TaintToleration\); node\(s\) didn't match/,
    );
    expect(lines.slice(start + 3).join(' ')).toMatch(
      /small-7 +500m cpu and 512Mi memory more; node\(s\) were unschedulable/,
    );
  });

  it('says when it is tried again', () => {
    // Rejected at 2m; the flush at 7m looks for pods that have waited for more than 5 minutes, the next one finds it.
    expect(printed(late)).toMatch(
      /At 5m0s it waits for a change in the cluster that may help; it is tried again at 7m/,
    );
  });

  it('is placed later', () => {
    const later = inTheEnd.late;
    expect(later.now).toMatchObject({ state: 'bound' });
    expect(printed(later)).toMatch(/was placed on small-\d+ \(attempt \d+, at 10m0s\)/);
    expect(printed(later)).toMatch(/small-7 +NodeUnschedulable: node\(s\) were unschedulable/);
  });

  it('hears that no node is large enough', () => {
    const said = printed(inTheEnd.giant);
    expect(said).toContain('No node is large enough: the pod requests 64 cpu, the largest has');
    expect(said).toContain('No node is large enough: the pod requests 1 nvidia.com/gpu, none has any.');
  });

  it.each([80, 120])('fits %i columns', (width) => {
    for (const explanation of [late, ...Object.values(inTheEnd)]) {
      for (const line of printed(explanation, width).split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
    }
  });
});

describe('a pod that was placed', () => {
  const { filler } = inTheEnd;

  it('has a column for nodes that scored alike, whose totals add up', () => {
    if (filler.why !== undefined || filler.node === null) return expect.fail('was not placed');
    const { totals, scores, node } = filler;
    for (const [name, total] of Object.entries(totals)) {
      expect(scores.reduce((sum, { weight, normalized }) => sum + weight * normalized[name], 0)).toBe(total);
    }
    expect(totals[node]).toBe(Math.max(...Object.values(totals)));
    const lines = printed(filler).split('\n');
    expect(lines.find((line) => line.startsWith('total'))).toContain(String(totals[node]));
    expect(printed(filler)).toMatch(/20 nodes have the highest total: Kubernetes since 1\.35 takes the root of a heap/);
    expect(printed({ ...filler, tieBreak: 'random' })).toContain('one of them is drawn at random');
  });
});

describe('a pod that was given a node and is not bound', () => {
  const held = jobOf(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: held }
spec:
  duration: 1m
  cluster: { nodePools: [{ name: w, count: 2, capacity: { cpu: 4, memory: 8Gi, pods: 110 } }] }
  scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [{ name: Coscheduling }] }, queueSort: { disabled: [{ name: PrioritySort }] } } }] }
---
apiVersion: scheduling.x-k8s.io/v1alpha1
kind: PodGroup
metadata: { name: gang }
spec: { minMember: 2, scheduleTimeoutSeconds: 30 }
---
apiVersion: v1
kind: Pod
metadata: { name: gated, labels: { scheduling.x-k8s.io/pod-group: gang } }
spec: { schedulingGates: [{ name: example.com/quota }], containers: [{ name: main, image: i }] }
---
apiVersion: v1
kind: Pod
metadata: { name: eager, labels: { scheduling.x-k8s.io/pod-group: gang } }
spec: { containers: [{ name: main, image: i }] }
`);
  const textAt = (atUs: number): string => {
    const explanation = explainPod(held, builtInFamilies, 'eager', atUs);
    return explanation === undefined ? expect.fail('no such pod') : printed(explanation);
  };

  it('waits at Permit, and loses it when that takes too long', () => {
    expect(textAt(10e6)).toMatch(
      /default\/eager was given w-\d \(attempt 1, .*\)\nAt 10s it is not bound yet: a plugin holds it \(Permit\)/,
    );
    expect(textAt(40e6)).toMatch(
      /was given w-\d .*\nIt lost that place at 30\.\d+s: timed out waiting on permit plugin Coscheduling \(Coscheduling\)\./,
    );
    expect(textAt(40e6)).toContain('At 40s it waits for a change in the cluster');
  });

  it('is reported at the end of a run', () => {
    const { pending } = runJob(held, { families: builtInFamilies, check: true });
    expect(pending.map(({ message, example }) => `${example}: ${message}`)).toEqual([
      'default/gated: its scheduling gates are closed: example.com/quota',
      'default/eager: timed out waiting on permit plugin Coscheduling',
    ]);
  });
});

describe('a pod that preempts others', () => {
  const urgent = jobOf(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: urgent }
spec:
  duration: 1m
  cluster: { nodePools: [{ name: w, count: 3, capacity: { cpu: 2, memory: 8Gi, pods: 110 } }] }
  timeline:
    - { at: 20s, apply: { apiVersion: v1, kind: Pod, metadata: { name: urgent }, spec: { priorityClassName: urgent, containers: [{ name: main, image: i, resources: { requests: { cpu: 1 } } }] } } }
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: urgent }
value: 1000
${deployment('filler', { replicas: 3, cpu: '1500m' })}`);

  const steps = Array.from({ length: 60 }, (_, step) =>
    explainPod(urgent, builtInFamilies, 'urgent', 20e6 + step * 1000),
  );

  it('says which ones, and on which nodes that would help', () => {
    const first = steps.find((one) => one?.preemption !== undefined) ?? expect.fail('nothing was preempted');
    expect(printed(first)).toMatch(
      /Preemption: it is nominated to w-\d \(3 nodes were candidates\)\. Pods that have to go, on that node first:\n( {2}w-\d {2}default\/filler-\w+-\w+\n){3}/,
    );
    expect(first.preemption?.candidates[0].node).toBe(first.preemption?.nominated);
  });

  it('says where room is being made, and is placed there', () => {
    const waiting = steps.find((one) => one?.now.nominated !== undefined) ?? expect.fail('it is not nominated');
    expect(printed(waiting)).toContain(`It is nominated to ${waiting.now.nominated}: room is being made for it there.`);
    const placed = explained('urgent', undefined, urgent);
    expect(placed.now).toMatchObject({ state: 'bound', node: waiting.now.nominated });
  });
});

describe('a pod that was never tried', () => {
  it.each([
    ['gated', 'Why: its scheduling gates are closed: example.com/quota.'],
    ['stranger', 'Why: its spec.schedulerName is other, and no profile has that name (there is default-scheduler).'],
  ])('%s', (pod, why) => {
    expect(printed(explained(pod))).toBe(`default/${pod} had not been tried by 15m0s.\n${why}\n`);
  });

  it('is not there yet', () => {
    expect(explainPod(job, builtInFamilies, 'late', 10e6)).toBeUndefined();
  });
});

describe('a gang', () => {
  const file = new URL('../cases/17-gang-one-free-node.yaml', import.meta.url);
  const linesOf = (pod: string): string[] => {
    const explanation = explainPod(jobOf(readFileSync(file, 'utf8')), builtInFamilies, pod, 90e6);
    const lines = explanation === undefined ? [] : explanationText(explanation, 100, createColors(false)).split('\n');
    return lines.slice(lines.indexOf('Its group default/pair:') + 1, -1);
  };

  it('says what it wants, what is free and who holds the rest', () => {
    expect(linesOf('pair-0')).toEqual([
      '  wants  2 pods at once, each 3 cpu; 2 exist; none has a node',
      '  free   room for 1 more: b',
      '  held   a: default/single',
    ]);
  });

  it('names those of its pods that have a node for now', () => {
    expect(linesOf('pair-1')).toEqual([
      '  wants  2 pods at once, each 3 cpu; 2 exist; 1 has a node: default/pair-0 on b',
      '  free   room for none of them',
      '  held   a: default/single',
    ]);
  });
});

it('over time: attempts with the same outcome are one line, and nodes that changed their minds are named', () => {
  const history = podOverTime(job, builtInFamilies, 'late');
  const text = historyText(history ?? expect.fail('no pod late'), 400, plain);
  expect(text).toMatch(
    /^default\/late-\S+ until 15m0s: 4 attempts to schedule it\.\n\n +1m0s +created\n +1m0s +0\/23 nodes/,
  );
  // Two minutes: a node is cordoned. Ten minutes: five of twenty pods go, not all of them at the same moment.
  expect(text).toMatch(/\n +2m0s to 7m\d+s +2 attempts: 0\/23 nodes are available: /);
  expect(text).toContain(
    'since the attempt before, small-7: Insufficient cpu, Insufficient memory → node(s) were unschedulable\n',
  );
  expect(text).toMatch(
    /\n +10m0s +placed on small-\d+\n +since the attempt before, small-\d+[^:]*: Insufficient cpu, Insufficient memory → fits\n +10m0s +bound to small-\d+\n$/,
  );
});
