// The user of the timeline (no real kubectl talks to it): applies the manifests at the start and does what the timeline says, with kubectl's verbs.
import { type Answer, Resources, type Target } from '../api/resources/resources.ts';
import type { Patch } from '../api/resources/patch.ts';
import type { ApiClient } from '../api/client.ts';
import { Refused } from '../api/refused.ts';
import type { ControllerRevision } from '../controllers/kit/controller-revisions.ts';
import type { Deployment, ReplicaSet } from '../controllers/kit/deployment-objects.ts';
import type { AnalysisRun } from '../controllers/rollout/analysis-objects.ts';
import type { Rollout } from '../controllers/rollout/rollout-objects.ts';
import type { Engine } from '../engine/engine.ts';
import { sleep, type Script, type Wait } from '../engine/script.ts';
import { assert } from '../lib/assert.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ResourceQuotaStatus } from '../model/objects/admission/resource-quota.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type {
  MarkAction,
  ObjectName,
  ScenarioObject,
  ServerSideApply,
  TimelineAction,
  TimelineEntry,
} from '../scenario/scenario.ts';
import { announce } from './announce.ts';
import { controlledBy } from './controlled-by.ts';
import { kindName } from './kind-names.ts';
import { argoRolloutsChanges, runningAnalyses } from './argo-rollouts-commands.ts';
import { applyObject, applyOnServer } from './kubectl-apply.ts';
import type { Backups } from './control-plane/backups.ts';
import type { Conditions } from './conditions.ts';
import { Drain, type Holdup } from './drain.ts';
import { imagePatch, pausePatch, type KubectlRefusal, restartPatch, undoPatch, withTaints } from './kubectl-edits.ts';
import { undoRevisionPatch } from './kubectl-history.ts';
import { markPatch } from './kubectl-marks.ts';
import { RolloutCommands } from './kubectl-rollout.ts';
import { KubectlTargets } from './kubectl-targets.ts';
import { inKubectlsWords, sentence } from './kubectl-words.ts';
import { staticPodManifest } from './static-pods.ts';

/** Why the command was refused, in kubectl's words; undefined when it was done. */
type Steps = Generator<Wait, string | undefined, unknown>;

/** How often, and how many times, the status of a quota of the start is looked at. */
const QUOTA_LOOK_US = 10e3;
const QUOTA_TRIES = 1000;
/** Kinds with a history of ControllerRevisions. */
const HISTORIES: ReadonlySet<string> = new Set(['StatefulSet', 'DaemonSet']);

