// The ports of a Service, the port of a pod behind each of them, and the ports on which the containers of a class listen.
import type { Container, ContainerPort, PodSpec, ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { PodClasses } from './pod-class.ts';

/** A port of a pod as one int: its number, and above 16 bits the protocol. A TCP port is its number. */
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** No port at all. */
export const NO_PORT = -1;

/** One port of a Service, as all versions of its endpoints made for one version of the Service share it. */
export interface ServicePort {
  /** Empty where the Service has one port without a name. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** The port of the pods of a class, with its protocol; `NO_PORT` for a class in which no container has a port of that name. */
  target(podClass: number): number;
}

/** The ports of a Service in its order; none for a headless one that names none. */
export function servicePorts(spec: ServiceSpec, classes: PodClasses): ServicePort[] {
  return (spec.ports ?? []).map(({ name = '', port, protocol = 'TCP', targetPort = port }) => {
    const known = new Map<number, number>();
    return {
      name,
      port,
      protocol,
      target(podClass) {
        let found = known.get(podClass);
        if (found === undefined) {
          found =
            typeof targetPort === 'number'
              ? coded(targetPort, protocol)
              : namedPort(classes.get(podClass).spec, targetPort, protocol);
          known.set(podClass, found);
        }
        return found;
      },
    };
  });
}

/** The first port of that name and protocol (FindPort of the EndpointSlice controller). */
function namedPort(spec: PodSpec, name: string, protocol: string): number {
  for (const container of listeners(spec)) {
    for (const port of container.ports ?? []) {
      if (port.name === name && (port.protocol ?? 'TCP') === protocol) return codeOf(port);
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
  return containers.flatMap(({ ports = [] }) => ports.map(codeOf));
}

/** Containers and sidecars, in the order in which Kubernetes looks for a port. */
function listeners({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

function codeOf({ containerPort, protocol = 'TCP' }: ContainerPort): number {
  return coded(containerPort, protocol);
}

function coded(port: number, protocol: string): number {
  return port + 0x10000 * PROTOCOLS.indexOf(protocol);
}
