// What the EndpointSlice controller keeps of zones: their shares of the CPU, and which Services have hints for them (TopologyCache).
import { NodeReady } from '../../model/nodes.ts';
import type { NodeRow, ObjectRow } from '../../model/rows.ts';
import { ZONE_LABEL } from '../../model/state.ts';
import type { Work } from '../kit/controller.ts';
import { removeHints, type SliceChanges } from './slice-changes.ts';
import { addZoneHints } from './topology-hints.ts';
import { addOwnHints, distributes } from './traffic-distribution.ts';
import { overloaded, zoneShares } from './zone-shares.ts';

const MODE = 'service.kubernetes.io/topology-mode';
const DEPRECATED_MODE = 'service.kubernetes.io/topology-aware-hints';
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

export class Topology {
  readonly #work: Work;
  /** By Service with hints for zones: how many endpoints each zone has. */
  readonly #hinted = new Map<ObjectRow, ReadonlyMap<number, number>>();
  /** By node: Ready and zone, as last seen. */
  readonly #seen = new Map<NodeRow, string>();
  #shares: ReadonlyMap<number, number> | undefined;
  #known = false;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Gives the slices the hints that the Service asks for. */
  hint(service: ObjectRow, changes: SliceChanges): void {
    const object = this.#work.views.services.get(service);
    const annotations = object?.metadata.annotations ?? {};
    const mode = annotations[DEPRECATED_MODE] ?? annotations[MODE];
    if (mode === 'Auto' || mode === 'auto') {
      this.#hintZones(service, changes);
      return;
    }
    if (this.#hinted.delete(service)) this.#event(service, 'Warning', 'Topology Aware Hints has been disabled');
    const { trafficDistribution } = object?.spec ?? {};
    if (trafficDistribution !== undefined && distributes(trafficDistribution)) {
      addOwnHints(changes, trafficDistribution, this.#zoneOf);
    } else {
      removeHints(changes);
    }
  }

  forget(service: ObjectRow): void {
    this.#hinted.delete(service);
  }

  /** A node came, went or changed: the Services some zone of which has too few endpoints now. */
  *overloadedAfter(node: NodeRow): Generator<ObjectRow, void, undefined> {
    if (this.#hinted.size === 0) {
      this.#known = false;
      return;
    }
    const { nodes } = this.#work.views;
    const seen = nodes.alive[node] === 0 ? '' : `${nodes.ready[node] === NodeReady.True} ${this.#zoneOf(node)}`;
    if (this.#seen.get(node) === seen) return;
    this.#seen.set(node, seen);
    this.#known = false;
    for (const [service, byZone] of this.#hinted) if (overloaded(byZone, this.#zoneShares())) yield service;
  }

  #hintZones(service: ObjectRow, changes: SliceChanges): void {
    const hints = addZoneHints(changes, this.#zoneShares(), this.#zoneOf);
    if (typeof hints === 'string') {
      this.#hinted.delete(service);
      this.#event(service, 'Warning', hints);
      return;
    }
    if (!this.#hinted.has(service)) this.#event(service, 'Normal', 'Topology Aware Hints has been enabled');
    this.#hinted.set(service, hints);
  }

  #event(service: ObjectRow, type: 'Normal' | 'Warning', message: string): void {
    const reason = type === 'Normal' ? 'TopologyAwareHintsEnabled' : 'TopologyAwareHintsDisabled';
    this.#work.client.objectEvent(type, reason, `${message}, addressType: IPv4`, service);
  }

  #zoneShares(): ReadonlyMap<number, number> | undefined {
    if (!this.#known) this.#shares = zoneShares(this.#zonedNodes());
    this.#known = true;
    return this.#shares;
  }

  *#zonedNodes() {
    const { views, api } = this.#work;
    const { nodes, classes } = api.registry;
    for (let node = 0 as NodeRow; node < views.nodes.alive.length; node = (node + 1) as NodeRow) {
      if (views.nodes.alive[node] !== 1) continue;
      const labels = classes.labelSets.get(views.nodes.labels[node]);
      yield {
        zone: this.#zoneOf(node),
        cpuMilli: nodes.cpuMilli[node],
        ready: views.nodes.ready[node] === NodeReady.True,
        controlPlane: CONTROL_PLANE.some((label) => labels[label] !== undefined),
      };
    }
  }

  /** The node's zone (with the region before it), -1 without the label. */
  readonly #zoneOf = (node: NodeRow): number => {
    const { views, api } = this.#work;
    const labels = api.registry.classes.labelSets.get(views.nodes.labels[node]);
    return (labels[ZONE_LABEL] ?? '') === '' ? -1 : api.registry.nodes.zone[node];
  };
}
