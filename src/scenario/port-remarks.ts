// What is worth noting about ports: Services to which something sends requests and behind whose port nothing listens.
import { targetsOf } from '../model/settings/traffic.ts';
import type { PodSpec, ServicePort } from 'kubernetes-types/core/v1.js';
import { listeningPorts, NO_PORT, targetPort } from '../model/objects/pod-ports.ts';
import { splitPodName } from '../model/settings/pod-name.ts';
import { valueAt } from './document.ts';
import { objectId } from './objects.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';
import { podSpecOf, selects } from './workloads.ts';

/** Of each port that is used, and each workload behind it whose pods refuse every connection. */
export function portRemarks(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  return objects.flatMap(({ object: service }) => {
    if (service.kind !== 'Service') return [];
    const ports = usedPorts(scenario, service.metadata.name, valueAt(service, ['spec', 'ports']));
    if (ports.length === 0) return [];
    return objects.flatMap(({ object }) => {
      if (!selects(service, object)) return [];
      const spec = podSpecOf(object) as PodSpec;
      const headless = valueAt(service, ['spec', 'clusterIP']) === 'None';
      return ports.flatMap((port) => {
        // To a pod of a headless Service its clients connect themselves, at the Service's own number.
        const trouble = troubleWith(headless ? { ...port, targetPort: port.port } : port, spec);
        return trouble === undefined
          ? []
          : [`port ${port.name ?? port.port} of ${objectId(service)}: ${objectId(object)} ${trouble}`];
      });
    });
  });
}

/** A reference without a namespace may mean this Service. */
function usedPorts(scenario: Scenario, service: string, ports: unknown): ServicePort[] {
  if (!Array.isArray(ports)) return [];
  const used = [...scenario.traffic.flatMap(targetsOf), ...scenario.behaviors.flatMap(calledBy)].filter(
    ({ name }) => splitPodName(name).service === service,
  );
  return (ports as ServicePort[]).filter((one, index) =>
    used.some(({ port }) => (port === undefined ? index === 0 : port === one.name || port === String(one.port))),
  );
}

function calledBy({ calls }: Scenario['behaviors'][number]) {
  return calls.map(({ service }) => service);
}

function troubleWith(port: ServicePort, spec: PodSpec): string | undefined {
  const target = targetPort(port, spec);
  const refused = 'so that connections to it are refused';
  if (target === NO_PORT) return `has no container port named "${port.targetPort}", ${refused}`;
  const listening = listeningPorts(spec);
  if (listening === undefined || listening.includes(target)) return undefined;
  return `declares no container port ${port.targetPort ?? port.port}/${port.protocol ?? 'TCP'}, ${refused}`;
}
