// `behaviors[].mesh`: the proxies of a service mesh.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration, parseDurationUs } from '../../lib/units.ts';
import type { Behavior } from '../../model/settings/behavior.ts';
import { injectors } from '../../model/objects/admission/sidecar-injection.ts';
import { meshPlaces, type MeshSpec, placeDefaults } from '../../model/settings/mesh.ts';
import { callerConnections } from './connections.ts';
import { familyUse } from './family-use.ts';
import { field, someCount, text } from './field.ts';

const MOST_WORKERS = 1024;

export const mesh = (balancers: FamilySchema) =>
  z.strictObject({
    place: field(
      z.enum(meshPlaces),
      '`sidecar`: a container of the pod whose requests and answers it handles. `node`: a pod on each node, for the other pods there.',
    ),
    inject: field(
      z.enum(injectors),
      'Of a sidecar: the webhook that puts it into pods, by its own labels and annotations of namespaces and pods (`istio-injection`, `sidecar.istio.io/inject`; `linkerd.io/inject`). Without it the manifests have the container.',
    ).optional(),
    work: field(
      distribution,
      'CPU work of one passage: of a request or of its answer, at the proxy of the caller or of the called pod. Default: 100us for a sidecar, 30us for a node proxy (from what Istio 1.24 publishes of Envoy and ztunnel).',
    ).optional(),
    workers: field(someCount.max(MOST_WORKERS), 'Passages that it works on at a time; the others wait.'),
    balancer: field(
      familyUse('balancer', balancers),
      'Which endpoint a request from a pod of the mesh goes to. Default: EnvoyLeastRequest for a sidecar, Random for a node proxy.',
    ).optional(),
    connections: field(
      callerConnections,
      'How proxies keep connections to each endpoint. A `node` proxy opens one for each connection that the application keeps, if the call has `connections`. They are encrypted if the called pod is in the mesh too; handshakes are work for both proxies.',
    ),
    sync: field(
      z.strictObject({
        period: field(duration, 'Shortest time between two updates.'),
        takes: field(duration, 'From an update until new endpoints are in effect.'),
      }),
      'How proxies learn of endpoints.',
    ),
    pods: field(
      z.strictObject({
        namespaces: field(z.array(text).min(1), 'Those of these namespaces. Default: of all.').optional(),
        labels: field(z.record(z.string(), z.string()), 'Those with all of these labels.').default({}),
      }),
      'With `node`: which pods of its node are in the mesh. Default: all but the proxies themselves.',
    ).optional(),
  });

type MeshInput = z.output<ReturnType<typeof mesh>>;

/** What a proxy is, and how it serves: a passage is a request that is its `work`, on one of its `workers`. */
export function meshBehavior(
  requests: Behavior['requests'],
  { place, inject, work, workers, balancer, connections, sync, pods }: MeshInput,
): Pick<Behavior, 'requests' | 'mesh'> {
  const usual = placeDefaults[place];
  const service = work ?? { type: 'constant', value: parseDurationUs(usual.work) ?? 0 };
  const mesh: MeshSpec = {
    place,
    namespaces: pods?.namespaces,
    labels: pods?.labels ?? {},
    inject,
    balancer: balancer ?? { name: usual.balancer, args: {} },
    connections: { ...connections, balance: 'request' },
    syncPeriodUs: sync.period,
    syncUs: sync.takes,
  };
  return { requests: { ...requests, service, concurrency: workers }, mesh };
}

/** A proxy has workers and work of its own, and calls nobody by itself. */
export function refuseBesideMesh(
  { image, requests, calls }: Pick<Behavior, 'image' | 'requests' | 'calls'>,
  { place, pods, inject }: MeshInput,
  others: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  if (calls.length > 0) refuse(['calls'], 'does not go with `mesh`: its proxies call nobody by themselves');
  if (requests.wait !== undefined || requests.model !== undefined) {
    refuse(['requests'], 'does not go with `mesh`: its `work` and `workers` say what a passage costs');
  }
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) refuse([name], 'does not go with `mesh`: an image is one or the other');
  }
  if (inject !== undefined && place !== 'sidecar') refuse(['mesh', 'inject'], 'is for `place: sidecar`');
  if (inject !== undefined && image.includes('*')) refuse(['mesh', 'inject'], 'needs the name of one image');
  if (place === 'sidecar' && pods !== undefined) {
    refuse(['mesh', 'pods'], 'is for `place: node`: a sidecar serves the pod that it is in');
  }
}
