// The EndpointSlice controller: keeps the slices of each Service equal to the pods that it selects.
import { Refused } from '../../api/refused.ts';
import { sleep } from '../../engine/script.ts';
import type { EndpointSlice } from '../../model/endpoints.ts';
import { compileLabelMap } from '../../model/parse/label-selector.ts';
import { ClassSelections } from '../kit/class-selections.ts';
import { controller, type Work } from '../kit/controller.ts';
import { RetryDelays } from '../kit/retry-delays.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { endpointFlags } from './endpoint-conditions.ts';
import { type SliceWrite, sliceWrites } from './slice-changes.ts';
import { planSlices } from './slice-plan.ts';
import { Topology } from './topology.ts';
import { PortsOfClasses, type Wanted, wantedEndpoints } from './wanted-endpoints.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** This controller's own back-off: from 1 s on. */
const FIRST_RETRY_US = 1e6;
const LONGEST_RETRY_US = 1000e6;
const MOST_RETRIES = 15;

export const endpointSlice = controller({
  name: 'endpoint-slice-controller',
  queue: 'endpoint-slice',
  workers: 'endpointSlice',
  retries: () => new RetryDelays(FIRST_RETRY_US, LONGEST_RETRY_US, { mostRetries: MOST_RETRIES }),
  create: (work) => new EndpointSyncs(work),
  watches({ views, queue }, syncs) {
    views.services.subscribe((row) => {
      const { metadata, spec: { selector = {}, type } = {} } = views.services.get(row) ?? {};
      // One without a selector (etcd does not store an empty one) has its endpoints from elsewhere.
      const selects = Object.keys(selector).length > 0 && type !== 'ExternalName';
      syncs.members.set(row, metadata?.namespace ?? 'default', selects ? compileLabelMap(selector) : undefined);
      queue.add(row);
    });
    const { view } = views.pods;
    view.subscribe((pod) => {
      const { members } = syncs;
      const changes = syncs.changes(pod);
      if (view.formerClass >= 0) {
        // Its labels changed: at least those hear of it that have one endpoint more or less.
        const [before, after] = [members.selecting(view.formerClass), members.selecting(view.podClass[pod])];
        for (const service of [...before, ...after])
          if (changes || !before.includes(service) || !after.includes(service)) queue.add(service);
      } else if (changes) for (const service of members.selecting(view.podClass[pod])) queue.add(service);
    });
    views.nodes.subscribe((node) => {
      for (const service of syncs.topology.overloadedAfter(node)) queue.add(service);
    });
  },
});

class EndpointSyncs {
  /** Which pods each Service selects. */
  readonly members: ClassSelections;
  readonly topology: Topology;
  readonly #work: Work;
  readonly #ports = new Map<ObjectRow, PortsOfClasses>();
  /** By Service: its slices, as written last. */
  readonly #slices = new Map<ObjectRow, readonly EndpointSlice[]>();
  /** By pod: scratch of a plan; all 0 in between. */
  #index = new Int32Array(0);
  /** By pod: its endpoint's flags plus two, as last seen; 0 for a pod that was never seen. */
  #seen = new Int8Array(0);

  constructor(work: Work) {
    this.#work = work;
    this.members = new ClassSelections(work.api.registry.classes);
    this.topology = new Topology(work);
  }

