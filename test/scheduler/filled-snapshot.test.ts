// The autoscaler's picture of the cluster, filled with what has changed only: it answers as one that is made anew at each look.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import type { ListedPod } from '../../src/autoscaler/cluster/listed.ts';
import { Snapshot } from '../../src/autoscaler/cluster/snapshot.ts';
import { CounterRandom } from '../../src/engine/counter.ts';
import type { SnapshotNode } from '../../src/model/ports/cluster-snapshot.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';
import { clusterSnapshot } from '../../src/scheduler/snapshot/cluster-snapshot.ts';
import { SchedulerCluster } from '../support/scheduler-cluster.ts';

const NODES = 10;
const LOOKS = 120;
/** Rows of pods of the cluster; those that might come have others. */
const FIRST_POD = 1000;
const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

const template = (app: string, cpu: string, more: object): PodTemplateSpec => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu, memory: '256Mi' } } }], ...more },
});
const labelSelector = (app: string) => ({ matchLabels: { app } });
const TEMPLATES = [
  template('plain', '700m', {}),
  template('alone', '300m', {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: labelSelector('alone'), topologyKey: HOST }],
      },
    },
  }),
  template('spread', '200m', {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: labelSelector('spread') },
    ],
  }),
  template('tolerant', '500m', { tolerations: [{ operator: 'Exists' }] }),
];

it('answers as one that is made anew', () => {
  const cluster = new SchedulerCluster();
  const { state } = cluster;
  for (let i = 0; i < NODES; i += 1) cluster.setNode({ metadata: { name: `node-${i}` } });
  const make = (): Snapshot =>
    new Snapshot(clusterSnapshot(cluster.engine, state, (kind) => cluster.handle.objects(kind)));
  const [filled, anew] = [make(), make()];
  const random = new CounterRandom('1', 'filled snapshot');
  const below = (end: number): number => Math.floor(random.uniform() * end);
  const classes = TEMPLATES.map((one) => state.classes.intern('default', one));
  const node = (row: number): SnapshotNode => ({
    row: row as NodeRow,
    name: `node-${row}`,
    labels: { [HOST]: `node-${row}`, [ZONE]: 'abc'[row % 3] },
    taints: below(4) === 0 ? [{ key: 'k', effect: 'NoSchedule' }] : [],
    unschedulable: below(8) === 0,
    allocatable: { cpu: 4000, memory: 8 * 2 ** 30, pods: 20 },
  });
  let serial = 0;
  const pod = (row: number, on: number): ListedPod => ({
    row: row as PodRow,
    epoch: serial++,
    successor: false,
    podClass: classes[below(classes.length)],
    name: `pod-${serial}`,
    owner: -1,
    controller: undefined,
    createdUs: 0,
    phase: 'Running',
    deletionUs: below(10) === 0 ? 1 : undefined,
    node: on as NodeRow,
  });
  let nodes = Array.from({ length: NODES }, (_, row) => node(row));
  let pods: ListedPod[] = [];
  let answers = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    // Pods come, go, move and are deleted; nodes change, go and are back.
    const rows = new Set(pods.map(({ row }) => row));
    pods = pods.filter(() => below(6) > 0).map((one) => (below(8) > 0 ? one : pod(one.row, below(NODES))));
    for (let i = below(8); i > 0; i -= 1) {
      const row = (FIRST_POD + below(60)) as PodRow;
      if (!rows.has(row)) pods.push(pod(row, below(NODES)));
      rows.add(row);
    }
    nodes = nodes.map((one) => (below(8) > 0 ? one : node(one.row)));
    const listed = nodes.filter(({ row }) => (look + row) % 7 > 0);

    filled.fill(listed, (row) => pods.filter((one) => one.node === row));
    anew.clear();
    for (const one of listed) anew.addNode(one);
    for (const one of pods) if (anew.has(one.node)) anew.addPod(one, one.node);

    const seed = below(2 ** 30);
    const both = [filled, anew].map((snapshot) => answersOf(snapshot, seed));
    expect(both[0]).toEqual(both[1]);
    answers += both[0].length;
  }
  expect(answers).toBeGreaterThan(40 * LOOKS);

  /** What an autoscaler does in a loop: nodes that may come, attempts of which some are kept, pods that move. */
  function answersOf(snapshot: Snapshot, seed: number): unknown[] {
    const draws = new CounterRandom(String(seed), 'attempts');
    const draw = (end: number): number => Math.floor(draws.uniform() * end);
    const found: unknown[] = [];
    const newcomer = (): ListedPod => ({
      ...pods[0],
      row: -1,
      epoch: 0,
      name: 'new',
      podClass: classes[draw(classes.length)],
      deletionUs: undefined,
      node: -1,
    });
    if (pods.length === 0) return found;
    snapshot.addNode({ ...nodes[0], row: -1, name: 'upcoming', taints: [], unschedulable: false });
    for (let i = 0; i < 6; i += 1) {
      snapshot.fork();
      for (let k = draw(4); k >= 0; k -= 1) found.push(snapshot.placeAnywhere(newcomer(), () => draw(5) > 0));
      const row = snapshot.nodes[draw(snapshot.nodes.length)];
      const on = snapshot.podsOn(row);
      if (on.length > 0) snapshot.removePod(on[draw(on.length)], row);
      if (draw(2) === 0) snapshot.commit();
      else snapshot.revert();
    }
    for (const podClass of classes)
      for (const row of snapshot.nodes) found.push(snapshot.fits({ ...newcomer(), podClass }, row));
    for (const row of snapshot.nodes) found.push(snapshot.podsOn(row).map(({ name }) => name));
    return found;
  }
});
