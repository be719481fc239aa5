// What Kubernetes' EndpointSlice controller makes of pods: conditions of endpoints, how they are packed into slices, topology hints.
import { describe, expect, test } from 'vitest';
import { endpointFlags } from '../../src/controllers/endpoints/endpoint-conditions.ts';
import { type SliceChanges, sliceWrites } from '../../src/controllers/endpoints/slice-changes.ts';
import { planSlices, type WantedEndpoints } from '../../src/controllers/endpoints/slice-plan.ts';
import { addZoneHints } from '../../src/controllers/endpoints/topology-hints.ts';
import { zoneShares } from '../../src/controllers/endpoints/zone-shares.ts';
import { EndpointBit, type EndpointSlice } from '../../src/model/endpoints.ts';
import { cpuMilli } from '../../src/model/parse/quantity.ts';
import { PodBit, podPhaseNames } from '../../src/model/pods.ts';
import type { NodeRow } from '../../src/model/rows.ts';
import { sliceOf } from '../support/slices.ts';
import { agree, difference, eachRecord, readRecords } from './harness.ts';

interface ConditionRecord {
  readonly phase: (typeof podPhaseNames)[number];
  readonly hasIP: boolean;
  readonly deleting: boolean;
  readonly ready: string;
  readonly publishNotReadyAddresses: boolean;
  readonly included: boolean;
  readonly endpoint?: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
}

function stateOf(record: ConditionRecord): number {
  return (
    podPhaseNames.indexOf(record.phase) |
    (record.hasIP ? PodBit.HasIp : 0) |
    (record.deleting ? PodBit.Deleting : 0) |
    (record.ready === 'True' ? PodBit.Ready : 0)
  );
}

interface PackingRecord {
  readonly existingSizes: readonly number[];
  readonly removedPerSlice: readonly number[];
  readonly addedPods: number;
  readonly existingAfter: Readonly<Record<string, number>>;
  readonly createdSizes: readonly number[];
  readonly apiCalls: Readonly<Record<string, number>>;
  /** The fake client gives all new slices the same empty name, so that a second one exists already and the sync ends there. */
  readonly error?: string;
}

const READY = EndpointBit.Ready | EndpointBit.Serving;

/** Pods are numbered through the slices; slice i is called s-i. */
function pack({ existingSizes, removedPerSlice, addedPods }: PackingRecord) {
  const existing: EndpointSlice[] = [];
  const wanted: WantedEndpoints = { pods: [], epochs: [], nodes: [], classes: [], flags: [], ports: [] };
  let pods = 0;
  const want = (pod: number): void => {
    wanted.pods.push(pod as (typeof wanted.pods)[number]);
    wanted.epochs.push(1);
    wanted.nodes.push(0 as NodeRow);
    wanted.classes.push(0 as (typeof wanted.classes)[number]);
    wanted.flags.push(READY);
    wanted.ports.push(PORTS);
  };
  for (const [id, size] of existingSizes.entries()) {
    existing.push({ ...sliceOf({ id, pods: Array.from({ length: size }, (_, i) => pods + i) }), ports: PORTS });
    for (let i = removedPerSlice[id]; i < size; i += 1) want(pods + i);
    pods += size;
  }
  // The generator's Services without pods have the slice that says so only when one is made.
  for (let i = 0; i < addedPods; i += 1) want(pods + i);
  const after = new Map(existing.map(({ id, pods: members }) => [`s-${id}`, members.length]));
  const createdSizes: number[] = [];
  const apiCalls: Record<string, number> = {};
  const call = (verb: string): void => void (apiCalls[verb] = (apiCalls[verb] ?? 0) + 1);
  for (const write of sliceWrites(planSlices(existing, wanted, new Int32Array(pods + addedPods)))) {
    if ('removed' in write) {
      call('delete');
      after.delete(`s-${write.removed}`);
    } else if (write.slice.id < 0) {
      call('create');
      createdSizes.push(write.slice.pods.length);
      if (createdSizes.length === 2) break;
    } else {
      call('update');
      after.set(`s-${write.slice.id}`, write.slice.pods.length);
    }
  }
  return { existingAfter: Object.fromEntries(after), createdSizes: createdSizes.sort((a, b) => a - b), apiCalls };
}

const PORTS = [{ name: '', number: 80 }];

interface HintsRecord {
  readonly nodes: readonly {
    readonly zone: string;
    readonly cpu: string;
    readonly ready: string;
    readonly controlPlane?: boolean;
  }[];
  readonly readyEndpointsPerZone: Readonly<Record<string, number>>;
  readonly notReadyEndpoints: number;
  readonly hintsAdded: boolean;
  readonly hintsPerZone: Readonly<Record<string, number>>;
  readonly moved: Readonly<Record<string, number>>;
  readonly events: readonly string[];
}