  /** Whether the change of a pod may change an endpoint. */
  changes(pod: PodRow): boolean {
    const { view } = this.#work.views.pods;
    if (pod >= this.#seen.length) {
      const wider = new Int8Array(view.alive.length);
      wider.set(this.#seen);
      this.#seen = wider;
      this.#index = new Int32Array(view.alive.length);
    }
    const flags = view.alive[pod] === 1 ? endpointFlags(view.state[pod], false) : -1;
    const changes = this.#seen[pod] !== flags + 2;
    this.#seen[pod] = flags + 2;
    return changes;
  }

  *sync(service: ObjectRow): Steps {
    const { views, settings } = this.#work;
    const object = views.services.get(service);
    if (object === undefined || !this.members.has(service)) {
      this.#slices.delete(service);
      this.#ports.delete(service);
      this.topology.forget(service);
      return;
    }
    const spec = object.spec ?? {};
    const wanted = wantedEndpoints(views, this.members.classesOf(service), this.#portsOf(service, object), spec);
    // What it writes is what it saw before it compared all endpoints.
    const { length } = wanted.pods;
    if (length > 0) yield* sleep(length * settings.endpointWorkUs);
    const changes = planSlices(this.#slicesOf(service), wanted, this.#index);
    this.topology.hint(service, changes);
    for (const write of sliceWrites(changes)) if (!(yield* this.#write(service, write))) return;
    if (wanted.lost.length > 0) this.#tryAgain(service, object, wanted);
  }

  /** Those of a Service that it has not written to yet are those of the list with which it began: of a manager before it, if there are any. */
  #slicesOf(service: ObjectRow): readonly EndpointSlice[] {
    return this.#slices.get(service) ?? this.#work.client.answeredSlices(service);
  }

  /** False when the Service is gone. */
  *#write(service: ObjectRow, write: SliceWrite): Steps<boolean> {
    const before = this.#slicesOf(service);
    const id = 'removed' in write ? write.removed : write.slice.id;
    const old = before.find((slice) => slice.id === id);
    const changed = 'removed' in write ? (old?.pods.length ?? 0) : this.#differences(old, write.slice);
    const result = yield* this.#work.client.writeEndpointSlice(service, { ...write, changed }).wait();
    if (result === Refused.NotFound) return false;
    if (result < 0) throw new SyncFailed(`an EndpointSlice was refused (${result})`);
    const others = before.filter((slice) => slice.id !== result);
    if ('removed' in write) this.#slices.set(service, others);
    else {
      const slice = { ...write.slice, id: result };
      this.#slices.set(service, old === undefined ? [...before, slice] : before.with(before.indexOf(old), slice));
    }
    return true;
  }

  #tryAgain(service: ObjectRow, { metadata }: ServiceObject, { lost }: Wanted): never {
    const { registry } = this.#work.api;
    const name = `${metadata.namespace ?? 'default'}/${metadata.name}`;
    const why = lost.map(
      ({ pod, node }) =>
        `skipping Pod ${registry.podName(pod)} for Service ${name}: Node ${registry.nodeName(node)} Not Found`,
    );
    const message = `Error updating Endpoint Slices for Service ${name}: ${why.length === 1 ? why[0] : `[${why.join(', ')}]`}`;
    this.#work.client.objectEvent('Warning', 'FailedToUpdateEndpointSlices', message, service);
    throw new SyncFailed(message);
  }

  #portsOf(service: ObjectRow, { spec = {} }: ServiceObject): PortsOfClasses {
    const known = this.#ports.get(service);
    if (known?.fit(spec) === true) return known;
    const made = new PortsOfClasses(spec, this.#work.api.registry.classes, known);
    this.#ports.set(service, made);
    return made;
  }

  /** Endpoints that are in one version of a slice only, or in another condition; all of one with other ports. */
  #differences(before: EndpointSlice | undefined, { pods, epochs, flags, ports }: EndpointSlice): number {
    if (before?.ports !== ports) return pods.length;
    const index = this.#index;
    for (let i = 0; i < before.pods.length; i += 1) index[before.pods[i]] = i + 1;
    let same = 0;
    let changed = 0;
    for (let i = 0; i < pods.length; i += 1) {
      const old = index[pods[i]] - 1;
      if (old < 0 || before.epochs[old] !== epochs[i]) {
        changed += 1;
      } else {
        same += 1;
        if (before.flags[old] !== flags[i]) changed += 1;
      }
    }
    for (let i = 0; i < before.pods.length; i += 1) index[before.pods[i]] = 0;
    return changed + before.pods.length - same;
  }
}
