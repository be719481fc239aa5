// NodePorts rejects nodes on which a host port of the pod is taken.
import type { Container } from 'kubernetes-types/core/v1.js';
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code, skip, success } from '../framework/status.ts';
import { ById } from './by-id.ts';

const ANY = '0.0.0.0';

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

function portsOf(container: Container): HostPort[] {
  return (container.ports ?? [])
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostIP, protocol, hostPort = 0 }) => ({
      ip: hostIP === undefined || hostIP === '' ? ANY : hostIP,
      protocol: protocol === undefined || protocol === '' ? 'TCP' : protocol,
      port: hostPort,
    }));
}

/** Host ports of containers and sidecars; those of ordinary init containers do not count. */
function hostPorts({ spec }: PodClass): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].flatMap(portsOf);
}

function conflicts(wanted: readonly HostPort[], taken: readonly HostPort[]): boolean {
  return wanted.some((a) =>
    taken.some(
      (b) => a.port === b.port && a.protocol === b.protocol && (a.ip === ANY || b.ip === ANY || a.ip === b.ip),
    ),
  );
}

export const nodePorts = member({
  name: 'NodePorts',
  summary: 'Rejects nodes on which a requested host port is in use.',
  args: z.strictObject({}),
  create(_args, { cache, reasons }: Handle): Plugin {
    const ports = new ById(hostPorts);
    const { classes } = cache.state;
    const reason = reasons.id(["node(s) didn't have free ports for the requested pod ports"]);
    return {
      local: true,
      preFilter: (pod) => (ports.get(pod.podClass).length === 0 ? skip : success),
      filter(pod, nodes, verdicts) {
        const wanted = ports.get(pod.podClass);
        // Pods of the classes that conflict, per node, are counted as they come and go.
        const counter = cache.counts.counter(`ports of ${pod.podClass.id}`, true, (other) =>
          conflicts(wanted, ports.get(other)),
        );
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success || counter.at(nodes.rows[i]) === 0) continue;
          verdicts.reject(i, Code.Unschedulable, reason);
        }
      },
      registrations: [
        {
          events: Happening.AssignedPodDelete,
          hint: (pod, event) => conflicts(ports.get(pod.podClass), ports.get(classes.get(event.oldPodClass))),
        },
        { events: Happening.NodeAdd },
      ],
    };
  },
});
