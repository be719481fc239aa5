// What a kube-proxy makes of Services and hints, against Kubernetes' own trackers and CategorizeEndpoints; the hints of trafficDistribution.
import { describe, test } from 'vitest';
import { addOwnHints, distributes } from '../../src/controllers/endpoints/traffic-distribution.ts';
import { removeHints, type SliceChanges } from '../../src/controllers/endpoints/slice-changes.ts';
import { EndpointBit, type EndpointSlice } from '../../src/model/endpoints.ts';
import type { NodeRow, RowColumn } from '../../src/model/rows.ts';
import { serviceRules } from '../../src/model/service-rules.ts';
import {
  clusterEndpoints,
  hasUsableEndpoints,
  Hint,
  localEndpoints,
  localReady,
} from '../../src/network/endpoints/categories.ts';
import { sliceOf } from '../support/slices.ts';
import { agree, difference, eachRecord, readRecords } from './harness.ts';

interface RecordedEndpoint {
  readonly name: string;
  readonly node?: string;
  readonly zone?: string;
  /** Of a condition that is absent Kubernetes thinks the best. */
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly zoneHints?: readonly string[];
  readonly nodeHints?: readonly string[];
}

interface ProxyRecord {
  readonly in: {
    readonly type: string;
    readonly internalTrafficPolicy: string;
    readonly externalTrafficPolicy: string;
    readonly sessionAffinity: string;
    readonly sessionAffinityTimeout: number | null;
    readonly node: string;
    readonly nodeZone: string;
    readonly endpoints: readonly RecordedEndpoint[] | null;
  };
  readonly out: {
    readonly cluster: readonly string[] | null;
    readonly local: readonly string[] | null;
    readonly allReachable: readonly string[] | null;
    readonly hasAnyEndpoints: boolean;
    readonly localReadyForHealthCheck: number;
    readonly externallyAccessible: boolean;
    readonly usesClusterEndpoints: boolean;
    readonly usesLocalEndpoints: boolean;
    readonly sessionAffinity: string;
    readonly stickyMaxAgeSeconds: number;
  };
}

function rulesOf(service: ProxyRecord['in']) {
  const { type, internalTrafficPolicy, externalTrafficPolicy, sessionAffinity, sessionAffinityTimeout } = service;
  const nodePort = type === 'ClusterIP' ? {} : { nodePort: 30_080 };
  return serviceRules({
    type,
    internalTrafficPolicy,
    ports: [{ port: 80, ...nodePort }],
    ...(externalTrafficPolicy === '' ? {} : { externalTrafficPolicy }),
    ...(sessionAffinity === '' ? {} : { sessionAffinity }),
    ...(sessionAffinityTimeout === null
      ? {}
      : { sessionAffinityConfig: { clientIP: { timeoutSeconds: sessionAffinityTimeout } } }),
  });
}

function seenBy({ endpoints, node, nodeZone }: ProxyRecord['in']) {
  const all = endpoints ?? [];
  const hint = (hints: readonly string[] = [], here: string): Hint =>
    hints.length === 0 ? Hint.None : hints.includes(here) ? Hint.Here : Hint.Elsewhere;
  return {
    count: all.length,
    flags: (i: number) => flagsOf(all[i]),
    isLocal: (i: number) => all[i].node === node,
    nodeHint: (i: number) => hint(all[i].nodeHints, node),
    zoneHint: (i: number) => hint(all[i].zoneHints, nodeZone),
  };
}

function flagsOf({ ready = true, serving = true, terminating = false }: RecordedEndpoint): number {
  return (
    (ready ? EndpointBit.Ready : 0) | (serving ? EndpointBit.Serving : 0) | (terminating ? EndpointBit.Terminating : 0)
  );
}

function proxied(record: ProxyRecord) {
  const rules = rulesOf(record.in);
  const seen = seenBy(record.in);
  const names = (members: readonly number[]): string[] =>
    members.map((i) => record.in.endpoints?.[i].name ?? '').sort();
  const cluster = rules.usesCluster ? clusterEndpoints(seen) : [];
  const local = rules.usesLocal ? localEndpoints(seen) : [];
  return {
    cluster: names(cluster),
    local: names(local),
    allReachable: names([...new Set([...cluster, ...local])]),
    hasAnyEndpoints: hasUsableEndpoints(seen),
    localReadyForHealthCheck: localReady(seen),
    externallyAccessible: rules.externallyAccessible,
    usesClusterEndpoints: rules.usesCluster,
    usesLocalEndpoints: rules.usesLocal,
    sessionAffinity: rules.affinityUs > 0 ? 'ClientIP' : '',
    stickyMaxAgeSeconds: rules.affinityUs / 1e6,
  };
}

interface HintedSlice {
  readonly slice: string;
  readonly endpoints: readonly RecordedEndpoint[] | null;
}