/** `--cascade` in the words of the API. */
const PROPAGATION = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export class Kubectl {
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #resources: Resources;
  readonly #state: ClusterState;
  readonly #targets: KubectlTargets;
  readonly #faults: FaultInjector;
  readonly #backups: Backups;
  readonly #conditions: Conditions;
  readonly #rollouts: RolloutCommands;
  readonly #kubelets: NodeAgents;
  readonly #timeline: TimelineEntry[] = [];
  readonly #onAction: number;
  /** Commands that were refused, in kubectl's words, and when they were given. */
  readonly refusals: { readonly givenUs: number; readonly message: string }[] = [];

  /** Drains under way, and when they were asked for. */
  readonly #drains = new Map<Drain, number>();

  constructor(
    engine: Engine,
    client: ApiClient,
    faults: FaultInjector,
    conditions: Conditions,
    backups: Backups,
    kubelets: NodeAgents,
  ) {
    this.#kubelets = kubelets;
    this.#conditions = conditions;
    this.#backups = backups;
    this.#engine = engine;
    this.#client = client;
    this.#resources = new Resources(client);
    this.#state = client.api.state;
    this.#targets = new KubectlTargets(this.#state);
    this.#rollouts = new RolloutCommands(engine, this.#state, this.#resources);
    this.#faults = faults;
    this.#onAction = engine.kind('timeline', (index) => {
      this.#engine.spawn('kubectl', this.#act(this.#timeline[index].action));
    });
  }

  /** What the drains of a node that are under way wait for, and when they were asked for, µs. */
  holdupsOf(node: string): (Holdup & { readonly givenUs: number })[] {
    return [...this.#drains].flatMap(([drain, givenUs]) =>
      drain.node === node ? [...drain.holdups.values()].map((holdup) => ({ ...holdup, givenUs })) : [],
    );
  }

  /** Commands that have not ended yet, and what they wait for. */
  get unfinished(): { readonly givenUs: number; readonly message: string }[] {
    const drains = [...this.#drains].map(([{ node, holdups }, givenUs]) => {
      const pods = [...holdups.values()].map(({ pod, why }) => (why === '' ? pod : `${pod} (${why})`));
      return { givenUs, message: `drain ${node}: has not ended; it waits for ${pods.join(', ')}` };
    });
    return [...drains, ...this.#rollouts.unfinished];
  }

  /** Applies the objects one after the other, from now on, as kubectl does with a file. */
  apply(objects: readonly ScenarioObject[]): void {
    this.#engine.spawn('kubectl apply', this.#applyAll(objects, false));
  }

  /** Books the entries of the timeline. Throws an InputError when a fault names what does not exist. */
  schedule(timeline: readonly TimelineEntry[]): void {
    for (const entry of timeline) {
      if (entry.action.type === 'fault') {
        const { fault, label } = entry.action;
        if (entry.when === undefined) this.#faults.at(entry.atUs, { ...fault, label });
        else this.#await(entry, this.#faults.ready({ ...fault, label }));
        continue;
      }
      if (entry.action.type === 'recover') {
        const { label } = entry.action;
        if (entry.when === undefined) this.#faults.recoverAt(entry.atUs, label);
        else this.#await(entry, () => this.#faults.recover(label));
        continue;
      }
      if (entry.when !== undefined) {
        this.#await(entry, () => this.#engine.spawn('kubectl', this.#act(entry.action)));
        continue;
      }
      this.#engine.at(entry.atUs, this.#onAction, this.#timeline.push(entry) - 1, 0);
    }
  }

  #await({ when, atUs }: TimelineEntry, act: () => void): void {
    if (when !== undefined) this.#conditions.add(when.condition, atUs, when.again, act);
  }

  *#act(action: TimelineAction): Script {
    const { now } = this.#engine;
    if (action.type === 'apply') {
      if (action.command === undefined) yield* this.#applyAll(action.objects, true, action.serverSide);
      else for (const one of action.objects) this.#report(now, action.command, yield* this.#create(one));
      return;
    }
    assert(action.type !== 'fault' && action.type !== 'recover', 'faults are booked with the injector');
    const refused = yield* this.#do(action);
    this.#report(now, sentence(action), refused);
  }

  *#create({ object }: ScenarioObject): Steps {
    return refusalOf(object, yield* this.#resources.create(object, 'kubectl-create').wait());
  }

  *#applyAll(objects: readonly ScenarioObject[], announced: boolean, serverSide?: ServerSideApply): Script {
    const { now } = this.#engine;
    const done: string[] = [];
    // A custom object may stand before its definition.
    const isDefinition = ({ object }: ScenarioObject): boolean => object.kind === 'CustomResourceDefinition';
    const rest = objects.filter((one) => !isDefinition(one));
    for (const one of [...objects.filter(isDefinition), ...rest]) {
      const { kind, metadata } = one.object;
      const answer = yield* serverSide === undefined
        ? applyObject(this.#resources, one)
        : applyOnServer(this.#resources, one, serverSide);
      if ('failure' in answer)
        this.#report(now, `apply ${kind} ${metadata.name}`, inKubectlsWords(one.object, answer.failure));
      else {
        done.push(`${kind} ${metadata.name}`);
        if (!announced && kind === 'ResourceQuota') yield* this.#inForce(answer.object);
      }
    }
    if (announced && done.length > 0) this.#report(now, `apply ${done.join(', ')}`, undefined);
  }

  /** Until the quota has been counted it limits nothing: what comes after it at the start is to be limited. */
  *#inForce({ metadata: { name, namespace } }: KubeObject): Script {
    const { objects } = this.#state;
    const row = objects.find('ResourceQuota', namespace, name);
    for (let tries = 0; tries < QUOTA_TRIES; tries += 1) {
      const { status = {} } = (objects.get(row) ?? {}) as { readonly status?: ResourceQuotaStatus };
      if (status.hard !== undefined) return;
      yield* sleep(QUOTA_LOOK_US);
    }
  }

  *#do(action: Exclude<TimelineAction, { readonly type: 'apply' | 'fault' | 'recover' }>): Steps {
    switch (action.type) {
      case 'setImage':
        return yield* this.#patch(action.object, 'kubectl-set', (object) =>
          imagePatch(object, action.container, action.image),
        );
      case 'scale': {
        const target = this.#targets.of(action.object);
        return refusalOf(target, yield* this.#resources.updateScale(target, action.replicas).wait());
      }
      case 'patch':
        if (action.subresource === 'resize') return yield* this.#resize(action.object, action.patch);
        if (action.subresource === 'status') {
          const target = this.#targets.of(action.object);
          const asked = { type: 'strategic', patch: action.patch } as const;
          return refusalOf(target, yield* this.#resources.patchStatus(target, asked, 'kubectl-patch').wait());
        }
        return yield* this.#patch(action.object, 'kubectl-patch', () => ({ type: 'strategic', patch: action.patch }));
      case 'label':
      case 'annotate':
        return yield* this.#mark(action);
      case 'rolloutRestart':
        return yield* this.#patch(action.object, 'kubectl-rollout', (object) =>
          restartPatch(object, this.#targets.resource(action.object.kind), this.#engine.now),
        );
      case 'rolloutPause':
      case 'rolloutResume':
        return yield* this.#patch(action.object, 'kubectl-rollout', (object) =>
          pausePatch(object, this.#targets.resource(action.object.kind), action.type === 'rolloutPause'),
        );
      case 'rolloutStatus':
        return yield* this.#rollouts.status(this.#targets.of(action.object), action.revision, action.timeoutUs);
      case 'rolloutHistory':
        return yield* this.#rollouts.history(this.#targets.of(action.object), action.revision);
      case 'rolloutUndo':
        return yield* this.#patch(action.object, 'kubectl', (object, row) =>
          this.#undo(object, row, action.toRevision),
        );
      case 'argoRollouts':
        return yield* this.#argoRollouts(action);
      case 'cordon':
      case 'uncordon':
        return yield* this.#editNode(action.node, { unschedulable: action.type === 'cordon' });
      case 'drain':
        return yield* this.#drain(action);
      case 'taint': {
        const { nodes, taintSets } = this.#state;
        const node = this.#state.findNode(action.node);
        const taints = node < 0 ? [] : taintSets.get(nodes.taints[node]);
        return yield* this.#editNode(action.node, { taints: taintSets.id(withTaints(taints, action.taints)) });
      }
      case 'delete':
        return yield* this.#delete(action);
      case 'staticPods':
        for (const pod of action.pods) this.#kubelets.changeStaticPod?.(staticPodManifest(pod));
        return undefined;
      case 'snapshotSave':
        this.#backups.save(action.name);
        return undefined;
      case 'snapshotRestore':
        return yield* this.#backups.restore(action);
      case 'defragment':
        return yield* this.#backups.defragment();
      case 'alarmDisarm':
        return this.#backups.disarm();
    }
  }

  #undo(object: KubeObject, row: ObjectRow, toRevision: number): Patch | KubectlRefusal {
    if (object.kind === 'Deployment') {
      return undoPatch(object as Deployment, controlledBy<ReplicaSet>(this.#state, 'ReplicaSet', row), toRevision);
    }
    if (!HISTORIES.has(object.kind)) {
      const kind = kindName(this.#state, object.apiVersion, object.kind);
      return { refused: `no rollbacker has been implemented for "${kind}"` };
    }
    const revisions = controlledBy<ControllerRevision>(this.#state, 'ControllerRevision', row);
    return undoRevisionPatch(object, revisions, toRevision);
  }

  /** The status first, as Argo's plugin does. */
  *#argoRollouts(action: Extract<TimelineAction, { readonly type: 'argoRollouts' }>): Steps {
    const { kind, namespace, name } = action.object;
    const target = this.#targets.of(action.object);
    const current = this.#resources.peek(target);
    if ('failure' in current) return refusalOf(target, current);
    const row = this.#state.objects.find(kind, namespace, name);
    const sets = controlledBy<ReplicaSet>(this.#state, 'ReplicaSet', row);
    if (action.command === 'terminate') return yield* this.#terminateAnalyses(namespace, row);
    const changes = argoRolloutsChanges(current.object as Rollout, sets, action, this.#engine.now);
    if ('refused' in changes) return `error: ${changes.refused}`;
    const { status, spec } = changes;
    if (status !== undefined) {
      const answer = yield* this.#resources.updateStatus({ ...current.object, status }).wait();
      if ('failure' in answer) return refusalOf(target, answer);
    }
    return spec === undefined ? undefined : refusalOf(target, yield* this.#resources.patch(target, spec).wait());
  }

  *#terminateAnalyses(namespace: string | undefined, rollout: ObjectRow): Steps {
    for (const name of runningAnalyses(controlledBy<AnalysisRun>(this.#state, 'AnalysisRun', rollout))) {
      const target = this.#targets.of({ kind: 'AnalysisRun', namespace, name });
      const patch: Patch = { type: 'merge', patch: { spec: { terminate: true } } };
      const refused = refusalOf(target, yield* this.#resources.patch(target, patch).wait());
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  /** A command on an object, which kubectl reads first and may refuse to change. One that is not there is refused by the API server. */
  *#patch(
    name: ObjectName,
    manager: string,
    change: (object: KubeObject, row: ObjectRow) => Patch | KubectlRefusal,
  ): Steps {
    const target = this.#targets.of(name);
    const row = this.#state.objects.find(name.kind, name.namespace, name.name);
    const current = this.#resources.peek(target);
    if ('failure' in current) return refusalOf(target, current);
    const patch = change(current.object, row);
    if ('refused' in patch) return `error: ${patch.refused}`;
    return refusalOf(target, yield* this.#resources.patch(target, patch, {}, manager).wait());
  }

  *#resize(object: ObjectName, patch: Readonly<Record<string, unknown>>): Steps {
    const target = this.#targets.of(object);
    if (object.kind !== 'Pod') return `Error from server (NotFound): the server could not find the requested resource`;
    const { namespace = 'default', name } = target.metadata;
    const asked = { type: 'strategic', patch } as const;
    return refusalOf(target, yield* this.#resources.resize(namespace, name, asked, 'kubectl-patch').wait());
  }

  /** Each of them, as kubectl does; the first that is refused ends it. */
  *#mark(action: MarkAction): Steps {
    for (const name of yield* this.#selected(action)) {
      const refused = yield* this.#patch(name, `kubectl-${action.type}`, (object) => markPatch(object, action));
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  *#selected({ objects }: MarkAction): Generator<Wait, readonly ObjectName[], unknown> {
    if ('name' in objects) return [objects];
    const { kind, namespace, selector, first } = objects;
    const selection = { labelSelector: selector, ...(namespace === undefined ? {} : { namespace }) };
    const answer = yield* this.#resources.list(this.#targets.apiVersion(kind), kind, selection).wait();
    if ('failure' in answer) return [];
    const found = answer.items.map(({ metadata: { name, creationTimestamp = '' } }) => ({ name, creationTimestamp }));
    found.sort((a, b) =>
      a.creationTimestamp < b.creationTimestamp ? -1 : Number(a.creationTimestamp > b.creationTimestamp),
    );
    return found.slice(0, first).map(({ name }) => ({ kind, namespace, name }));
  }

  *#editNode(name: string, patch: { readonly taints?: number; readonly unschedulable?: boolean }): Steps {
    const node = this.#state.findNode(name);
    const missing = `Error from server (NotFound): nodes "${name}" not found`;
    if (node < 0 || this.#state.nodes.alive[node] === 0) return missing;
    const result = yield* this.#client.updateNodeSpec({ node, ...patch }).wait();
    return result === Refused.NotFound ? missing : undefined;
  }

  /** All nodes are cordoned before the first of them is drained; what goes wrong on one does not keep kubectl from the next. */
  *#drain({ nodes, options }: Extract<TimelineAction, { readonly type: 'drain' }>): Steps {
    const { now } = this.#engine;
    for (const node of nodes) {
      const refused = yield* this.#editNode(node, { unschedulable: true });
      if (refused !== undefined) return refused;
    }
    const failures: string[] = [];
    for (const node of nodes) {
      const drain = new Drain(this.#engine, this.#resources, node, options, (message) =>
        announce(this.#state, this.#engine.now, {
          source: 'timeline',
          type: 'Warning',
          reason: 'EvictionRefused',
          message: `drain ${node}: ${message}`,
        }),
      );
      this.#drains.set(drain, now);
      const failed = yield* drain.run();
      this.#drains.delete(drain);
      if (failed !== undefined) failures.push(failed);
    }
    return failures.length === 0 ? undefined : failures.join('; ');
  }

  *#delete({ cascade, ...name }: Extract<TimelineAction, { readonly type: 'delete' }>): Steps {
    const target = this.#targets.of(name);
    return refusalOf(target, yield* this.#resources.delete(target, { propagation: PROPAGATION[cascade] }).wait());
  }

  /** An event of what was done, or a Warning of what was refused: with the answer. */
  #report(givenUs: number, what: string, refused: string | undefined): void {
    const { now } = this.#engine;
    if (refused === undefined) {
      announce(this.#state, now, { source: 'timeline', type: 'Normal', reason: 'ActionApplied', message: what });
      return;
    }
    const message = `${what}: ${refused}`;
    this.refusals.push({ givenUs, message });
    announce(this.#state, now, { source: 'timeline', type: 'Warning', reason: 'ActionRefused', message });
  }
}

function refusalOf(target: Target, answer: Answer): string | undefined {
  return 'failure' in answer ? inKubectlsWords(target, answer.failure) : undefined;
}
