// StatefulSets over many syncs: the whole controller on our API server, with the pods of the recordings' model, against what the real one did.
import { describe, test } from 'vitest';
import { removePod } from '../../src/api/requests/delete-pod.ts';
import { patchPodStatus } from '../../src/api/requests/pod-status.ts';
import type { StatefulSet } from '../../src/controllers/kit/stateful-set-objects.ts';
import { Change } from '../../src/model/change-log.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import type { ObjectRow, PodRow } from '../../src/model/rows.ts';
import { idealControllers, Rig } from '../controllers/rig.ts';
import { agree, difference, readRecords } from './harness.ts';

interface Happening {
  readonly t: number;
  readonly op?: string;
  readonly pod?: string;
  readonly rev?: string;
  readonly status?: Readonly<Record<string, unknown>>;
}

interface SeriesRecord {
  readonly spec: StatefulSet['spec'];
  readonly readyDelay: Readonly<Record<string, number>>;
  readonly terminationSeconds: number;
  readonly script: readonly { readonly t: number; readonly op: string; readonly n?: number; readonly pod?: string }[];
  readonly events: readonly Happening[];
}

/**
 * The generator's clock went in steps, as its records show. 0.3 s after each full second, and a moment, the script and the kubelets
 * act; 0.1 s after it the status is sampled; what is due in between comes with the step. Our seconds begin where they act, for times
 * in our API are whole seconds, and those of the generator were not.
 */
const SAMPLED_AT_US = 99_000;
const STEPS_US = [599_000, 699_000, 799_000, 899_000, 999_000];
/** Its next second has begun. */
const NEXT_SECOND_US = 699_000;
const GONE_AFTER_US = 100_000;
/** Until when the generator ran. */
const SECONDS = 155;
const RUNNING = PodPhase.Running | PodBit.Initialized | PodBit.HasIp | PodBit.Scheduled;
const IS_READY = PodBit.ContainersReady | PodBit.Ready;

/** The record's world: one StatefulSet `s`, whose pods do as the model says. */
class Series {
  readonly events: Happening[] = [];
  readonly #record: SeriesRecord;
  readonly #rig: Rig;
  readonly #row: ObjectRow;
  #status = '';
  #second = 0;

  constructor(record: SeriesRecord, maxUnavailable: boolean) {
    this.#record = record;
    const controllers = { ...idealControllers, statefulSetMaxUnavailable: maxUnavailable };
    this.#rig = new Rig({ nodes: 1, readyUs: Infinity, goneUs: 1e12, controllers });
    this.#rig.api.podCommits.push((pod, _epoch, what) => this.#changed(pod, what));
    this.#row = this.#apply();
  }

  run(): readonly Happening[] {
    const { engine } = this.#rig;
    for (let t = 0; t < SECONDS; t += 1) {
      this.#second = t;
      engine.run(t * 1e6);
      this.#kubelets();
      for (const action of this.#record.script) if (action.t === t) this.#act(action);
      engine.run(t * 1e6 + SAMPLED_AT_US);
      this.#removeEnded();
      this.#sample(t);
      for (const step of STEPS_US) {
        if (step === NEXT_SECOND_US) this.#second = t + 1;
        engine.run(t * 1e6 + step);
        this.#removeEnded();
      }
    }
    return this.events;
  }

  get #set(): StatefulSet {
    return this.#rig.state.objects.get(this.#row) as StatefulSet;
  }

