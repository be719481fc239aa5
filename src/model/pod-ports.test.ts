// Which port of a pod stands behind a port of a Service, and where containers listen.
import type { ContainerPort, ServicePort as WrittenPort } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { Machines } from './machines.ts';
import { NO_PORT, targetPort } from './objects/pod-ports.ts';
import { ClusterState } from './state.ts';
import type { PodRow } from './rows.ts';

const UDP = 0x10000;

function classOf(state: ClusterState, containers: readonly ContainerPort[][], sidecar: ContainerPort[] = []) {
  return state.classes.intern('default', {
    spec: {
      initContainers: [
        { name: 'setup', image: 'i', ports: [{ name: 'http', containerPort: 1 }] },
        { name: 's', image: 'i', restartPolicy: 'Always', ports: sidecar },
      ],
      containers: containers.map((ports, i) => ({ name: `c${i}`, image: 'i', ports })),
    },
  });
}

function targets(
  port: Partial<WrittenPort>,
  containers: readonly ContainerPort[][],
  sidecar?: ContainerPort[],
): number {
  const state = new ClusterState('1');
  return targetPort({ port: 80, ...port }, classOf(state, containers, sidecar).spec);
}

it.each([
  // FindPort in k8s.io/endpointslice/util: a number is itself whether or not a container declares it.
  [{ targetPort: 8080 }, [[]], 8080],
  [{}, [[]], 80],
  [{ targetPort: 'http' }, [[{ name: 'http', containerPort: 8080 }]], 8080],
  [{ targetPort: 'http' }, [[{ name: 'web', containerPort: 8080 }]], NO_PORT],
  [{ targetPort: 'http' }, [[]], NO_PORT],
  // Name and protocol must both agree.
  [{ targetPort: 'dns' }, [[{ name: 'dns', containerPort: 53, protocol: 'UDP' }]], NO_PORT],
  [{ targetPort: 'dns', protocol: 'UDP' }, [[{ name: 'dns', containerPort: 53, protocol: 'UDP' }]], UDP + 53],
  // The first container that has it.
  [{ targetPort: 'http' }, [[{ name: 'x', containerPort: 1 }], [{ name: 'http', containerPort: 2 }]], 2],
])('%j of containers with %j is %i', (port, containers, expected) => {
  expect(targets(port, containers as ContainerPort[][])).toBe(expected);
});

it('looks at containers first and then at sidecars, never at those that only set up', () => {
  expect(targets({ targetPort: 'http' }, [[]], [{ name: 'http', containerPort: 9 }])).toBe(9);
  expect(
    targets({ targetPort: 'http' }, [[{ name: 'http', containerPort: 8 }]], [{ name: 'http', containerPort: 9 }]),
  ).toBe(8);
});

it('has a process listen on the ports that its containers declare, on any if one of them declares none', () => {
  const state = new ClusterState('1');
  const machines = new Machines();
  machines.ensurePods(1);
  const accepted = (containers: readonly ContainerPort[][], epoch = 3): number[] => {
    machines.listen(0 as PodRow, 3, classOf(state, containers, [{ containerPort: 15 }]).ports);
    return [8080, 9090, UDP + 53, 15, 53].filter((port) => machines.accepts(0 as PodRow, epoch, port));
  };
  expect(accepted([[{ containerPort: 8080 }]])).toEqual([8080, 15]);
  expect(accepted([[{ containerPort: 9090 }], [{ containerPort: 53, protocol: 'UDP' }]])).toEqual([9090, UDP + 53, 15]);
  expect(accepted([[{ containerPort: 8080 }], []])).toEqual([8080, 9090, UDP + 53, 15, 53]);
  expect(accepted([[]], 4)).toEqual([]);
  // A connection to a Service without ports asks for none in particular.
  machines.listen(0 as PodRow, 3, [7]);
  expect([machines.accepts(0 as PodRow, 3, 0), machines.accepts(0 as PodRow, 3, 8)]).toEqual([true, false]);
});
