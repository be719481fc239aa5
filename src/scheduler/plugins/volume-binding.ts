// VolumeBinding finds nodes where the pod's claims have or can get volumes, and has these bound before the pod is.
import { NamedObjects } from '../../api/named-objects.ts';
import { z } from 'zod';
import { Signal } from '../../engine/script.ts';
import { member } from '../../lib/family.ts';
import { classOfVolume } from '../../model/storage/binding.ts';
import type { Claim, CsiDriver, CsiNode, CsiStorageCapacity, StorageClass } from '../../model/storage/objects.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { Code, failed, skip, type Status, success, unresolvable } from '../framework/status.ts';
import { VolumeBinder } from '../volumes/bind-volumes.ts';
import { ClaimSearch, conflictReasons, type PodBindings } from '../volumes/find-volumes.ts';
import { claimsOf, nameOfClaim, usesClaim } from '../volumes/pod-claims.ts';
import { Reservations } from '../volumes/reservations.ts';
import { volumeLimit } from '../volumes/topology.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

const MIGRATED_PLUGINS = 'storage.alpha.kubernetes.io/migrated-plugins';

export const volumeBinding = member({
  name: 'VolumeBinding',
  summary: "Rejects nodes where the pod's claims cannot get their volumes; binds these before the pod.",
  args: z
    .strictObject({ bindTimeoutSeconds: z.int().min(0).default(600), shape: z.unknown().optional() })
    .refine((args) => args.shape === undefined, {
      path: ['shape'],
      message: 'needs the feature gate StorageCapacityScoring, which is off',
    }),
  create({ bindTimeoutSeconds }, handle: Handle): Plugin {
    const { cache, labelSets, reasons, storage } = handle;
    const { state } = cache;
    const claims = new NamedObjects<Claim>(handle.objects('PersistentVolumeClaim'));
    const volumes = new NamedObjects(handle.objects('PersistentVolume'), classOfVolume);
    const search = new ClaimSearch(storage, volumes);
    const reservations = new Reservations(claims, volumes);
    /** What the filter found for the pod of that row and epoch, by node. */
    let found = { row: -1 as PodRow, epoch: 0, byNode: new Map<NodeRow, PodBindings>() };

    /** The pod's claims, or why it cannot run. */
    function lookUp(pod: PodInfo): Claim[] | string {
      const { namespace } = pod.podClass;
      const list: Claim[] = [];
      for (const one of claimsOf(pod)) {
        const name = nameOfClaim(state, pod, one);
        const claim = claims.named(`${namespace}/${name}`);
        if (claim === undefined) {
          return one.template === undefined
            ? `persistentvolumeclaim "${name}" not found`
            : `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`;
        }
        if (claim.status?.phase === 'Lost') {
          const volume = claim.spec?.volumeName ?? '';
          return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volume}"`;
        }
        if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
        if (one.template !== undefined && !isOwn(pod, claim)) {
          const podName = state.podName(pod.row);
          return `PVC ${namespace}/${name} was not created for pod ${namespace}/${podName} (pod is not owner)`;
        }
        list.push(claim);
      }
      return list;
    }

    function isOwn({ row }: PodInfo, { metadata }: Claim): boolean {
      const uid = state.podUid(row);
      return (metadata.ownerReferences ?? []).some((one) => one.controller === true && one.uid === uid);
    }

    return {
      preFilter(pod) {
        if (pod.podClass.volumes === undefined || pod.podClass.volumes.claims.length === 0) return skip;
        const list = lookUp(pod);
        if (typeof list === 'string') return unresolvable(list);
        if (!search.begin(list)) return unresolvable('pod has unbound immediate PersistentVolumeClaims');
        found = { row: pod.row, epoch: pod.epoch, byNode: new Map() };
        return success;
      },
      filter(_pod, nodes, verdicts) {
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success) continue;
          const node = nodes.rows[i];
          const conflicts = search.find(state.nodeName(node), labelSets.get(cache.labels[node]));
          if (conflicts === 0) {
            if (search.delays) found.byNode.set(node, search.found);
          } else {
            verdicts.reject(i, Code.UnschedulableAndUnresolvable, reasons.id(conflictReasons(conflicts)));
          }
        }
      },
      // Kubernetes scores with the feature gate StorageCapacityScoring only, which is off by default.
      preScore: () => skip,
      sameForAll: () => 0,
      score(_pod, nodes, scores) {
        scores.fill(0, 0, nodes.end);
      },
      reserve(pod, node) {
        if (pod.podClass.volumes === undefined) return success;
        const bindings = found.row === pod.row && found.epoch === pod.epoch ? found.byNode.get(node) : undefined;
        if (bindings === undefined) return success;
        const problem = reservations.reserve(pod.row, bindings, state.nodeName(node));
        return problem === undefined ? success : failed(problem);
      },
      unreserve(pod) {
        if (pod.podClass.volumes !== undefined) reservations.cancel(pod.row);
      },
      preBind(pod, node) {
        const reservation = pod.podClass.volumes === undefined ? undefined : reservations.of(pod.row);
        if (reservation === undefined) return undefined;
        const done = new Signal<Status>(handle.engine);
        const binder = new VolumeBinder(handle, reservations, pod.row, node);
        handle.engine.spawn('bind-volumes', binder.run(reservation, bindTimeoutSeconds * 1e6, done));
        return done;
      },
      registrations: [
        { events: Happening.StorageClassAdd },
        {
          events: Happening.StorageClassUpdate,
          hint: (_pod, { object, oldObject }) =>
            JSON.stringify((object as StorageClass).allowedTopologies) !==
            JSON.stringify((oldObject as StorageClass).allowedTopologies),
        },
        {
          events: Happening.ClaimAdd | Happening.ClaimUpdate,
          hint: (pod, { object }) => object !== undefined && usesClaim(state, pod, object),
        },
        { events: Happening.VolumeAdd | Happening.VolumeUpdate | Happening.NodeAdd | Happening.NodeLabels },
        { events: Happening.CsiNodeAdd | Happening.StorageCapacityAdd },
        {
          events: Happening.CsiNodeUpdate,
          hint: (_pod, { object, oldObject }) => migratedPlugins(object) !== migratedPlugins(oldObject),
        },
        {
          events: Happening.CsiDriverUpdate,
          hint: (pod, { object, oldObject }) =>
            (pod.podClass.volumes?.inlineDrivers ?? []).includes(object?.metadata.name ?? '') &&
            publishesCapacity(oldObject) &&
            !publishesCapacity(object),
        },
        {
          events: Happening.StorageCapacityUpdate,
          hint(_pod, { object, oldObject }) {
            const now = volumeLimit(object as CsiStorageCapacity);
            return now !== undefined && now > (volumeLimit(oldObject as CsiStorageCapacity) ?? -1);
          },
        },
      ],
    };
  },
});

function migratedPlugins(node: CsiNode | undefined): string | undefined {
  return node?.metadata.annotations?.[MIGRATED_PLUGINS];
}

function publishesCapacity(driver: CsiDriver | undefined): boolean {
  return driver?.spec?.storageCapacity === true;
}
