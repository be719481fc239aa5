// Cluster IPs and node ports for the Services of the input: the next free ones, in the order of the input.
import { valueAt } from './document.ts';
import type { ServicePool } from '../model/objects/create/service.ts';

const FIRST_PORT = 30_000;
const LAST_PORT = 32_767;
/** 10.96.0.0/12 is kubeadm's range; its first addresses belong to the API server and the cluster's DNS. */
const FIRST_ADDRESS = 10 * 2 ** 24 + 96 * 2 ** 16 + 16;

/**
 * A pool for the Services among these documents: what one of them asks for is not given to another one. The range of addresses
 * of the user's cluster is not known, so any address may be asked for, but only once.
 */
export function servicePool(documents: readonly unknown[]): ServicePool {
  const reserved = new Set(documents.flatMap(askedFor));
  const addresses = new Set<string>();
  const ports = new Set<number>();
  let nextAddress = FIRST_ADDRESS;
  let nextPort = FIRST_PORT;
  const freeAddress = (): string => {
    while (addresses.has(dotted(nextAddress)) || reserved.has(dotted(nextAddress))) nextAddress += 1;
    return dotted(nextAddress);
  };
  const freePort = (): number => {
    while (ports.has(nextPort) || reserved.has(nextPort)) nextPort += 1;
    return nextPort;
  };
  return {
    takeAddress(wanted) {
      if (wanted !== undefined && addresses.has(wanted)) return { error: 'provided IP is already allocated' };
      const address = wanted ?? freeAddress();
      addresses.add(address);
      return { address };
    },
    takePort(wanted) {
      if (wanted !== undefined && (wanted < FIRST_PORT || wanted > LAST_PORT)) {
        return {
          error: `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${LAST_PORT}`,
        };
      }
      if (wanted !== undefined && ports.has(wanted)) return { error: 'provided port is already allocated' };
      const port = wanted ?? freePort();
      if (port > LAST_PORT) return { error: 'range is full' };
      ports.add(port);
      return { port };
    },
  };
}

function askedFor(document: unknown): unknown[] {
  if (valueAt(document, ['kind']) !== 'Service') return [];
  const ports = valueAt(document, ['spec', 'ports']);
  const nodePorts = Array.isArray(ports) ? ports.map((port: unknown) => valueAt(port, ['nodePort'])) : [];
  return [valueAt(document, ['spec', 'clusterIP']), ...nodePorts];
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
