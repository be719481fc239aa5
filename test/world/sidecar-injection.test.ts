// Proxies that a webhook puts into pods: which pods have one, and that requests pass it from the first rollout on.
import { expect, it } from 'vitest';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';

function run(namespaceLabels: string, webPod = '', timeline = '') {
  const { world } = runScenario(
    scenarioOf(`  duration: 60s
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 2, capacity: { cpu: 8, memory: 32Gi } }] }
  behaviors:
    - { image: test/web, startup: 0s, requests: { service: 1ms }, calls: [{ service: db }] }
    - { image: test/db, startup: 0s, requests: { service: 1ms } }
    - { image: istio/proxyv2, startup: 2s, mesh: { place: sidecar, inject: istio, work: 1ms } }
  traffic: [{ name: users, to: web, arrivals: { constant: { rate: 10/s } }, start: 20s, stop: 50s }]
${timeline}`) +
      `---
apiVersion: v1
kind: Namespace
metadata: { name: default, labels: { ${namespaceLabels} } }
` +
      deployment('web', { labels: webPod }) +
      service('web') +
      deployment('db') +
      service('db'),
  );
  const { traffic, state } = world;
  const pods = [...state.pods.alive.entries()].filter(([, alive]) => alive === 1).map(([pod]) => pod);
  const proxies = pods.filter((pod) => {
    const { initContainers = [] } = state.classes.get(state.pods.podClass[pod]).spec;
    return initContainers.some(({ name }) => name === 'istio-proxy');
  });
  const { outbound, inbound, answers, failed } = traffic.mesh!.mesh.counts.get('istio/proxyv2')!;
  return { pods: pods.length, proxies: proxies.length, outbound, inbound, answers, failed };
}

it('goes by the namespace, and by the pod', () => {
  // 299 requests: in and out of web, its call out and into db, and both answers of that.
  const all = run('istio-injection: enabled');
  expect(all).toEqual({ pods: 2, proxies: 2, outbound: 299, inbound: 598, answers: 897, failed: 0 });
  const dbAlone = run('istio-injection: enabled', ', sidecar.istio.io/inject: "false"');
  expect(dbAlone).toEqual({ pods: 2, proxies: 1, outbound: 0, inbound: 299, answers: 299, failed: 0 });
  expect(run('team: shop')).toEqual({ pods: 2, proxies: 0, outbound: 0, inbound: 0, answers: 0, failed: 0 });
});

it('is a matter of when a pod is made: a namespace that is labelled later changes the next ones', () => {
  const later = run(
    'team: shop',
    '',
    `  timeline:
    - { at: 10s, label: { kind: Namespace, name: default, labels: { istio-injection: enabled } } }
    - { at: 11s, rolloutRestart: { deployment: db } }
`,
  );
  expect(later).toMatchObject({ pods: 2, proxies: 1, inbound: 299, outbound: 0 });
});
