// VolumeZone rejects nodes outside the zones and regions that labels of the pod's bound volumes name.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Labels } from '../../model/interner.ts';
import { classOfClaim, waitsForConsumer } from '../../model/storage/binding.ts';
import type { PersistentVolume } from '../../model/storage/objects.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { Code, skip, type Status, success, unresolvable } from '../framework/status.ts';
import { nameOfClaim, namesClaim } from '../volumes/pod-claims.ts';

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const BETA_ZONE = 'failure-domain.beta.kubernetes.io/zone';
const BETA_REGION = 'failure-domain.beta.kubernetes.io/region';
const KEYS = [BETA_ZONE, BETA_REGION, ZONE, REGION];
const SUCCESSOR: Readonly<Record<string, string>> = { [BETA_ZONE]: ZONE, [BETA_REGION]: REGION };

interface Requirement {
  readonly key: string;
  readonly values: readonly string[];
}

/** A label may name several zones: `a__b`. */
function requirementsOf({ metadata }: PersistentVolume): Requirement[] {
  return KEYS.flatMap((key) => {
    const text = metadata.labels?.[key];
    if (text === undefined) return [];
    const values = text.split('__').map((value) => value.trim());
    // Kubernetes ignores a label that names an empty zone.
    return values.includes('') ? [] : [{ key, values }];
  });
}

export const volumeZone = member({
  name: 'VolumeZone',
  summary: "Rejects nodes outside the zones that labels of the pod's volumes name.",
  args: z.strictObject({}),
  create(_args, { cache, labelSets, reasons, storage }: Handle): Plugin {
    const outside = reasons.id(['node(s) had no available volume zone']);
    let required: Requirement[] = [];

    /** Fills `required`; an answer other than success rejects the pod. */
    function collect(pod: PodInfo): Status {
      const { podClass } = pod;
      for (const one of podClass.volumes?.claims ?? []) {
        if (one.template !== undefined) continue;
        const name = nameOfClaim(cache.state, pod, one);
        const claim = storage.claims.named(`${podClass.namespace}/${name}`);
        if (claim === undefined) return unresolvable(`persistentvolumeclaim "${name}" not found`);
        const { volumeName = '' } = claim.spec ?? {};
        if (volumeName === '') {
          const className = classOfClaim(claim);
          if (className === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name');
          const storageClass = storage.classes.named(className);
          if (storageClass === undefined) return unresolvable(`storageclass.storage.k8s.io "${className}" not found`);
          if (waitsForConsumer(storageClass)) continue;
          return unresolvable('PersistentVolume had no name');
        }
        const volume = storage.volumes.named(volumeName);
        if (volume === undefined) return unresolvable(`persistentvolume "${volumeName}" not found`);
        required.push(...requirementsOf(volume));
      }
      return required.length === 0 ? skip : success;
    }

    function isOutside(labels: Labels): boolean {
      if (!KEYS.some((key) => Object.hasOwn(labels, key))) return false;
      return required.some(({ key, values }) => {
        const value = labels[key] ?? labels[SUCCESSOR[key] ?? key];
        return !values.includes(value);
      });
    }

    return {
      preFilter(pod) {
        if (pod.podClass.volumes === undefined) return skip;
        required = [];
        return collect(pod);
      },
      filter(_pod, nodes, verdicts) {
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success || !isOutside(labelSets.get(cache.labels[nodes.rows[i]]))) continue;
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, outside);
        }
      },
      registrations: [
        {
          events: Happening.StorageClassAdd,
          hint: (_pod, { object }) => waitsForConsumer(object),
        },
        { events: Happening.NodeAdd | Happening.NodeLabels },
        {
          events: Happening.ClaimAdd | Happening.ClaimUpdate,
          hint: (pod, { object }) => object !== undefined && namesClaim(cache.state, pod, object),
        },
        { events: Happening.VolumeAdd },
        {
          events: Happening.VolumeUpdate,
          hint: (_pod, { object, oldObject }) =>
            JSON.stringify(requirementsOf(object as PersistentVolume)) !==
            JSON.stringify(requirementsOf(oldObject as PersistentVolume)),
        },
      ],
    };
  },
});
