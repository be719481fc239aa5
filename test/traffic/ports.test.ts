// Ports of Services: which pods are endpoints of which, and what a pod says to a port on which it does not listen.
import type { PodSpec, ServicePort } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { PortsOfClasses } from '../../src/controllers/endpoints/wanted-endpoints.ts';
import { Connect } from '../../src/model/ports/routes.ts';
import { ClusterState } from '../../src/model/state.ts';
import { Network } from '../../src/network/network.ts';
import { runScenario } from '../support/world-rig.ts';

import { idealNetwork } from '../support/traffic-rig.ts';
import { sliceOf } from '../support/slices.ts';

/** A Service with these ports in front of pods with these containers' ports, and what `connect` finds: pod and its port. */
function connected(ports: readonly ServicePort[], pods: readonly NonNullable<PodSpec['containers'][0]['ports']>[]) {
  const state = new ClusterState('1');
  const network = new Network(new Engine({ seed: 1 }), state, {
    ...idealNetwork,
    balancer: { name: 'RoundRobin', args: {} },
  });
  const spec = { ports: [...ports] };
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec };
  const service = state.objects.add(object, -1, 0);
  const lists = new PortsOfClasses(spec, state.classes);
  for (const [pod, one] of pods.entries()) {
    const podClass = state.classes.intern('default', {
      spec: { containers: [{ name: 'c', image: 'i', ports: one }] },
    }).id;
    // Endpoints with other ports are in slices of their own.
    state.endpoints.commit(service, sliceOf({ id: pod, pods: [pod], ports: lists.of(podClass) }), 1, 0);
  }
  return (port: string) => {
    const destination = network.destination('default', 'web', port);
    return network.connect(destination, -1, -1, 0, 0, 0) === Connect.Open ? [network.pod, network.port] : 'refused';
  };
}

const two: readonly ServicePort[] = [
  { name: 'web', port: 80, targetPort: 'http' },
  { name: 'metrics', port: 9090 },
];

it('finds the pods that have the port, each at its own number', () => {
  const to = connected(two, [
    [{ name: 'http', containerPort: 8080 }],
    [{ name: 'http', containerPort: 3000 }],
    [{ name: 'other', containerPort: 1 }],
  ]);
  expect([to(''), to('web'), to('80'), to('web')]).toEqual([
    [0, 8080],
    [1, 3000],
    [0, 8080],
    [1, 3000],
  ]);
  // By number every pod is an endpoint; whether anything listens there is the pod's affair.
  expect([to('metrics'), to('9090'), to('metrics'), to('8080')]).toEqual([[0, 9090], [1, 9090], [2, 9090], 'refused']);
});

it('refuses where no pod has the port, and where there are no pods', () => {
  expect(connected(two, [[{ name: 'web', containerPort: 80 }]])('web')).toBe('refused');
  expect(connected(two, [])('metrics')).toBe('refused');
});

it('takes TCP where two protocols share a number', () => {
  const dns: readonly ServicePort[] = [
    { name: 'udp', port: 53, protocol: 'UDP' },
    { name: 'tcp', port: 53 },
  ];
  const to = connected(dns, [[]]);
  expect([to('53'), to('udp'), to('')]).toEqual([
    [0, 53],
    [0, 0x10000 + 53],
    [0, 0x10000 + 53],
  ]);
});

it('is reset by the pod where no container listens, after the way there and back', () => {
  const one = (to: string) => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: ports }
spec:
  preset: ideal
  duration: 1m
  network: { links: { client: 10ms } }
  traffic: [{ name: users, to: "${to}", arrivals: { constant: { rate: 1/s } }, start: 30s }]
---
apiVersion: v1
kind: Pod
metadata: { name: a, labels: { app: a } }
spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: svc }
spec: { selector: { app: a }, ports: [{ name: good, port: 80 }, { name: bad, port: 81 }] }
`;
  const summary = (to: string) => runScenario(one(to)).summary;
  const good = summary('svc');
  expect([good.requests_completed_total, good.requests_failed_total]).toEqual([good.requests_total, 0]);
  const bad = summary('svc:bad');
  expect([bad.requests_completed_total, bad.requests_refused_total]).toEqual([0, bad.requests_total]);
});
