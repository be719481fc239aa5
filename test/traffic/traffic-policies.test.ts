// Where connections go in a running cluster, by the policies of Services, their hints, their affinity and their kind.
import { expect, it } from 'vitest';
import { Connect } from '../../src/model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';
import { worldOf } from '../support/world-rig.ts';

const NAMES = ['open', 'refused', 'dropped'];

/** Six nodes in two zones, three pods of which the first two are on node-1 and node-2 (zones a and b). A minute has passed. */
function cluster(spec: string, replicas = 2, settings = '', pools = '{ name: node, count: 6, zones: [a, b] }') {
  const world = worldOf(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: policies }
spec:
  preset: ideal
  duration: 10m
  cluster: { nodePools: [${pools}] }
  network: { ${settings} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx }]
      topologySpreadConstraints:
        - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }], ${spec} }
`);
  world.engine.run(60e6);
  const { network, state } = world;
  const zoneOf = (node: NodeRow): string => state.zones.get(state.nodes.zone[node]).replace(/.*\//, '');
  const homes = [...new Set(Array.from({ length: state.pods.length }, (_, pod) => state.pods.node[pod]))];
  const from = (node: number, ordinal = 0, clients = 1) => {
    const caller = (node < 0 ? -1 : 1000 + node) as PodRow;
    const destination = network.destination('default', 'web', '', '', clients);
    const result = network.connect(destination, node as NodeRow, caller, ordinal, 0, 0);
    return { result: NAMES[result], pod: network.pod, node: network.node, port: network.port, via: network.via };
  };
  const many = (node: number, count = 200, clients = 1) =>
    Array.from({ length: count }, (_, ordinal) => from(node, ordinal, clients));
  return { world, homes, zoneOf, from, many, nodes: [0, 1, 2, 3, 4, 5] as NodeRow[] };
}

it('keeps to the node with internalTrafficPolicy Local, and drops where it has no endpoint', () => {
  const { homes, from, nodes } = cluster('internalTrafficPolicy: Local');
  expect(homes).toHaveLength(2);
  for (const node of nodes) {
    const one = from(node);
    if (homes.includes(node)) expect([one.result, one.node]).toEqual(['open', node]);
    else expect(one.result).toBe('dropped');
  }
  // Without any endpoint in the cluster it is rejected.
  const none = cluster('internalTrafficPolicy: Local', 0);
  expect(none.from(0).result).toBe('refused');
});

it('comes in by any node with a node port, and goes on from there', () => {
  const { many, nodes, homes } = cluster('type: NodePort');
  const all = many(-1);
  expect(new Set(all.map(({ via }) => via))).toEqual(new Set(nodes));
  expect(new Set(all.map(({ node }) => node))).toEqual(new Set(homes));
  expect(all.every(({ result, port }) => result === 'open' && port === 8080)).toBe(true);
});

it('drops what comes by a node without an endpoint with externalTrafficPolicy Local', () => {
  const { many, from, homes } = cluster('type: NodePort, externalTrafficPolicy: Local');
  const all = many(-1);
  const open = all.filter(({ result }) => result === 'open');
  expect(open.every(({ via, node }) => via === node && homes.includes(node))).toBe(true);
  expect(all.filter(({ result }) => result === 'dropped').length + open.length).toBe(all.length);
  // Two of six nodes: 200/3 with a standard deviation of 6.7.
  expect(Math.abs(open.length - 200 / 3)).toBeLessThan(27);
  // Pods in the cluster go by the other policy.
  expect(from(5).result).toBe('open');
});

it('has a load balancer send to the nodes that answer its checks', () => {
  const { many, homes, world } = cluster('type: LoadBalancer, externalTrafficPolicy: Local');
  expect(new Set(many(-1).map(({ via }) => via))).toEqual(new Set(homes));
  const [lost] = homes;
  world.state.machines.nodeUp[lost] = 0;
  // Until the next check nobody has noticed.
  expect(many(-1).some(({ result }) => result === 'dropped')).toBe(true);
  world.engine.run(62e6);
  expect(new Set(many(-1).map(({ via }) => via))).toEqual(new Set(homes.slice(1)));
  const cluster2 = cluster('type: LoadBalancer');
  expect(new Set(cluster2.many(-1).map(({ via }) => via)).size).toBe(6);
});

it('divides by zones where a load balancer does not cross them, as AWS describes it', () => {
  // Two targets in one zone and eight in the other. Across zones each gets 10 %; else each of the two 25 %, and of the eight 6.25 %
  // ("Cross-zone load balancing", Elastic Load Balancing user guide).
  const pools = '{ name: few, count: 2, zones: [a] }, { name: many, count: 8, zones: [b] }';
  const shares = (crossZone: boolean): number[] => {
    const { many, nodes } = cluster('type: LoadBalancer', 2, `loadBalancer: { crossZone: ${crossZone} }`, pools);
    const all = many(-1, 20_000);
    return [...nodes, 6, 7, 8, 9].map((node) => all.filter(({ via }) => via === node).length / all.length);
  };
  // Five standard deviations.
  for (const share of shares(true)) expect(Math.abs(share - 0.1)).toBeLessThan(0.011);
  for (const [node, share] of shares(false).entries()) {
    expect(Math.abs(share - (node < 2 ? 0.25 : 0.0625))).toBeLessThan(node < 2 ? 0.016 : 0.009);
  }
});

it('comes by no zone whose nodes are all unhealthy, and by no node that is excluded', () => {
  const { many, zoneOf, nodes, world } = cluster('type: LoadBalancer', 2, 'loadBalancer: { crossZone: false }');
  const ways = (): Set<number> => new Set(many(-1).map(({ via }) => via));
  expect(ways().size).toBe(6);
  for (const node of nodes) if (zoneOf(node) === 'a') world.state.machines.nodeUp[node] = 0;
  world.engine.run(62e6);
  const left = nodes.filter((node) => zoneOf(node) === 'b');
  expect(ways()).toEqual(new Set(left));
  const labels = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' };
  world.state.nodes.labels[left[0]] = world.state.classes.labelSets.id(labels);
  world.engine.run(64e6);
  expect(ways()).toEqual(new Set(left.slice(1)));
});

it('stays in the zone with PreferSameZone, on the node with PreferSameNode, as long as there is one', () => {
  const zoned = cluster('trafficDistribution: PreferSameZone', 4);
  for (const node of zoned.nodes) {
    const zones = new Set(zoned.many(node).map((one) => zoned.zoneOf(one.node)));
    expect(zones).toEqual(new Set([zoned.zoneOf(node)]));
  }
  const noded = cluster('trafficDistribution: PreferSameNode', 4);
  for (const node of noded.nodes) {
    const found = new Set(noded.many(node).map((one) => one.node));
    if (noded.homes.includes(node)) expect(found).toEqual(new Set([node]));
    else expect([...found].every((one) => noded.zoneOf(one) === noded.zoneOf(node))).toBe(true);
  }
  // From nowhere in particular: all of them.
  expect(new Set(zoned.many(-1).map(({ node }) => node)).size).toBe(4);
});

it('sends a client to the endpoint that it had, until it has been away for the timeout', () => {
  const sticky = 'sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } }';
  const { many, from, world } = cluster(sticky, 6);
  const pods = (node: number, clients = 1) => new Set(many(node, 200, clients).map(({ pod }) => pod));
  expect(pods(0).size).toBe(1);
  // Each client has its own; each node's proxy knows only what it saw.
  expect(pods(-1, 50).size).toBeGreaterThan(3);
  expect(new Set([0, 1, 2, 3, 4, 5].map((node) => from(node).pod)).size).toBeGreaterThan(1);
  const first = from(0).pod;
  world.engine.run(119e6);
  expect(from(0).pod).toBe(first);
  world.engine.run(178e6);
  expect(from(0).pod).toBe(first);
  const after = Array.from({ length: 30 }, (_, i) => {
    world.engine.run(world.engine.now + 60e6);
    return from(0, i).pod;
  });
  expect(new Set(after).size).toBeGreaterThan(1);
});

it('leads to the pods of a headless Service at the port that the client names', () => {
  const { from, world } = cluster('clusterIP: None');
  expect(from(0)).toMatchObject({ result: 'open', port: 80 });
  const { network } = world;
  const to = (port: string) => {
    const destination = network.destination('default', 'web', port);
    const result = network.connect(destination, 0 as NodeRow, 5 as PodRow, 0, 0, 0);
    return result === Connect.Open ? network.port : NAMES[result];
  };
  expect([to('80'), to('5432'), to('http')]).toEqual([80, 5432, 'refused']);
});
