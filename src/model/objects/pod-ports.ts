// The ports of a pod: which one a port of a Service leads to, and on which of them its containers listen.
import type { Container, ContainerPort, PodSpec, ServicePort } from 'kubernetes-types/core/v1.js';

/** A port of a pod is one int: its number, and above 16 bits the protocol. A TCP port is its number. */
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** No port at all. */
export const NO_PORT = -1;

/** The pod's port behind a port of a Service; `NO_PORT` when no container has a port of that name and protocol (FindPort of the EndpointSlice controller). */
export function targetPort({ port, protocol = 'TCP', targetPort: target = port }: ServicePort, spec: PodSpec): number {
  if (typeof target === 'number') return portCode({ containerPort: target, protocol });
  for (const container of listeners(spec)) {
    for (const one of container.ports ?? []) {
      if (one.name === target && (one.protocol ?? 'TCP') === protocol) return portCode(one);
    }
  }
  return NO_PORT;
}

/**
 * The ports that containers declare, in their order; undefined where one of them declares none. Kubernetes takes them for
 * information only. Here a container listens on the ports that it declares, and on any port if it declares none.
 */
export function listeningPorts(spec: PodSpec): readonly number[] | undefined {
  const containers = listeners(spec);
  if (containers.some(({ ports = [] }) => ports.length === 0)) return undefined;
  return containers.flatMap(containerPorts);
}

/** The ports that one container declares. */
export function containerPorts({ ports = [] }: Container): number[] {
  return ports.map(portCode);
}

/** Containers and sidecars, in the order in which Kubernetes looks for a port. */
function listeners({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...containers, ...initContainers.filter(isSidecar)];
}

/** Of an init container: it runs beside the others, as long as the pod does. */
export function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}

/** The number and the protocol again. */
export function portOf(code: number): { readonly port: number; readonly protocol: string } {
  return { port: code % 0x10000, protocol: PROTOCOLS[Math.floor(code / 0x10000)] };
}

function portCode({ containerPort, protocol = 'TCP' }: ContainerPort): number {
  return containerPort + 0x10000 * PROTOCOLS.indexOf(protocol);
}
