// The cluster as it was found (`spec.initialState`): objects with their statuses and owners, and pods where they run, all there at the first instant.
import type { Pod, PodSpec, PodStatus } from 'kubernetes-types/core/v1.js';
import type { ApiServer } from '../api/server.ts';
import { findObject, findPod, nextRow } from '../api/requests/found-state.ts';
import type { Commit } from '../api/requests/commit-context.ts';
import type { OwnLabels } from '../controllers/settings.ts';
import type { FoundContainer } from '../kubelet/found-pods.ts';
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { NodeRow, ObjectRow } from '../model/rows.ts';
import type { LoadedScenario, ScenarioObject } from '../scenario/scenario.ts';
import { claimTemplatesOf, foundBits, jobPodOf, pinOf, podTemplateOf } from './found-pod.ts';
import { asWritten, storedForm } from './found-object.ts';
import { withCurrentRevisions } from './found-revisions.ts';
import { askedLabels } from './own-labels.ts';

interface Owner {
  readonly row: ObjectRow;
  readonly object: KubeObject;
}

/** What looks at pods that come: after them, so that it takes those as they are. */
const LAST: ReadonlySet<string> = new Set(['ResourceQuota', 'LimitRange']);

/** Puts them into etcd, and has kubelets take up the pods that run. Gives the objects that are not there yet. */
export function beginFromState(
  api: ApiServer,
  kubelets: NodeAgents,
  loaded: LoadedScenario,
): readonly ScenarioObject[] {
  const { objects, nodes } = loaded;
  const found = objects.filter((one) => one.found === true);
  if (found.length === 0) return objects;
  haveImages(api, kubelets, nodes);
  api.begin((at) => new InitialState(at, kubelets, askedLabels(loaded)).take(found));
  return objects.filter((one) => one.found !== true);
}

/** The images that Node objects list. */
function haveImages({ state }: ApiServer, kubelets: NodeAgents, nodes: readonly ScenarioObject[]): void {
  for (const { object, manifest } of nodes) {
    const { images = [] } = (manifest?.status ?? {}) as { readonly images?: readonly { names?: readonly string[] }[] };
    const node = state.findNode(object.metadata.name);
    for (const name of images.flatMap(({ names }) => names ?? [])) {
      if (!name.includes('@')) kubelets.findImage?.(name, node);
    }
  }
}

class InitialState {
  readonly #at: Commit;
  readonly #kubelets: NodeAgents;
  readonly #asked: OwnLabels;
  /** By the UID that it had. */
  readonly #owners = new Map<string, Owner>();
  /** UIDs as they are now. */
  readonly #uids = new Map<string, string>();

  constructor(at: Commit, kubelets: NodeAgents, asked: OwnLabels) {
    this.#at = at;
    this.#kubelets = kubelets;
    this.#asked = asked;
  }

  take(found: readonly ScenarioObject[]): void {
    const pods = found.filter(({ object }) => object.kind === 'Pod');
    const others = ownersFirst(found.filter(({ object }) => object.kind !== 'Pod'));
    const first = withCurrentRevisions(
      others.filter(({ object }) => !LAST.has(object.kind)),
      pods,
    );
    const last = others.filter(({ object }) => LAST.has(object.kind));
    [...first, ...last].forEach((one, index) => {
      const row = (nextRow(this.#at) + index) as ObjectRow;
      const { uid } = asWritten(one).metadata;
      if (uid !== undefined) this.#uids.set(uid, this.#at.state.objectUid(row));
    });
    for (const one of first) this.#object(one);
    for (const one of pods) this.#pod(one);
    for (const one of last) this.#object(one);
  }

  #object(one: ScenarioObject): void {
    const owner = this.#ownerOf(one);
    const object = storedForm(one, this.#uids, this.#at.state.objectUid(nextRow(this.#at)));
    const row = findObject(this.#at, object, owner?.row ?? -1);
    const { uid } = asWritten(one).metadata;
    if (uid !== undefined) this.#owners.set(uid, { row, object });
  }

  #ownerOf(one: ScenarioObject): Owner | undefined {
    const controller = asWritten(one).metadata.ownerReferences?.find(({ controller: is }) => is === true);
    return controller === undefined ? undefined : this.#owners.get(controller.uid);
  }

  #pod(one: ScenarioObject): void {
    const { state } = this.#at;
    const { metadata, spec, status } = one.object as Pod & KubeObject;
    const owner = this.#ownerOf(one);
    const { namespace = 'default', name, finalizers = [] } = metadata;
    const template = podTemplateOf(one, owner?.object, this.#uids, this.#asked);
    const podClass = state.classes.intern(namespace, template, claimTemplatesOf(owner?.object));
    const ofJob = owner?.object.kind === 'Job' ? jobPodOf(one) : undefined;
    const node: NodeRow = spec?.nodeName === undefined ? -1 : state.findNode(spec.nodeName);
    const pin = pinOf(one, owner?.object);
    const observed = (one.manifest as Pod | undefined)?.status ?? status ?? {};
    const running = containersOf(observed, spec);
    const runs = node >= 0 && state.machines.nodeUp[node] === 1 && running.size > 0;
    const found = {
      podClass: podClass.id,
      owner: owner?.row ?? -1,
      extras: ofJob === undefined ? { name } : { name, ofJob },
      pinned: pin === undefined ? -1 : state.nodeRow(pin),
      node,
      bits: node >= 0 && state.machines.nodeUp[node] === 0 ? foundBits(observed) : 0,
    };
    const pod = findPod(this.#at, found, (row) => (runs ? this.#kubelets.findPod?.(row, running) : undefined));
    const kept = finalizers.filter((one) => ofJob === undefined || !one.startsWith('batch.kubernetes.io/'));
    if (kept.length > 0) state.pods.finalizers.set(pod, kept);
  }
}

/** Those that run, by name, sidecars among them; all of a running pod of which nothing else is said. */
function containersOf(status: PodStatus, spec: PodSpec | undefined): Map<string, FoundContainer> {
  const { phase, conditions = [], containerStatuses, initContainerStatuses = [] } = status;
  const running = new Map<string, FoundContainer>();
  if (containerStatuses === undefined && phase === 'Running') {
    const ready = conditions.some((one) => one.type === 'Ready' && one.status === 'True');
    for (const { name } of spec?.containers ?? []) running.set(name, { restarts: 0, ready });
  }
  for (const { name, state, ready, restartCount } of [...initContainerStatuses, ...(containerStatuses ?? [])]) {
    if (state?.running !== undefined) running.set(name, { restarts: restartCount, ready });
  }
  return running;
}

/** Each after the one that controls it; else as they were listed. */
function ownersFirst(objects: readonly ScenarioObject[]): ScenarioObject[] {
  const byUid = new Map<string, ScenarioObject>();
  for (const one of objects) byUid.set(asWritten(one).metadata.uid ?? '', one);
  const taken = new Set<ScenarioObject>();
  const sorted: ScenarioObject[] = [];
  const take = (one: ScenarioObject): void => {
    if (taken.has(one)) return;
    taken.add(one);
    for (const { uid } of asWritten(one).metadata.ownerReferences ?? []) {
      const owner = byUid.get(uid);
      if (owner !== undefined) take(owner);
    }
    sorted.push(one);
  };
  for (const one of objects) take(one);
  return sorted;
}
