// Memory: a container above its limit is killed, a node that runs short evicts by the kubelet's order, says so, and is tainted for a while.
import { describe, expect, it } from 'vitest';
import { runJob } from '../../src/world/run.ts';
import { eventsOf, families, type FinishedRun, jobOf, podsOf } from '../support/world-rig.ts';

const head = (behaviors: string, pools = 'count: 1'): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: memory }
spec:
  duration: 12m
  interval: 30s
  cluster: { nodePools: [{ name: node, ${pools}, zones: [a], capacity: { cpu: 4, memory: 2Gi, pods: 30 } }] }
  kubelet: { cachedImages: ["*"] }
  behaviors: [${behaviors}]
`;

const pod = (name: string, image: string, resources = ''): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: main, image: ${image}, resources: { ${resources} } }] }
`;

const run = (text: string): FinishedRun => runJob(jobOf(text), { families, check: true });

describe('a container above its memory limit', () => {
  const leak = '{ image: leak, startup: 1s, usage: { memory: [{ at: 0, value: 50Mi }, { at: 4m, value: 450Mi }] } }';
  const outcome = run(`${head(leak)}${pod('a', 'leak', 'limits: { memory: 250Mi }')}`);

  it('is killed when it gets there, and starts again with little', () => {
    // From 50 to 250 MiB it takes 2 min, each time.
    expect(podsOf(outcome)[0].restarts).toBeGreaterThanOrEqual(4);
    const { containers } = outcome.world.state;
    expect(containers.last.get(0)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('does not make the node short of memory', () => {
    expect(eventsOf(outcome, 'EvictionThresholdMet')).toEqual([]);
  });
});

describe('a node that is short of memory', () => {
  const behaviors = `{ image: modest, usage: { memory: 400Mi } },
    { image: greedy, usage: { memory: [{ at: 0, value: 100Mi }, { at: 5m, value: 2000Mi }] } }`;
  const outcome = run(
    `${head(behaviors)}${pod('modest', 'modest', 'requests: { memory: 500Mi }')}${pod('greedy', 'greedy', 'requests: { memory: 200Mi }')}
`,
  );

  it('has rows of what is left, and of the threshold, until it is short and says so', () => {
    const rows = [...outcome.world.measure.pressure.rows()].filter(({ signal }) => signal === 'memory');
    expect(rows[0]).toMatchObject({ node: 'node-0', capacity_bytes: 2 * 2 ** 30, threshold_bytes: 100 * 2 ** 20 });
    const at = (seconds: number): (typeof rows)[number] | undefined =>
      rows.find(({ time_seconds }) => time_seconds === seconds);
    // 1,900 MiB in 5 min are 190 in an interval.
    expect((at(60)?.available_bytes ?? 0) - (at(90)?.available_bytes ?? 0)).toBeCloseTo(190 * 2 ** 20, -2);
    expect(at(60)?.kube_node_status_pressure).toBe(0);
    const pressed = rows.filter((row) => row.kube_node_status_pressure === 1);
    // Five minutes after the last look that found it short, the condition goes.
    expect(pressed.length).toBe(10);
    expect(rows.at(-1)).toMatchObject({ time_seconds: 720, kube_node_status_pressure: 0 });
  });

  it('evicts the pod that is above its request, however much the other one requested', () => {
    expect(podsOf(outcome).map(({ pod: name, phase, reason }) => [name, phase, reason])).toEqual([
      ['modest', 'Running', ''],
      ['greedy', 'Succeeded', ''],
    ]);
    const [said] = eventsOf(outcome, 'Evicted');
    expect(said.message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: .*Container main was using .*, request is 200Mi, has larger consumption of memory\. $/,
    );
  });

  it('says MemoryPressure for its transition period, and has the taint as long', () => {
    const [short] = eventsOf(outcome, 'NodeHasInsufficientMemory');
    const [well] = eventsOf(outcome, 'NodeHasSufficientMemory');
    expect(well.time_seconds - short.time_seconds).toBeGreaterThan(285);
    expect(well.time_seconds - short.time_seconds).toBeLessThan(325);
    const { nodes, taintSets } = outcome.world.state;
    expect([nodes.pressure[0], taintSets.get(nodes.taints[0])]).toEqual([0, []]);
  });

  it('refuses pods that request nothing, and is not given any', () => {
    const late = `${head(behaviors).replace(
      'spec:',
      `spec:
  timeline: [{ at: 5m30s, apply: { apiVersion: v1, kind: Pod, metadata: { name: late }, spec: { containers: [{ name: c, image: modest }] } } }]`,
    )}${pod('greedy', 'greedy', 'requests: { memory: 200Mi }')}${pod('modest', 'modest', 'requests: { memory: 500Mi }')}`;
    const other = run(late);
    const said = eventsOf(other, 'FailedScheduling').find(({ name }) => name === 'late');
    expect(said?.message).toContain('1 node(s) had untolerated taint(s)');
    expect(podsOf(other).find(({ pod: name }) => name === 'late')?.phase).toBe('Running');
  });
});

describe('memory by requests held', () => {
  const web =
    '{ image: web, startup: 1s, requests: { service: 20s, concurrency: 100 }, usage: { memory: 100Mi, memoryPerRequest: 10Mi } }';
  const traffic =
    '  traffic: [{ name: users, to: web, arrivals: { constant: { rate: 1/s } }, start: 60s, timeout: 0 }]\n';
  const labelled = pod('a', 'web', 'limits: { memory: 135Mi }').replace(
    '{ name: a }',
    '{ name: a, labels: { app: web } }',
  );
  const front =
    '---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n';
  const { world } = run(`${head(web)}${traffic}${labelled}${front}`);

  it('kills the container with the request that is too much', () => {
    // Three fit beside the 100 MiB. The first one comes after 60 s, the fourth 3 s later.
    expect(world.state.nodeHistory.count('oomKills', 0, 62.9e6)).toBe(0);
    expect(world.state.nodeHistory.count('oomKills', 0, 65e6)).toBe(1);
    expect(world.state.nodeHistory.count('oomKills', 0, 720e6)).toBeGreaterThan(3);
  });
});

describe('a node that comes later', () => {
  it('is watched as the others are', () => {
    const hog = '{ image: hog, startup: 1s, usage: { memory: [{ at: 0, value: 50Mi }, { at: 2m, value: 1900Mi }] } }';
    const amounts = (memory: string): string => `{ cpu: "4", memory: ${memory}, pods: "10" }`;
    const status = `status: { capacity: ${amounts('1Gi')}, allocatable: ${amounts('900Mi')} }`;
    const node = `{ apiVersion: v1, kind: Node, metadata: { name: late }, ${status} }`;
    const text = `${head(hog).replace('memory: 2Gi', 'memory: 64Gi')}  timeline: [{ at: 10s, apply: ${node} }]\n`;
    const later = pod('h', 'hog').replace('spec: {', 'spec: { nodeName: late,');
    const { world } = run(`${text}${later}`);
    expect(world.state.nodeHistory.count('evictions', 0, 720e6)).toBe(1);
  });
});
