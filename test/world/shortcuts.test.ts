// Heartbeats are arithmetic. With every one of them as an event, 500 nodes of which some crash and come back fare the same.
import { expect, it } from 'vitest';
import { NodeLeases } from '../../src/kubelet/leases.ts';
import { assert } from '../../src/lib/assert.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { buildWorld, type World } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { eventRows, podRows } from '../../src/world/tables.ts';
import { deployment, FIVE_HUNDRED_NODES, scenarioOf } from '../support/manifests.ts';
import type { NodeRow } from '../../src/model/rows.ts';

const SCENARIO =
  scenarioOf(
    `  duration: 12m
  interval: 10s
${FIVE_HUNDRED_NODES}
  timeline:
    - { at: 60s, fault: { NodeCrash: { count: 20, for: 150s } } }
    - { at: 90s, fault: { NodeCrash: { count: 5, for: { exponential: { mean: 40s } } } } }
    - { at: 120s, fault: { NodeCrash: { count: 10 } } }`,
    'heartbeats',
  ) +
  deployment('web', {
    replicas: 2000,
    memory: '128Mi',
    fields: ', readinessProbe: { periodSeconds: 5, httpGet: { path: /, port: 80 } }',
  });

const loaded = loadScenario([{ file: 'heartbeats.yaml', text: SCENARIO }], {
  families: familySchemas(builtInFamilies),
});
const { durationUs, kubelet } = loaded.scenario;

/** Every renewal of every lease as an event; nothing else is asked when a node was last heard of. Gives their number. */
function beatByEvents({ engine, state, kubelets }: World, intervalUs: number): () => number {
  const { leases } = kubelets;
  assert(leases instanceof NodeLeases, 'these are the simulated kubelets');
  const { nodes } = state;
  const heard = Float64Array.from({ length: nodes.length }, (_, node) => nodes.renewPhaseUs[node]);
  const chain = new Int32Array(nodes.length);
  let beats = 0;
  const beat = engine.kind('test.heartbeat', (node, epoch) => {
    if (chain[node] !== epoch) return;
    beats += 1;
    heard[node] = engine.now;
    engine.after(intervalUs, beat, node, epoch);
  });
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
    engine.at(heard[node] + intervalUs, beat, node, 0);
  const stop = leases.stop.bind(leases);
  const resume = leases.resume.bind(leases);
  leases.lastRenewalUs = (node) => heard[node];
  leases.stop = (node) => {
    chain[node] += 1;
    stop(node);
  };
  leases.resume = (node) => {
    chain[node] += 1;
    resume(node);
    engine.after(0, beat, node, chain[node]);
  };
  return () => beats;
}

function outcome(world: World) {
  const { state, gauges, measure, api } = world;
  return {
    pods: [...podRows(state, gauges)],
    events: [...eventRows(state)],
    series: measure.series,
    nodes: measure.nodes,
    writes: api.counts.writes,
  };
}

function run(intervalUs: number | undefined): { outcome: ReturnType<typeof outcome>; beats: number } {
  const world = buildWorld(loaded, 1, { families: builtInFamilies, check: true });
  const beats = intervalUs === undefined ? () => 0 : beatByEvents(world, intervalUs);
  world.engine.run(durationUs);
  return { outcome: outcome(world), beats: beats() };
}

it('has the same outcome with every heartbeat as an event', () => {
  const arithmetic = run(undefined);
  const events = run(kubelet.leaseRenewIntervalUs);
  expect(events.beats).toBeGreaterThan(30_000);
  expect(arithmetic.outcome.pods.length).toBeGreaterThan(2000);
  expect(events.outcome).toEqual(arithmetic.outcome);
});

it('would notice heartbeats that come too late', () => {
  expect(run(55e6).outcome.writes).not.toBe(run(undefined).outcome.writes);
});
