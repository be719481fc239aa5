// Proxies of a service mesh: one beside the application in each of its pods, or one for all pods of a node. Times in µs.
import type { CallerConnections } from './connections.ts';
import type { SidecarInjection } from '../objects/admission/sidecar-injection.ts';
import type { FamilyUse } from './family-use.ts';

export const meshPlaces = ['sidecar', 'node'] as const;
export type MeshPlace = (typeof meshPlaces)[number];

export interface MeshSpec {
  readonly place: MeshPlace;
  /** Which pods of its node a `node` proxy takes in: of these namespaces, with these labels; undefined: of all. */
  readonly namespaces: readonly string[] | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a sidecar: whose webhook puts it into pods; undefined: it is in the manifests. */
  readonly inject?: SidecarInjection['by'] | undefined;
  /** Of the calls of each pod to each Service. */
  readonly balancer: FamilyUse;
  /** From proxy to proxy; `tls` only where both ends are in the mesh. */
  readonly connections: CallerConnections;
  /** From one look at changed endpoints to the next one at least, and until they are in effect. */
  readonly syncPeriodUs: number;
  readonly syncUs: number;
}

/** What differs by place, in the notation of the scenario. */
interface PlaceDefaults {
  /** CPU of one passage, of a request or of its answer. */
  readonly work: string;
  readonly balancer: string;
}

/**
 * Istio 1.24, "Performance and Scalability": 1000 requests a second of 1 KB cost a sidecar about 0.20 vCPU and a ztunnel about 0.06, which is half of
 * 200 and of 60 µs for each passage. Envoy chooses the less busy of two endpoints for each request; ztunnel one at random for each connection.
 */
export const placeDefaults: Readonly<Record<MeshPlace, PlaceDefaults>> = {
  sidecar: { work: '100us', balancer: 'EnvoyLeastRequest' },
  node: { work: '30us', balancer: 'Random' },
};
