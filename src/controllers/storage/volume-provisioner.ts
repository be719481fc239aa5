// The provisioners of storage classes: they make volumes for claims and delete those that are released (csi-provisioner).
import { NamedObjects } from '../../api/named-objects.ts';
import type { ApiClient } from '../../api/client.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { ApiConnection } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Random } from '../../engine/random.ts';
import { sleep } from '../../engine/script.ts';
import { volumeOf } from '../../model/storage/attaching.ts';
import { classOfClaim, hasAnnotation, waitsForConsumer } from '../../model/storage/binding.ts';
import { hostnameOf, isNodeLocal } from '../../model/storage/node-local.ts';
import {
  type Claim,
  type CsiNode,
  type PersistentVolume,
  StorageAnnotation,
  type StorageClass,
  type VolumeAttachment,
} from '../../model/storage/objects.ts';
import type { Controller, ManagerContext } from '../kit/controller.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { Sidecars } from './sidecars.ts';
import { allowedSegments, preferredSegment, type Segment, segmentOf, topologyKeys } from './volume-topology.ts';
import { isVolume, type ProvisionerKey, rowOf, toDelete, toMake } from './provisioner-keys.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** One provisioner for each name that claims ask for. Every provisioner that a StorageClass names is taken to run. */
export const volumeProvisioner: Controller = {
  start: (manager) => void new VolumeProvisioners(manager),
};

/** A call that the provider refuses is made again after this. */
const RETRY_US = 10e6;

class VolumeProvisioners {
  readonly #api: ApiConnection;
  readonly #views: SharedViews;
  readonly #claims: ObjectView<Claim>;
  readonly #classes: NamedObjects<StorageClass>;
  readonly #csiNodes: NamedObjects<CsiNode>;
  readonly #volumes: ObjectView<PersistentVolume>;
  readonly #attachments: NamedObjects<VolumeAttachment>;
  readonly #samplers = new Samplers();
  readonly #provision: number;
  readonly #refuses: () => boolean;
  readonly #random: Random;
  readonly #sidecars: Sidecars<ProvisionerKey>;

