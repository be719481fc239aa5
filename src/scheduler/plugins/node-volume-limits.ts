// NodeVolumeLimits rejects nodes that would have more volumes of a CSI driver than the driver attaches to one.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { classOfClaim } from '../../model/storage/binding.ts';
import type { Claim, CsiNode } from '../../model/storage/objects.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { PodInfo } from '../framework/pod-info.ts';
import { Code, skip, success } from '../framework/status.ts';
import { claimsOf, nameOfClaim, usesClaim } from '../volumes/pod-claims.ts';
import type { NodeRow } from '../../model/rows.ts';

/** `driver/handle` of volumes, with their drivers. */
type Attached = Map<string, string>;

/** How many volumes of each driver the node takes; drivers that say nothing have no limit. */
function limitsOf(node: CsiNode | undefined): [string, number][] {
  return (node?.spec?.drivers ?? []).flatMap(({ name, allocatable }): [string, number][] =>
    allocatable?.count === undefined ? [] : [[name, allocatable.count]],
  );
}

export const nodeVolumeLimits = member({
  name: 'NodeVolumeLimits',
  summary: "Rejects nodes to which a CSI driver cannot attach the pod's volumes as well.",
  args: z.strictObject({}),
  create(_args, { cache, reasons, storage }: Handle): Plugin {
    const { state } = cache;
    const exceeded = reasons.id(['node(s) exceed max volume count']);
    const other = new PodInfo();

    /** Volumes of in-tree plugins count for no driver: their migration to CSI is not simulated. */
    function addVolume(claim: Claim, attached: Attached): void {
      const volume = storage.volumes.named(claim.spec?.volumeName ?? '');
      if (volume !== undefined) {
        const { csi } = volume.spec ?? {};
        if (csi !== undefined) attached.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
        return;
      }
      const { provisioner } = storage.classes.named(classOfClaim(claim)) ?? {};
      const { namespace = '', name } = claim.metadata;
      if (provisioner !== undefined) attached.set(`${provisioner}/of claim ${namespace}/${name}`, provisioner);
    }

    /** Adds the pod's volumes; a claim that is missing is returned. */
    function addPod(pod: PodInfo, attached: Attached): string | undefined {
      for (const one of claimsOf(pod)) {
        const name = nameOfClaim(state, pod, one);
        const claim = storage.claims.named(`${pod.podClass.namespace}/${name}`);
        if (claim === undefined) return name;
        addVolume(claim, attached);
      }
      return undefined;
    }

    /** Volumes of the pods on a node. */
    function usedOn(node: NodeRow): Attached {
      const used: Attached = new Map();
      for (let pod = cache.firstPod[node]; pod >= 0; pod = cache.nextPod[pod]) {
        // Of a pod that might come (`snapshot/cluster-snapshot.ts`) nobody knows the claims.
        const podClass = state.classes.get(cache.podClass[pod]);
        if (podClass.volumes === undefined || pod >= state.pods.length) continue;
        addPod(other.point(state.pods, podClass, pod, -1), used);
      }
      return used;
    }

    /** `used`, and volumes whose attachment outlives the pods that used them. */
    function attachedTo(node: NodeRow, used: Attached): Attached {
      const attached = new Map(used);
      for (const { spec } of storage.attachmentsOn(state.nodeName(node))) {
        if (spec?.attacher === undefined) continue;
        const handle = storage.volumes.named(spec.source?.persistentVolumeName ?? '')?.spec?.csi?.volumeHandle;
        if (handle !== undefined) attached.set(`${spec.attacher}/${handle}`, spec.attacher);
      }
      return attached;
    }

    /** Whether the volumes that no pod on the node uses are too many for one of their drivers. */
    function exceeds(wanted: Attached, limits: readonly [string, number][], node: NodeRow): boolean {
      const used = usedOn(node);
      const count = new Map<string, number>();
      for (const [volume, driver] of wanted) {
        if (!used.has(volume)) count.set(driver, (count.get(driver) ?? 0) + 1);
      }
      for (const driver of attachedTo(node, used).values()) {
        const added = count.get(driver);
        if (added !== undefined) count.set(driver, added + 1);
      }
      return limits.some(([driver, limit]) => (count.get(driver) ?? 0) > limit);
    }

    return {
      preFilter({ podClass: { volumes } }) {
        return volumes === undefined || (volumes.claims.length === 0 && !volumes.migratable) ? skip : success;
      },
      filter(pod, nodes, verdicts) {
        const wanted: Attached = new Map();
        const missing = addPod(pod, wanted);
        const notFound =
          missing === undefined
            ? -1
            : reasons.id([
                `looking up PVC ${pod.podClass.namespace}/${missing}: persistentvolumeclaim "${missing}" not found`,
              ]);
        if (missing === undefined && wanted.size === 0) return;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success) continue;
          if (notFound >= 0) {
            verdicts.reject(i, Code.UnschedulableAndUnresolvable, notFound);
            continue;
          }
          const node = nodes.rows[i];
          const limits = limitsOf(storage.csiNodes.named(state.nodeName(node)));
          if (limits.length > 0 && exceeds(wanted, limits, node)) {
            verdicts.reject(i, Code.Unschedulable, exceeded);
          }
        }
      },
      registrations: [
        { events: Happening.CsiNodeAdd },
        {
          events: Happening.CsiNodeUpdate,
          hint(_pod, { object, oldObject }) {
            const before = new Map(limitsOf(oldObject as CsiNode));
            return limitsOf(object as CsiNode).some(([driver, limit]) => limit > (before.get(driver) ?? 0));
          },
        },
        {
          events: Happening.AssignedPodDelete,
          hint(_pod, event) {
            const { volumes } = state.classes.get(event.oldPodClass);
            return volumes !== undefined && (volumes.claims.length > 0 || volumes.migratable);
          },
        },
        {
          events: Happening.ClaimAdd,
          hint: (pod, { object }) => object !== undefined && usesClaim(state, pod, object),
        },
        {
          events: Happening.AttachmentDelete,
          hint: (pod) => claimsOf(pod).some(({ template }) => template === undefined),
        },
      ],
    };
  },
});
