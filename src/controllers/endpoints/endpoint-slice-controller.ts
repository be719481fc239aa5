// The EndpointSlice controller: keeps the endpoints of each Service equal to the pods that it selects.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { EndpointsBody } from '../../api/requests/endpoints.ts';
import { Refused } from '../../api/refused.ts';
import { sleep } from '../../engine/script.ts';
import type { Endpoints } from '../../model/endpoints.ts';
import { compileLabelMap } from '../../model/parse/label-selector.ts';
import { type ServicePort, servicePorts } from '../../model/service-ports.ts';
import { ClassSelections } from '../kit/class-selections.ts';
import { controller, type Work } from '../kit/controller.ts';
import { RetryDelays } from '../kit/retry-delays.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { endpointFlags } from './endpoint-conditions.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow, RowColumn } from '../../model/rows.ts';

/** This controller's own back-off: from 1 s on. */
const FIRST_RETRY_US = 1e6;
const LONGEST_RETRY_US = 1000e6;
const MOST_RETRIES = 15;

/** All slices of a Service are one write: how many there would be is not modelled. */
export const endpointSlice = controller({
  name: 'endpoint-slice-controller',
  queue: 'endpoint-slice',
  workers: 'endpointSlice',
  retries: () => new RetryDelays(FIRST_RETRY_US, LONGEST_RETRY_US, { mostRetries: MOST_RETRIES }),
  create: (work) => new EndpointSyncs(work),
  watches({ api, views, queue }, syncs) {
    views.services.subscribe((row) => {
      const { metadata, spec: { selector = {}, type } = {} } = views.services.get(row) ?? {};
      // One without a selector (etcd does not store an empty one) has its endpoints from elsewhere.
      const selects = Object.keys(selector).length > 0 && type !== 'ExternalName';
      syncs.members.set(row, metadata?.namespace ?? 'default', selects ? compileLabelMap(selector) : undefined);
      queue.add(row);
    });
    views.pods.view.subscribe((pod) => {
      if (!syncs.changes(pod)) return;
      for (const service of syncs.members.selecting(api.registry.pods.podClass[pod])) queue.add(service);
    });
  },
});

class EndpointSyncs {
  /** Which pods each Service selects. */
  readonly members: ClassSelections;
  readonly #work: Work;
  /** By Service: its ports as written, and as a list that stays the same as long as they do. */
  readonly #ports = new Map<ObjectRow, { readonly written: string; readonly list: readonly ServicePort[] }>();
  /** By Service: what was written last. */
  readonly #written = new Map<ObjectRow, Endpoints>();
  /** By pod, while two versions are compared: its index in the old one plus one; all 0 in between. */
  #oldIndex = new Int32Array(0);
  /** By pod: its endpoint's flags plus two, as last seen; 0 for a pod that was never seen. */
  #seen = new Int8Array(0);

  constructor(work: Work) {
    this.#work = work;
    this.members = new ClassSelections(work.api.registry.classes);
  }

  /** Whether the change of a pod may change an endpoint. */
  changes(pod: PodRow): boolean {
    const { view } = this.#work.views.pods;
    if (pod >= this.#seen.length) {
      const wider = new Int8Array(view.alive.length);
      wider.set(this.#seen);
      this.#seen = wider;
      this.#oldIndex = new Int32Array(view.alive.length);
    }
    const flags = view.alive[pod] === 1 ? endpointFlags(view.state[pod], false) : -1;
    const changes = this.#seen[pod] !== flags + 2;
    this.#seen[pod] = flags + 2;
    return changes;
  }

  *sync(service: ObjectRow): Steps {
    const object = this.#work.views.services.get(service);
    if (object === undefined || !this.members.has(service)) {
      this.#written.delete(service);
      this.#ports.delete(service);
      return;
    }
    const wanted = this.#wanted(service, object.spec ?? {});
    // What it writes is what it saw before it compared all endpoints.
    if (wanted.pods.length > 0) yield* sleep(wanted.pods.length * this.#work.settings.endpointWorkUs);
    const before = this.#written.get(service);
    // Slices of other ports are other slices. The first sync writes even an empty one.
    const samePorts = before?.ports === wanted.ports;
    const changed = before !== undefined && samePorts ? this.#differences(before, wanted) : wanted.pods.length;
    if (samePorts && changed === 0) return;
    const body: EndpointsBody = { ...wanted, changed };
    const result = yield* this.#work.client.updateEndpoints(service, body).wait();
    if (result === Refused.NotFound) return;
    if (result < 0) throw new SyncFailed(`the endpoints were refused (${result})`);
    this.#written.set(service, wanted);
  }

  #wanted(service: ObjectRow, spec: ServiceSpec): Endpoints {
    const { nodes } = this.#work.views;
    const { byClass, view } = this.#work.views.pods;
    const publishNotReady = spec.publishNotReadyAddresses === true;
    const pods: PodRow[] = [];
    const classes: ClassRow[] = [];
    const flags: number[] = [];
    for (const podClass of this.members.classesOf(service)) {
      for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
        const bits = endpointFlags(view.state[pod], publishNotReady);
        if (bits < 0) continue;
        // On a node that is gone.
        if (!publishNotReady && nodes.alive[view.node[pod]] !== 1) continue;
        pods.push(pod);
        classes.push(podClass);
        flags.push(bits);
      }
    }
    return {
      pods: Int32Array.from(pods) as RowColumn<PodRow>,
      epochs: Int32Array.from(pods, (pod) => view.epoch[pod]),
      nodes: Int32Array.from(pods, (pod) => view.node[pod]) as RowColumn<NodeRow>,
      classes: Int32Array.from(classes) as RowColumn<ClassRow>,
      flags: Uint8Array.from(flags),
      ports: this.#portsOf(service, spec),
    };
  }

  #portsOf(service: ObjectRow, spec: ServiceSpec): readonly ServicePort[] {
    const written = JSON.stringify(spec.ports);
    const known = this.#ports.get(service);
    if (known?.written === written) return known.list;
    const list = servicePorts(spec, this.#work.api.registry.classes);
    this.#ports.set(service, { written, list });
    return list;
  }

  /** Endpoints that are in one version only, or in another condition. */
  #differences(before: Endpoints, wanted: Endpoints): number {
    const index = this.#oldIndex;
    for (let i = 0; i < before.pods.length; i += 1) index[before.pods[i]] = i + 1;
    let same = 0;
    let changed = 0;
    for (let i = 0; i < wanted.pods.length; i += 1) {
      const old = index[wanted.pods[i]] - 1;
      if (old < 0 || before.epochs[old] !== wanted.epochs[i]) {
        changed += 1;
      } else {
        same += 1;
        if (before.flags[old] !== wanted.flags[i]) changed += 1;
      }
    }
    for (let i = 0; i < before.pods.length; i += 1) index[before.pods[i]] = 0;
    return changed + before.pods.length - same;
  }
}