  constructor(manager: ManagerContext) {
    const { engine, api, views, settings } = manager;
    this.#api = api;
    this.#views = views;
    this.#sidecars = new Sidecars(manager, {
      kind: 'provisioner',
      workers: settings.storage.provisionWorkers,
      clientName: (driver) => driver,
      sync: (key, { client, driver }) =>
        isVolume(key) ? this.#delete(rowOf(key), client) : this.#make(rowOf(key), driver, client),
    });
    this.#refuses = settings.cloudRefuses ?? (() => false);
    this.#provision = this.#samplers.add(settings.storage.provision);
    this.#random = engine.stream('volume-provisioner');
    this.#classes = new NamedObjects(api.watchObjects<StorageClass>('StorageClass'));
    this.#csiNodes = new NamedObjects(api.watchObjects<CsiNode>('CSINode'));
    this.#claims = api.watchObjects<Claim>('PersistentVolumeClaim');
    this.#volumes = api.watchObjects<PersistentVolume>('PersistentVolume');
    this.#claims.subscribe((row) => this.#consider(row));
    this.#volumes.subscribe((row) => this.#considerVolume(row));
    this.#attachments = new NamedObjects(api.watchObjects<VolumeAttachment>('VolumeAttachment'), volumeOf);
    this.#attachments.onChange((attachment) => {
      const row = this.#api.registry.objects.find('PersistentVolume', undefined, volumeOf(attachment));
      if (row >= 0) this.#considerVolume(row);
    });
  }

  /** The class and the provisioner's name, when the claim is due: asked for, not bound, and with a node if it needs one. */
  #due(claim: Claim | undefined): { readonly provisioner: string; readonly storageClass: StorageClass } | undefined {
    if (claim === undefined || (claim.spec?.volumeName ?? '') !== '') return undefined;
    const provisioner = claim.metadata.annotations?.[StorageAnnotation.Provisioner];
    const storageClass = this.#classes.find(undefined, classOfClaim(claim));
    if (provisioner === undefined || storageClass?.provisioner !== provisioner) return undefined;
    if (waitsForConsumer(storageClass) && !hasAnnotation(claim, StorageAnnotation.SelectedNode)) return undefined;
    return { provisioner, storageClass };
  }

  #consider(row: ObjectRow): void {
    const due = this.#due(this.#claims.get(row));
    if (due !== undefined) this.#sidecars.of(due.provisioner).queue.add(toMake(row));
  }

  *#make(row: ObjectRow, provisioner: string, client: ApiClient): Steps {
    const claim = this.#claims.get(row);
    if (claim === undefined || this.#due(claim)?.provisioner !== provisioner) return;
    const { namespace = '', name } = claim.metadata;
    const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
    client.objectEvent('Normal', 'Provisioning', message, row);
    while (this.#refuses()) {
      const why = `failed to provision volume: rpc error: code = ResourceExhausted desc = the provider refuses calls`;
      client.objectEvent('Warning', 'ProvisioningFailed', why, row);
      yield* sleep(RETRY_US);
    }
    yield* sleep(this.#draw());
    const current = this.#claims.get(row);
    // Given up, bound otherwise, or for another node by now: what was made for it is not kept.
    const due = this.#due(current);
    if (current === undefined || due === undefined || selectedNode(current) !== selectedNode(claim)) return;
    yield* this.#publish(row, current, provisioner, due.storageClass, client);
  }

  *#publish(row: ObjectRow, claim: Claim, provisioner: string, storageClass: StorageClass, client: ApiClient): Steps {
    const place = this.#placeFor(claim, provisioner, storageClass, selectedNode(claim));
    if (place === undefined && selectedNode(claim) === undefined) {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": configuration error, no node was specified`;
      client.objectEvent('Warning', 'ProvisioningFailed', message, row);
      return;
    }
    if (place === undefined) {
      const problem = `error generating accessibility requirements: node ${selectedNode(claim) ?? ''} is gone or has no labels for the topology keys of the driver`;
      const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${problem}`;
      client.objectEvent('Warning', 'ProvisioningFailed', message, row);
      // Without the annotation the scheduler tries another node.
      const { [StorageAnnotation.SelectedNode]: _node, ...annotations } = claim.metadata.annotations ?? {};
      yield* client.update(row, { ...claim, metadata: { ...claim.metadata, annotations } }).wait();
      return;
    }
    const volume = volumeFor(claim, provisioner, storageClass, place);
    const result = yield* client.create(volume).wait();
    if (result < 0 && result !== Refused.AlreadyExists) return;
    const { name } = volume.metadata;
    client.objectEvent('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`, row);
  }

  /** An empty place is everywhere; undefined when the selected node is nowhere that the driver knows, or needed and not there. */
  #placeFor(
    claim: Claim,
    provisioner: string,
    { allowedTopologies = [] }: StorageClass,
    node: string | undefined,
  ): Segment | undefined {
    const { nodes } = this.#views;
    const { labelSets } = this.#api.registry.classes;
    const allowed = allowedSegments(allowedTopologies);
    if (node !== undefined) {
      const row = this.#api.registry.findNode(node);
      if (row < 0 || nodes.alive[row] === 0) return undefined;
      if (isNodeLocal(provisioner)) return hostnameOf(node, labelSets.get(nodes.labels[row]));
      const keys = topologyKeys(this.#csiNodes.find(undefined, node), provisioner);
      return segmentOf(keys ?? Object.keys(allowed[0] ?? {}), labelSets.get(nodes.labels[row]));
    }
    if (isNodeLocal(provisioner)) return undefined;
    if (allowed.length > 0) return preferredSegment(allowed, claim.metadata.name);
    const segments: Segment[] = [];
    for (const [, csiNode] of this.#csiNodes.entries()) {
      const row = this.#api.registry.findNode(csiNode.metadata.name);
      const keys = topologyKeys(csiNode, provisioner) ?? [];
      const segment = row < 0 ? undefined : segmentOf(keys, labelSets.get(nodes.labels[row]));
      if (segment !== undefined && keys.length > 0) segments.push(segment);
    }
    return preferredSegment(segments, claim.metadata.name) ?? {};
  }

  // Volumes that are released.

  #considerVolume(row: ObjectRow): void {
    const volume = this.#volumes.get(row);
    const provisioner = volume?.metadata.annotations?.[StorageAnnotation.ProvisionedBy];
    if (provisioner !== undefined && this.#isDue(volume)) this.#sidecars.of(provisioner).queue.add(toDelete(row));
  }

  /** Released, and attached nowhere any more. */
  #isDue(volume: PersistentVolume | undefined): boolean {
    return volume !== undefined && isReleased(volume) && this.#attachments.isEmpty(volume.metadata.name);
  }

  *#delete(row: ObjectRow, client: ApiClient): Steps {
    if (!this.#isDue(this.#volumes.get(row))) return;
    yield* sleep(this.#draw());
    yield* client.delete(row).wait();
  }

  #draw(): number {
    return Math.round(this.#samplers.draw(this.#provision, this.#random));
  }
}

function isReleased({ spec, status }: PersistentVolume): boolean {
  return status?.phase === 'Released' && spec?.persistentVolumeReclaimPolicy === 'Delete';
}

function selectedNode({ metadata }: Claim): string | undefined {
  return metadata.annotations?.[StorageAnnotation.SelectedNode];
}

function volumeFor(claim: Claim, driver: string, storageClass: StorageClass, place: Segment): PersistentVolume {
  const { name, namespace = 'default', uid = '', resourceVersion = '' } = claim.metadata;
  const handle = `pvc-${uid}`;
  const matchExpressions = Object.entries(place).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions }] } };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: handle, annotations: { [StorageAnnotation.ProvisionedBy]: driver } },
    spec: {
      capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '0' },
      accessModes: claim.spec?.accessModes ?? [],
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      ...(isNodeLocal(driver)
        ? { hostPath: { path: `/var/lib/volumes/${handle}`, type: 'DirectoryOrCreate' } }
        : { csi: { driver, volumeHandle: handle } }),
      ...(matchExpressions.length === 0 ? {} : { nodeAffinity }),
    },
    status: { phase: 'Pending' },
  };
}
