// v1 Endpoints of Services, as their older controller makes them of the same pods: here from the EndpointSlices, which have all of it.
import type { Endpoint, EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { endpointSliceObject } from '../../model/complete-objects/endpoint-slice-object.ts';
import { uuid } from '../../model/names.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { ApiServer } from '../server.ts';
import type { KeptRows } from './rows-beside-stored.ts';

/** Apart from the UIDs of pods, objects, slices, leases and audits. */
const ENDPOINTS = -4_000_000;

/** By rows of Services. */
export class ServiceEndpoints implements KeptRows {
  readonly whose = 'the Endpoints of a Service are kept by its controller';
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  find(namespace: string | undefined, name: string): number {
    const service = this.#api.state.objects.find('Service', namespace, name);
    return service >= 0 && this.#slicesOf(service).length > 0 ? service : -1;
  }

  *all(): Generator<ObjectRow, void, undefined> {
    for (const service of this.#api.state.objects.ofKind('Service')) {
      if (this.#slicesOf(service).length > 0) yield service;
    }
  }

  get(row: number): KubeObject | undefined {
    const { state } = this.#api;
    const service = row as ObjectRow;
    const slices = this.#slicesOf(service);
    if (state.objects.get(service) === undefined || slices.length === 0) return undefined;
    const [{ metadata }] = slices;
    const newest = Math.max(...slices.map((slice) => Number(slice.metadata?.resourceVersion ?? 0)));
    const { namespace, name } = { namespace: state.objects.namespace[service], name: state.objects.name[service] };
    const subsets = slices.flatMap(subsetsOf);
    return {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name,
        namespace,
        uid: uuid(ENDPOINTS, service, 0),
        resourceVersion: String(newest),
        ...(metadata?.creationTimestamp === undefined ? {} : { creationTimestamp: metadata.creationTimestamp }),
        labels: {
          ...state.objects.get(service)?.metadata.labels,
          'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
        },
      },
      ...(subsets.length === 0 ? {} : { subsets }),
    };
  }

  watch(changed: (row: number, what: number) => void): void {
    const { endpoints } = this.#api.state;
    this.#api.sliceCommits.push((id, what) => changed(endpoints.slices[id].service, what));
  }

  #slicesOf(service: ObjectRow): EndpointSlice[] {
    const { endpoints } = this.#api.state;
    const found: EndpointSlice[] = [];
    for (const [id, slice] of endpoints.slices.entries()) {
      const object = slice.service === service ? endpointSliceObject(this.#api.state, id) : undefined;
      if (object !== undefined) found.push(object);
    }
    return found;
  }
}

/** Those that are ready, and those that are not; without ports there are addresses only. */
function subsetsOf({ endpoints, ports }: EndpointSlice): object[] {
  const addresses = endpoints.filter(({ conditions }) => conditions?.ready !== false).map(addressOf);
  const notReadyAddresses = endpoints.filter(({ conditions }) => conditions?.ready === false).map(addressOf);
  if (addresses.length + notReadyAddresses.length === 0) return [];
  const named = (ports ?? []).map(({ name, port, protocol = 'TCP' }) => ({
    ...((name ?? '') === '' ? {} : { name }),
    port,
    protocol,
  }));
  return [
    {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
      ...(named.length === 0 ? {} : { ports: named }),
    },
  ];
}

function addressOf({ addresses: [ip], nodeName, targetRef }: Endpoint): object {
  return { ip, ...(nodeName === undefined ? {} : { nodeName }), ...(targetRef === undefined ? {} : { targetRef }) };
}
