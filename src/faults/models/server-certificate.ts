// Certificates of API servers or members of etcd expire: connections that are open stay, and nobody opens another one.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { checkProcess } from './process-signal.ts';

const SERVERS: ReadonlySet<string> = new Set(['kube-apiserver', 'etcd']);

const args = z.strictObject({
  process: z
    .string()
    .min(1)
    .optional()
    .describe('one server, called as its pod is: `kube-apiserver-cp1` (default: all of the component)'),
  component: z.enum(['kube-apiserver', 'etcd']).default('kube-apiserver').describe('whose certificates'),
  for: distribution.optional().describe('until they are renewed (default: to the end of the run)'),
});

export const serverCertificateExpired = member<FaultContext, Fault, typeof args>({
  name: 'ServerCertificateExpired',
  summary:
    'Serving certificates of API servers or members of etcd expire: whoever is connected stays so, and nobody connects again.',
  args,
  create({ process, component, for: length }, context) {
    const { processes } = context;
    const servers = processes.list.filter((one) => SERVERS.has(one.component));
    checkProcess(
      'ServerCertificateExpired',
      'server',
      process,
      servers.map(({ name }) => name),
    );
    return {
      fire() {
        const hit = servers.filter((one) =>
          process === undefined ? one.component === component : one.name === process,
        );
        const ends: (() => void)[] = [];
        context.strike(
          {
            what: `expired certificate: ${hit.length === 0 ? 'no server' : hit.map(({ name }) => name).join(', ')}`,
            begin() {
              for (const { name } of hit) ends.push(processes.expire(name));
            },
            end() {
              for (const end of ends) end();
            },
          },
          length === undefined ? undefined : context.draw(length),
        );
      },
    };
  },
});
