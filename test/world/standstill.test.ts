// A run in which time stands still ends, and says which events, objects and delays make the loop.
import { expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { buildWorld } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { watchForStandstill } from '../../src/world/standstill.ts';

/** What a run of the scenario ends with; empty when it reaches its end. */
function ending(spec: string, manifests: string, most = 20_000): string {
  const text = `apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: loop }\nspec: ${spec}\n---\n${manifests}`;
  const loaded = loadScenario([{ file: 'loop.yaml', text }], { families: familySchemas(builtInFamilies) });
  const { engine, state } = buildWorld(loaded, 1, { families: builtInFamilies, check: false });
  watchForStandstill(engine, state, loaded, most);
  try {
    engine.run(loaded.scenario.durationUs);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return '';
}

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: a }, ports: [{ port: 80 }] }\n';
const retrying = (spec: string) =>
  `{ duration: 2s, ${spec}, traffic: [{ name: t, to: a, arrivals: { constant: { rate: 1/s } }, retries: { max: 1000000000, backoff: 0 } }] }`;

it('names the events, the objects that change and the delays that are 0', () => {
  // Nobody is there, the refusal takes no time, and neither does the wait for the next attempt.
  const message = ending(retrying('preset: ideal'), SERVICE);
  expect(message).toMatch(/^loop: time stands still at 1 s: .*; of the last 100000: \d+ traffic\.(retry|answer)/);
  expect(message).toContain('network.links.client');
  expect(message).toContain('traffic[0].retries.backoff');
  expect(message).not.toContain('objects that change');
});

it('names the objects', () => {
  // A pod that tolerates the taint for the scheduler is evicted at once, and made again at once.
  const message = ending(
    '{ duration: 1m, preset: ideal, cluster: { nodePools: [{ name: node, count: 1, taints: [{ key: k, value: v, effect: NoExecute }] }] } }',
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: a, image: a }]
      tolerations: [{ key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 0 }]
`,
    8000,
  );
  expect(message).toMatch(/objects that change: (Deployment|ReplicaSet) default\/a/);
});

const PRESSED = (more: string) =>
  `{ duration: 1m, preset: ideal, ${more} cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 4, memory: 2Gi, pods: 110 } }] }, behaviors: [{ image: hungry, usage: { memory: 1500Mi } }] }`;
const HUNGRY = ['a', 'b'].map(
  (name) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { tolerations: [{ operator: Exists }], containers: [{ name: c, image: hungry }] }
`,
);

it('names a DaemonSet whose pods one kubelet of many refuses', () => {
  const full = `{ at: 1s, fault: { DiskPressure: { node: node-1, share: 0.99 } } }`;
  const pool = '{ name: node, count: 100, capacity: { cpu: 2, memory: 4Gi, pods: 110, ephemeral-storage: 20Gi } }';
  const message = ending(
    `{ duration: 1m, preset: ideal, cluster: { nodePools: [${pool}] }, timeline: [${full}] }`,
    `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  template:
    metadata: { labels: { app: agent } }
    spec: { tolerations: [{ operator: Exists }], containers: [{ name: a, image: a }] }
`,
    2 ** 24,
  );
  expect(message).toMatch(
    /^loop: DaemonSet default\/agent makes pods without end: .* one failed on node node-1: Evicted/,
  );
});

it.each([
  ['no time', ''],
  ['hardly any time', 'controlPlane: { controllers: { syncWork: 1us } },'],
])('names who makes pods without end, in %s', (_what, more) => {
  // They tolerate the taint of a node that is short of memory, and its kubelet refuses them.
  const message = ending(PRESSED(more), HUNGRY.join(''), 2 ** 24);
  expect(message).toMatch(/^loop: ReplicaSet default\/[ab]-\w+ makes pods without end: \d+ within [\d.]+ µs, at /);
  expect(message).toContain(
    'one failed on node node-0: Evicted: Pod was rejected: The node had condition: [MemoryPressure].',
  );
  expect(message).toContain('controlPlane.clients.controllers.qps');
});

it('does not mistake a slow loop for one that stands still', () => {
  expect(
    ending(retrying('preset: default, kubelet: { relistPeriod: 0 }, network: { links: { client: 100us } }'), SERVICE),
  ).toBe('');
});
