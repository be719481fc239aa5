// CPU above limits and above what a node has: who is named, how much of how much, when first; and who is left alone.
import { describe, expect, it } from 'vitest';
import { scenario, service } from '../../test/support/manifests.ts';
import { runScenario } from '../../test/support/world-rig.ts';

/** `web`, a pod of which works half a second of CPU time a second for each 5 requests a second that it gets. */
const web = (replicas: number, limits: string, beside = ''): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, resources: { requests: { cpu: 100m }${limits} } }${beside}] }
${service('web')}`;

const world = (rate: number, manifests: string, nodes = 1): readonly string[] => {
  const behaviors =
    'behaviors: [{ image: web, requests: { service: 100ms, concurrency: 1000, queue: 1000 } }], network: { balancer: RoundRobin }';
  const traffic = `traffic: [{ name: t, to: web, arrivals: { constant: { rate: ${rate}/s } }, start: 1m, stop: 2m }]`;
  const head = scenario(
    nodes,
    ['duration: 3m', ...behaviors.split(/, (?=network)/), traffic].map((line) => `  ${line}`).join('\n'),
  );
  return runScenario(head + manifests).caveats.filter((one) => !one.startsWith('without effect'));
};

const THROTTLED = 'limits are only simulated with `compute: nodeShared`, nothing is throttled';

describe('CPU above limits', () => {
  it('is told with the workload, how much, what is allowed and when first', () => {
    // 20 requests a second of 100 ms are 2 CPUs.
    expect(world(20, web(2, ', limits: { cpu: 500m }'))).toEqual([
      `Deployment/default/web used up to 2 CPUs, the CPU limits of its pods allow 1 (first between 1m0s and 1m10s): ${THROTTLED}`,
    ]);
  });

  it('is no more than all pods may use together', () => {
    expect(world(20, web(4, ', limits: { cpu: 500m }'))).toEqual([]);
    expect(world(20, web(2, ''))).toEqual([]);
  });

  it('is a matter of the container that works, whatever the others may use', () => {
    const idle = ', { name: idle, image: idle, resources: { requests: { cpu: 1m }, limits: { cpu: 3 } } }';
    expect(world(20, web(1, ', limits: { cpu: 1500m }', idle))[0]).toContain(
      'used up to 2 CPUs, the CPU limits of its pods allow 1.5',
    );
    expect(world(20, web(1, '', idle))).toEqual([]);
  });

  it('of the pod as a whole counts', () => {
    const whole = web(1, '').replace('spec: { containers', 'spec: { resources: { limits: { cpu: 1 } }, containers');
    expect(world(20, whole)[0]).toContain('the CPU limits of its pods allow 1 ');
  });

  it('names a pod without an owner', () => {
    const pod = `---
apiVersion: v1
kind: Pod
metadata: { name: lone, labels: { app: web } }
spec: { containers: [{ name: web, image: web, resources: { limits: { cpu: 1 } } }] }
`;
    expect(world(20, pod + service('web'))[0]).toContain('Pod/default/lone used up to 2 CPUs');
  });
});

describe('CPU above what a node has', () => {
  it('is told with the node and the workload that used most', () => {
    expect(world(60, web(1, ''))).toEqual([
      'pods used up to 6 CPUs on node-0, which has 4, most of it Deployment/default/web (first between 1m0s and 1m10s): contention for CPU is only simulated with `compute: nodeShared`, nothing is slower',
    ]);
  });

  it('is told once for all nodes', () => {
    const [one, ...more] = world(120, web(2, ''), 2);
    expect(one).toMatch(/^pods used up to 6 CPUs on node-[01], which has 4, .*, on 2 nodes in all\)/);
    expect(more).toEqual([]);
  });

  it('is no more than the node has', () => {
    expect(world(40, web(1, ''))).toEqual([]);
    expect(world(0.001, web(1, ''))).toEqual([]);
  });
});