/** Node i of the endpoints is in the zone of endpoint i. */
function hint({ nodes, readyEndpointsPerZone, notReadyEndpoints }: HintsRecord) {
  const zones: string[] = [];
  const zone = (name: string): number => {
    if (name === '') return -1;
    if (!zones.includes(name)) zones.push(name);
    return zones.indexOf(name);
  };
  const shares = zoneShares(
    nodes.map((node) => ({
      zone: zone(node.zone),
      cpuMilli: cpuMilli(node.cpu),
      ready: node.ready === 'True',
      controlPlane: node.controlPlane === true,
    })),
  );
  const own = Object.entries(readyEndpointsPerZone).flatMap(([name, count]) => Array<number>(count).fill(zone(name)));
  const pods = Array.from({ length: own.length + notReadyEndpoints }, (_, pod) => pod);
  const slice = sliceOf({ id: -1, pods, nodes: pods, flags: pods.map((pod) => (pod < own.length ? READY : 0)) });
  const changes: SliceChanges = { create: [{ ...slice }], update: [], unchanged: [], remove: [] };
  const given = addZoneHints(changes, shares, (node) => own[node] ?? 0);
  const hintsPerZone: Record<string, number> = {};
  const moved: Record<string, number> = {};
  for (const [pod, to] of (changes.create[0].zoneHints ?? []).entries()) {
    if (to < 0) continue;
    hintsPerZone[zones[to]] = (hintsPerZone[zones[to]] ?? 0) + 1;
    const move = `${zones[own[pod]]}->${zones[to]}`;
    if (to !== own[pod]) moved[move] = (moved[move] ?? 0) + 1;
  }
  const why = typeof given === 'string' ? given : undefined;
  return { hintsAdded: why === undefined, hintsPerZone, moved, why, given };
}

/**
 * How many endpoints each zone gives and gets. Where several give and several get, which of them is whose partner is the order of a
 * Go map, different in each run; where one gives, or one gets, the numbers say it.
 */
function determined(moved: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [pair, count] of Object.entries(moved)) {
    const [from, to] = pair.split('->');
    sums[`from ${from}`] = (sums[`from ${from}`] ?? 0) + count;
    sums[`to ${to}`] = (sums[`to ${to}`] ?? 0) + count;
  }
  return sums;
}

function sorted(counts: Iterable<number>): number[] {
  return [...counts].sort((a, b) => a - b);
}

describe('endpoints are what Kubernetes makes of pods', () => {
  test('conditions', () => {
    agree('endpointslice/conditions', eachRecord<ConditionRecord>('endpointslice/conditions.jsonl.gz'), (record) => {
      const flags = endpointFlags(stateOf(record), record.publishNotReadyAddresses);
      const endpoint = {
        ready: (flags & EndpointBit.Ready) !== 0,
        serving: (flags & EndpointBit.Serving) !== 0,
        terminating: (flags & EndpointBit.Terminating) !== 0,
      };
      const { included } = record;
      return difference(
        { included, ...(record.endpoint === undefined ? {} : { endpoint: record.endpoint }) },
        { included: flags >= 0, ...(flags >= 0 ? { endpoint } : {}) },
      );
    });
  });

  test('packing', () => {
    agree('endpointslice/packing', eachRecord<PackingRecord>('endpointslice/packing.jsonl.gz'), (record) => {
      const { existingAfter, createdSizes, apiCalls } = record;
      return difference({ existingAfter, createdSizes, apiCalls }, pack(record));
    });
  });

  test('topology hints', () => {
    const records = readRecords<HintsRecord>('endpointslice/topology_hints.jsonl.gz');
    agree('endpointslice/topology_hints', records, (record) => {
      const { hintsAdded, hintsPerZone, moved, events } = record;
      const { why, given, ...rest } = hint(record);
      const event =
        why === undefined
          ? 'TopologyAwareHintsEnabled: Topology Aware Hints has been enabled'
          : `TopologyAwareHintsDisabled: ${why}`;
      if (typeof given !== 'string') expect(sorted(Object.values(hintsPerZone))).toEqual(sorted(given.values()));
      const ours = { ...rest, moved: determined(rest.moved), events: [`${event}, addressType: IPv4`] };
      return difference({ hintsAdded, hintsPerZone, moved: determined(moved), events }, ours);
    });
  });
});
