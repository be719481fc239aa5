// `wavetank capacity` and `wavetank plan`: what the scheduler finds, against what can be counted by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { dump } from '../support/dump.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-placement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 20 pods of 900m. A node of 4 CPUs has 3900m left for pods: 4 of them; one of 8 has 7900m: 8 of them. */
function deployment(spec = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 20
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
${spec}      containers: [{ name: web, image: nginx, resources: { requests: { cpu: 900m, memory: 1Gi } } }]
`;
}

const SPREAD = `      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]
`;
writeFileSync(join(folder, 'web.yaml'), deployment());
writeFileSync(join(folder, 'spread.yaml'), deployment(SPREAD));
writeFileSync(join(folder, 'nowhere.yaml'), deployment('      nodeSelector: { disk: none }\n'));

writeFileSync(
  join(folder, 'dump.json'),
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: dump() }, undefined, 4),
);

const pool = (text: string) => ['--set', `spec.cluster.nodePools=[{ name: big, ${text} }]`];

async function asked(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await wavetank([...args, '--json'], folder);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

it.each([
  // 8 · 4 - 20
  ['as many as have room', ['web.yaml', '--like', 'deployment/web', '--nodes', '8'], 12, 'Insufficient cpu'],
  // 20 pods on 7 nodes: six with three, 1200m left, and one with two, 2100m left: 6 · 4 + 7
  ['of another size', ['web.yaml', '--cpu', '300m', '--nodes', '7'], 31, 'Insufficient cpu'],
  // Zone a has two nodes of three, 16 pods at most; zone b 8 of them, and a may have one more than b: 9 + 8 - 17 there are.
  [
    'no more than a hard spread lets',
    ['spread.yaml', '--like', 'deploy/web', ...pool('count: 3, zones: [a, b], capacity: { cpu: 8 }')],
    0,
    'Insufficient cpu',
  ],
  [
    'of none that is selected',
    ['nowhere.yaml', '--like', 'deploy/web'],
    0,
    "node(s) didn't match Pod's node affinity/selector",
  ],
])('counts %s', async (_what, args, pods, reason) => {
  const { pods: found, places } = await asked('capacity', ...args, '--duration', '2m');
  expect(found).toBe(pods);
  expect(JSON.stringify(places)).toContain(reason);
});

it('says by zone how many, and stops at as many as were asked for', async () => {
  const args = [
    'capacity',
    'web.yaml',
    '--cpu',
    '100m',
    '--duration',
    '1m',
    ...pool('count: 4, zones: [a, b], capacity: { cpu: 8 }'),
  ];
  const { places, pods } = await asked(...args);
  // 4 · 7900 - 18000 = 13600, in pieces of 100.
  expect(pods).toBe(136);
  expect(places).toMatchObject([
    { pool: 'big', zone: 'a', nodes: 2 },
    { pool: 'big', zone: 'b', nodes: 2 },
  ]);
  expect((places as { pods: number }[]).reduce((sum, place) => sum + place.pods, 0)).toBe(136);
  expect(await asked(...args, '--most', '70')).toMatchObject({ pods: 70, unbounded: true });
});

it.each([
  ['web.yaml', pool('zones: [a], capacity: { cpu: 4 }'), 5, undefined],
  // 3 nodes have room for 24. With a zone of three lost, 4 have 16 left of theirs, 5 have 24.
  ['web.yaml', pool('zones: [a, b, c], capacity: { cpu: 8 }'), 3, 5],
  ['nowhere.yaml', pool('zones: [a, b], capacity: { cpu: 8 }'), undefined, undefined],
])('plans %s on %s', async (file, set, nodes, spare) => {
  const { stdout } = await wavetank(['plan', file, '--spare-zone', '--most', '40', '--json', ...set], folder);
  const { pools } = JSON.parse(stdout) as { pools: { nodes?: number; spareZone?: { nodes?: number } }[] };
  expect(pools.map((one) => [one.nodes, one.spareZone?.nodes])).toEqual([[nodes, spare]]);
});

/** Nodes of a pool of their provider: four CPUs each, all for pods. */
const nodeObject = (name: string, zone: string) =>
  `---\napiVersion: v1\nkind: Node\nmetadata: { name: ${name}, annotations: { wavetank/hourly-cost: "0.2" }, labels: { eks.amazonaws.com/nodegroup: general, topology.kubernetes.io/zone: ${zone} } }\nstatus: { allocatable: { cpu: "4", memory: 16Gi, pods: "20" } }\n`;
const nodeObjects = ['a', 'b', 'c'].map((zone) => nodeObject(`n-${zone}`, zone)).join('');
writeFileSync(join(folder, 'nodes.yaml'), `${deployment()}${nodeObjects}`);

it('plans Node objects by pool: more of the same, in the same zones', async () => {
  // 4 pods of 900m on each: 5 nodes for 20 of them. With a zone of three lost 5 of 8 are left, of 7 only 4.
  const { pools } = await asked('plan', 'nodes.yaml', '--spare-zone');
  expect(pools).toMatchObject([
    { pool: 'general', now: 3, zones: ['a', 'b', 'c'], nodes: 5, spareZone: { nodes: 8 }, hourlyCost: 1.6 },
  ]);
});

it('plans a pool that an autoscaler looks after, and says where that stops', async () => {
  const args = ['plan', 'web.yaml', ...pool('zones: [a], count: 1, capacity: { cpu: 4 }, autoscaling: { max: 4 }')];
  const given = [...args, '--set', 'spec.nodeAutoscaler=cluster-autoscaler'];
  expect((await asked(...given))['pools']).toMatchObject([{ nodes: 5, limits: { min: 0, max: 4 } }]);
  const { stdout } = await wavetank(given, folder);
  expect(stdout).toMatch(/autoscaler\nbig +a +1 +5 +0 to 4\n\nbig: its autoscaler stops at 4\n/);
});

it('plans for as many pods as autoscalers of pods may make', async () => {
  const scaler = `---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { minReplicas: 2, maxReplicas: 40, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n`;
  writeFileSync(join(folder, 'scaled.yaml'), deployment() + scaler);
  const nodes = async (...more: string[]) => {
    const { pools } = await asked('plan', 'scaled.yaml', ...pool('zones: [a], capacity: { cpu: 4 }'), ...more);
    return (pools as { nodes?: number }[])[0].nodes;
  };
  expect([await nodes(), await nodes('--scaled-out')]).toEqual([5, 10]);
});

it('plans a cluster as it was found: pods of nodes that go find others', async () => {
  expect((await wavetank(['import', 'cluster', 'dump.json', '--out', 'mine'], folder)).status).toBe(0);
  const { pools } = await asked('plan', 'mine', '--pool', 'n1', '--most', '6');
  // One pod wants a node with a label that there is not: no number will do.
  expect(pools).toMatchObject([{ pool: 'n1', now: 3, zones: ['a', 'b'], pending: [{ pods: 1 }] }]);
});

it('prints what a person reads', async () => {
  const capacity = await wavetank(['capacity', 'web.yaml', '--cpu', '1', '--nodes', '6', '--duration', '1m'], folder);
  expect(capacity.stdout).toMatch(/^\d+ more pods that request 1 cpu fit at 1m0s\.\n\npool +zone +nodes +more pods/);
  expect(capacity.stdout).toMatch(
    /as the scheduler says of the next one: 0\/6 nodes are available: 6 Insufficient cpu\.\n$/,
  );
  const plan = await wavetank(['plan', 'web.yaml'], folder);
  expect(plan.stdout).toMatch(
    /\ndefault +zone-a +3 +5\n\ndefault, with 4: default\/web-\S+ and 3 more would wait: 0\/4 nodes/,
  );
});

it.each([
  [['capacity', 'web.yaml'], /name a workload whose pods it is like/],
  [
    ['capacity', 'web.yaml', '--like', 'deployment/wb'],
    /there is no Deployment\/default\/wb .* \(did you mean "Deployment\/default\/web"\?\)/,
  ],
  [['capacity', 'web.yaml', '--cpu', 'x'], /"x" is no quantity/],
  [['capacity', 'web.yaml', '--cpu', '1', '--like', 'deploy/web'], /not both/],
  [['plan', 'web.yaml', '--pool', 'defalt'], /there is no pool defalt, only default \(did you mean "default"\?\)/],
])('refuses %s', async (args, message) => {
  const { status, stderr } = await wavetank(args, folder);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});
