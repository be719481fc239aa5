// The EndpointSlices of Services, which their controller keeps as columns.
import type { EndpointSlice as Written } from 'kubernetes-types/discovery/v1.js';
import type { KubeObject } from '../../model/object-store.ts';
import { endpointSliceObject, sliceName } from '../../model/complete-objects/endpoint-slice-object.ts';
import type { ApiServer } from '../server.ts';
import type { KeptRows } from './rows-beside-stored.ts';

/** By ids in the table of endpoints. */
export class ServiceSlices implements KeptRows {
  readonly whose = 'the EndpointSlice controller keeps the slices of a Service';
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  find(namespace: string | undefined, name: string): number {
    const { state } = this.#api;
    for (const id of this.all()) {
      const { service } = state.endpoints.slices[id];
      if (state.objects.namespace[service] === namespace && sliceName(state, id) === name) return id;
    }
    return -1;
  }

  /** A Service takes its slices along. */
  *all(): Generator<number, void, undefined> {
    const { endpoints, objects } = this.#api.state;
    for (const [id, { service, content }] of endpoints.slices.entries()) {
      if (content !== undefined && objects.get(service) !== undefined) yield id;
    }
  }

  get(id: number): KubeObject | undefined {
    const object: Written | undefined = endpointSliceObject(this.#api.state, id);
    return object as KubeObject | undefined;
  }

  watch(changed: (row: number, what: number) => void): void {
    this.#api.sliceCommits.push(changed);
  }
}