  #apply(): ObjectRow {
    const { rollingUpdate, ...strategy } = this.#record.spec.updateStrategy ?? {};
    const spec: StatefulSet['spec'] = {
      ...this.#record.spec,
      updateStrategy: {
        ...strategy,
        ...(rollingUpdate === undefined ? {} : { rollingUpdate: { partition: 0, ...rollingUpdate } }),
      },
      selector: { matchLabels: { app: 's' } },
      template: templateOf('A'),
    };
    const set: StatefulSet = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 's', namespace: 'ns' },
      spec,
    };
    this.#rig.user.create(set);
    this.#rig.engine.run(0);
    return this.#rig.state.objects.find('StatefulSet', 'ns', 's');
  }

  #act({ op, n = 0, pod = '' }: SeriesRecord['script'][number]): void {
    const { user, state } = this.#rig;
    const { resourceVersion: _version, ...metadata } = this.#set.metadata;
    const edit = (spec: Partial<StatefulSet['spec']>): void => {
      user.update(this.#row, { ...this.#set, metadata, spec: { ...this.#set.spec, ...spec } });
    };
    if (op.startsWith('image ')) edit({ template: templateOf(op.slice('image '.length)) });
    else if (op === 'scale') edit({ replicas: n });
    else if (op === 'userDelete') {
      const row = state.findPod('ns', `s-${pod}`);
      if (row >= 0) user.deletePod(row, state.pods.epoch[row]);
    } else throw new Error(`unknown action ${op}`);
    this.#rig.engine.run(this.#rig.engine.now);
  }

  #removeEnded(): void {
    const { engine, state, user, api } = this.#rig;
    const { pods } = state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & PodBit.Deleting) === 0) continue;
      const due = pods.deletedAt[pod] + this.#record.terminationSeconds * 1e6 + GONE_AFTER_US;
      if (due <= engine.now) api.submit(user.bucket, removePod(api.requests, pod, pods.epoch[pod]));
    }
    engine.run(engine.now);
  }

  #kubelets(): void {
    const { engine, state, user, api } = this.#rig;
    const { pods } = state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0) continue;
      const epoch = pods.epoch[pod];
      const age = engine.now - pods.createdAt[pod];
      const bits = pods.state[pod];
      if ((bits & PodBit.Deleting) !== 0) continue;
      const delay = this.#record.readyDelay[this.#letter(pod)] ?? Infinity;
      const next = (age >= 1e6 ? RUNNING : 0) | (age >= delay * 1e6 ? RUNNING | IS_READY : 0);
      const mask = RUNNING | IS_READY | PodBit.PhaseMask;
      if (next === 0 || (bits & mask) === next) continue;
      api.submit(user.bucket, patchPodStatus(api.requests, { pod, epoch, mask, bits: next }));
    }
  }

  #changed(pod: PodRow, what: number): void {
    const t = this.#second;
    const ordinal = this.#rig.state.podName(pod).slice('s-'.length);
    if ((what & Change.Created) !== 0) this.events.push({ op: 'create', pod: ordinal, rev: this.#letter(pod), t });
    if ((what & Change.Deleting) !== 0) this.events.push({ op: 'delete', pod: ordinal, t });
    if ((what & Change.Removed) !== 0) this.events.push({ op: 'gone', pod: ordinal, t });
  }

  #letter(pod: PodRow): string {
    const { state } = this.#rig;
    return state.classes.get(state.pods.podClass[pod]).runtime.containers[0].image ?? '';
  }

  #sample(t: number): void {
    const { status } = this.#set;
    const seen = {
      available: status?.availableReplicas ?? 0,
      current: status?.currentReplicas ?? 0,
      ready: status?.readyReplicas ?? 0,
      replicas: status?.replicas ?? 0,
      rolloutDone: status?.currentRevision === status?.updateRevision,
      updated: status?.updatedReplicas ?? 0,
    };
    const text = JSON.stringify(seen);
    if (text === this.#status) return;
    this.#status = text;
    this.events.push({ status: seen, t });
  }
}

function templateOf(image: string): StatefulSet['spec']['template'] {
  return { metadata: { labels: { app: 's' } }, spec: { containers: [{ name: 'c', image }] } };
}

/** Events of one second have no order of their own; a status is the last of its second. */
function inOrder(events: readonly Happening[]): Happening[] {
  const key = ({ status, op, pod }: Happening): string => (status === undefined ? `${op} ${pod}` : '~');
  return [...events].sort((a, b) => a.t - b.t || (key(a) < key(b) ? -1 : 1));
}

describe('StatefulSets go the way of Kubernetes', () => {
  test.each([
    ['statefulset', false],
    ['statefulset_maxunavailable_gate', true],
  ] as const)('%s', (name, maxUnavailable) => {
    const records = readRecords<SeriesRecord>(`workload-series/${name}.jsonl.gz`);
    agree(`workload-series/${name}`, records, (record) => {
      const last = record.events.at(-1)?.t ?? 0;
      const ours = new Series(record, maxUnavailable).run().filter(({ t }) => t <= Math.max(last, SECONDS));
      return firstDifference(inOrder(record.events), inOrder(ours));
    });
  });
});

function firstDifference(theirs: readonly Happening[], ours: readonly Happening[]): string | undefined {
  for (let at = 0; at < Math.max(theirs.length, ours.length); at += 1) {
    const found = difference(theirs[at] ?? 'nothing', ours[at] ?? 'nothing', `[${at}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}
