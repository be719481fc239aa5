// VolumeRestrictions keeps pods apart that cannot share a disk or a claim for one pod.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { type Disk, READ_WRITE_ONCE_POD } from '../../model/storage/objects.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import type { PodCounter } from '../cache/match-counts.ts';
import { Code, skip, success, unresolvable } from '../framework/status.ts';
import { nameOfClaim, namesClaim } from '../volumes/pod-claims.ts';

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.includes(one));
}

/** The same disk, unless both only read it; an EBS volume is for one pod in any case. */
function collides(a: Disk, b: Disk): boolean {
  const { gcePersistentDisk: gce, awsElasticBlockStore: ebs, iscsi, rbd } = a;
  const bothRead = (first: { readOnly?: boolean }, second: { readOnly?: boolean }): boolean =>
    first.readOnly === true && second.readOnly === true;
  if (gce !== undefined && b.gcePersistentDisk?.pdName === gce.pdName && !bothRead(gce, b.gcePersistentDisk)) {
    return true;
  }
  if (ebs !== undefined && b.awsElasticBlockStore?.volumeID === ebs.volumeID) return true;
  if (iscsi !== undefined && b.iscsi?.iqn === iscsi.iqn && !bothRead(iscsi, b.iscsi)) return true;
  const other = b.rbd;
  return (
    rbd !== undefined &&
    other !== undefined &&
    overlap(rbd.monitors, other.monitors) &&
    rbd.pool === other.pool &&
    rbd.image === other.image &&
    !bothRead(rbd, other)
  );
}

function disksCollide(a: PodClass, b: PodClass): boolean {
  const theirs = b.volumes?.disks ?? [];
  return (a.volumes?.disks ?? []).some((disk) => theirs.some((other) => collides(disk, other)));
}

/** Names of claims that volumes of the class name. Those of a StatefulSet's pods are nobody else's. */
function namedClaims({ volumes }: PodClass): string[] {
  return (volumes?.claims ?? []).flatMap(({ name, template, byOrdinal }) =>
    template === undefined && byOrdinal !== true ? [name] : [],
  );
}

export const volumeRestrictions = member({
  name: 'VolumeRestrictions',
  summary: 'Rejects nodes with a pod on the same disk, and all nodes while a claim for one pod is in use.',
  args: z.strictObject({}),
  create(_args, { cache, reasons, storage }: Handle): Plugin {
    const { classes } = cache.state;
    const noDisk = reasons.id(['node(s) had no available disk']);
    const inUse = reasons.id([
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    ]);
    /** Counters of the users of the current pod's claims for one pod. */
    let exclusive: PodCounter[] = [];

    const usersOf = (namespace: string, name: string): PodCounter =>
      cache.counts.counter(
        `claim ${namespace}/${name}`,
        true,
        (other) => other.namespace === namespace && namedClaims(other).includes(name),
      );
    const isUsed = (): boolean => exclusive.some((counter) => counter.perNode.some((pods) => pods > 0));

    return {
      preFilter(pod) {
        const { volumes, namespace } = pod.podClass;
        if (volumes === undefined) return skip;
        exclusive = [];
        for (const one of volumes.claims) {
          if (one.template !== undefined) continue;
          const name = nameOfClaim(cache.state, pod, one);
          const claim = storage.claims.named(`${namespace}/${name}`);
          if (claim === undefined) return unresolvable(`persistentvolumeclaim "${name}" not found`);
          if (claim.spec?.accessModes?.includes(READ_WRITE_ONCE_POD) === true) exclusive.push(usersOf(namespace, name));
        }
        return volumes.disks.length === 0 && !isUsed() ? skip : success;
      },
      filter({ podClass }, nodes, verdicts) {
        const used = isUsed();
        const sharers = cache.counts.counter(`disks of ${podClass.id}`, true, (other) => disksCollide(podClass, other));
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success) continue;
          if (sharers.at(nodes.rows[i]) > 0) verdicts.reject(i, Code.Unschedulable, noDisk);
          else if (used) verdicts.reject(i, Code.Unschedulable, inUse);
        }
      },
      registrations: [
        {
          events: Happening.AssignedPodDelete,
          hint({ podClass }, event) {
            const gone = classes.get(event.oldPodClass);
            if (gone.namespace !== podClass.namespace) return false;
            return disksCollide(podClass, gone) || overlap(namedClaims(podClass), namedClaims(gone));
          },
        },
        { events: Happening.NodeAdd },
        {
          events: Happening.ClaimAdd,
          hint: (pod, { object }) => object !== undefined && namesClaim(cache.state, pod, object),
        },
      ],
    };
  },
});
