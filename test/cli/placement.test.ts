// `wavetank capacity` and `wavetank plan`: what the scheduler finds, against what can be counted by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';

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