interface Lists {
  readonly create?: readonly HintedSlice[] | null;
  readonly update?: readonly HintedSlice[] | null;
  readonly unchanged?: readonly HintedSlice[] | null;
}

interface DistributionRecord {
  readonly in: Lists & { readonly trafficDistribution: string };
  readonly out: Lists;
}

class Places {
  readonly #names: string[] = [];
  readonly #zones: number[] = [];

  readonly zoneOf = (node: NodeRow): number => this.#zones[node] ?? -1;

  row(name: string | undefined): number {
    if (name === undefined) return -1;
    if (!this.#names.includes(name)) this.#names.push(name);
    return this.#names.indexOf(name);
  }

  place({ node, zone }: RecordedEndpoint): number {
    const row = this.row(node);
    if (row >= 0) this.#zones[row] = this.row(zone);
    return row;
  }

  names(row: number): string[] {
    return row < 0 ? [] : [this.#names[row]];
  }
}

/**
 * `hints: {}` is recorded like no hints at all, and counts as hints where there should be none. Only what became of a slice tells: one
 * that was moved though it shows no hint had such ones.
 */
function hasEmptyHints(slice: string, { out, in: { trafficDistribution, unchanged } }: DistributionRecord): boolean {
  const was = unchanged?.some((one) => one.slice === slice) ?? false;
  return !distributes(trafficDistribution) && was && (out.update?.some((one) => one.slice === slice) ?? false);
}

function distributed(record: DistributionRecord): unknown {
  const { trafficDistribution, ...lists } = record.in;
  const places = new Places();
  const named: HintedSlice[] = [];
  const read = (slices: readonly HintedSlice[] | null = []): EndpointSlice[] =>
    (slices ?? []).map((slice) => {
      const endpoints = slice.endpoints ?? [];
      const rows = (hints: (one: RecordedEndpoint) => readonly string[] | undefined): number[] =>
        endpoints.map((one) => places.row(hints(one)?.[0]));
      return {
        ...sliceOf({
          id: named.push(slice) - 1,
          pods: [...endpoints.keys()],
          nodes: endpoints.map((one) => places.place(one)),
          // To those who write hints, a condition that is absent is not there.
          flags: endpoints.map(({ ready }) => (ready === true ? EndpointBit.Ready : 0)),
        }),
        zoneHints: hintsOrNone(
          rows(({ zoneHints }) => zoneHints),
          hasEmptyHints(slice.slice, record),
        ),
        nodeHints: hintsOrNone(rows(({ nodeHints }) => nodeHints)) as RowColumn<NodeRow> | undefined,
      };
    });
  const changes: SliceChanges = {
    create: read(lists.create),
    update: read(lists.update),
    unchanged: read(lists.unchanged),
    remove: [],
  };
  if (distributes(trafficDistribution)) addOwnHints(changes, trafficDistribution, places.zoneOf);
  else removeHints(changes);
  const { create, update, unchanged } = changes;
  const written = (slices: readonly EndpointSlice[]): unknown =>
    normal(
      slices.map(({ id, zoneHints, nodeHints }) => ({
        slice: named[id].slice,
        endpoints: (named[id].endpoints ?? []).map(({ name }, i) => ({
          name,
          zoneHints: places.names(zoneHints?.[i] ?? -1),
          nodeHints: places.names(nodeHints?.[i] ?? -1),
        })),
      })),
    );
  return { create: written(create), update: written(update), unchanged: written(unchanged) };
}

function hintsOrNone(rows: readonly number[], empty = false): Int32Array | undefined {
  return empty || rows.some((row) => row >= 0) ? Int32Array.from(rows) : undefined;
}

/** Slices by name, absent lists empty. */
function normal(slices: readonly HintedSlice[] | null = []): unknown {
  return (slices ?? [])
    .map(({ slice, endpoints }) => ({
      slice,
      endpoints: (endpoints ?? []).map(({ name, zoneHints = [], nodeHints = [] }) => ({ name, zoneHints, nodeHints })),
    }))
    .sort((a, b) => (a.slice < b.slice ? -1 : 1));
}

describe('connections go where kube-proxy sends them', () => {
  test('endpoints of each policy', () => {
    agree('proxy/endpoints', eachRecord<ProxyRecord>('proxy/endpoints.jsonl.gz'), (record) => {
      const { cluster, local, allReachable, ...rest } = record.out;
      // Null is a list that is not used, or that nothing was put into.
      const lists = { cluster: cluster ?? [], local: local ?? [], allReachable: allReachable ?? [] };
      return difference({ ...rest, ...lists }, proxied(record));
    });
  });

  test('hints of trafficDistribution', () => {
    const records = readRecords<DistributionRecord>('proxy/traffic_distribution.jsonl.gz');
    agree('proxy/traffic_distribution', records, (record) => {
      const { create, update, unchanged } = record.out;
      const expected = { create: normal(create), update: normal(update), unchanged: normal(unchanged) };
      return difference(expected, distributed(record));
    });
  });
});
