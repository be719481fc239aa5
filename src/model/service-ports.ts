// The ports of a Service, and the port of a pod of each class behind them.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { targetPort } from './objects/pod-ports.ts';
import type { PodClasses } from './pod-class.ts';
import type { ClassRow } from './rows.ts';

/** One port of a Service, as all versions of its endpoints made for one version of the Service share it. */
export interface ServicePort {
  /** Empty where the Service has one port without a name. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** The port of the pods of a class, with its protocol; `NO_PORT` for a class in which no container has a port of that name. */
  target(podClass: ClassRow): number;
}

/** The ports of a Service in its order; none for a headless one that names none. */
export function servicePorts(spec: ServiceSpec, classes: PodClasses): ServicePort[] {
  return (spec.ports ?? []).map((written) => {
    const { name = '', port, protocol = 'TCP' } = written;
    const known = new Map<number, number>();
    return {
      name,
      port,
      protocol,
      target(podClass) {
        let found = known.get(podClass);
        if (found === undefined) {
          found = targetPort(written, classes.get(podClass).spec);
          known.set(podClass, found);
        }
        return found;
      },
    };
  });
}
