// The clients of the API server that the scenario adds, one process or many pods: sends their requests and counts what became of them.
import type { ApiServer } from '../api/server.ts';
import { ApiClient } from '../api/client.ts';
import { type Answer, Resources } from '../api/resources/resources.ts';
import { type Script, Signal, sleep } from '../engine/script.ts';
import { Histogram } from '../metrics/histogram.ts';
import { Change } from '../model/change-log.ts';
import { PodBit } from '../model/pods.ts';
import type { PlainObject } from '../model/objects/decode.ts';
import type { PodRow } from '../model/rows.ts';
import type { ApiCall, ApiClientSpec } from '../model/settings/api-clients.ts';

/** What became of a client's requests; one that was sent again counts once. */
export class ApiClientRecord {
  readonly spec: ApiClientSpec;
  sent = 0;
  succeeded = 0;
  /** Answered with 429 in the end. */
  rejected = 0;
  /** Refused for any other reason. */
  failed = 0;
  readonly durations = new Histogram();
  /** Since the last look. */
  readonly recent = new Histogram();

  constructor(spec: ApiClientSpec) {
    this.spec = spec;
  }
}

/** What others hear of an answer: whose it is, its HTTP status (200 where it has no other), when it was sent. */
export type AnswerListener = (client: ApiClientSpec, code: number, sentAtUs: number) => void;

export class ApiClients {
  readonly records: readonly ApiClientRecord[];
  readonly listeners: AnswerListener[] = [];
  readonly #api: ApiServer;
  readonly #tick: number;
  readonly #ticking: { readonly record: ApiClientRecord; readonly resources: Resources }[] = [];

  constructor(api: ApiServer, specs: readonly ApiClientSpec[]) {
    this.#api = api;
    this.records = specs.map((spec) => new ApiClientRecord(spec));
    this.#tick = api.engine.kind('api-client', (client, number) => this.#send(client, number));
    for (const record of this.records) this.#begin(record);
  }

  #begin(record: ApiClientRecord): void {
    const { spec } = record;
    const { engine } = this.#api;
    if (spec.pods !== undefined) return this.#joinPods(record);
    const resources = this.#login(spec);
    if (spec.ratePerSecond > 0) {
      engine.at(spec.fromUs, this.#tick, this.#ticking.push({ record, resources }) - 1, 0);
      return;
    }
    for (let worker = 0; worker < spec.workers; worker += 1) {
      engine.spawn(
        `api client ${spec.name}`,
        this.#work(record, resources, () => true),
      );
    }
  }

  #login({ name, user, groups, retries, limits }: ApiClientSpec): Resources {
    const login = { user, groups, retries };
    return new Resources(new ApiClient(this.#api, name, limits, 'at-once', undefined, login));
  }

  /** Each pod that becomes ready has its own client and its own workers, until it is ready no more. */
  #joinPods(record: ApiClientRecord): void {
    const { spec } = record;
    const { state, podCommits, engine } = this.#api;
    const { pods, classes, identities } = state;
    const { namespace, labels } = spec.pods ?? { namespace: '', labels: {} };
    const working = new Set<number>();
    const works = (pod: PodRow, epoch: number): boolean =>
      pods.alive[pod] === 1 && pods.epoch[pod] === epoch && (pods.state[pod] & PodBit.Ready) !== 0;
    podCommits.push((pod, epoch, what) => {
      if ((what & Change.Status) === 0 || !works(pod, epoch)) return;
      const identity = pods.identity[pod];
      const own = classes.get(pods.podClass[pod]).labels;
      if (working.has(identity) || identities.namespace(identity) !== namespace) return;
      if (Object.entries(labels).some(([key, value]) => own[key] !== value)) return;
      working.add(identity);
      const resources = this.#login(spec);
      const going = (): boolean => {
        if (works(pod, epoch)) return true;
        working.delete(identity);
        return false;
      };
      for (let worker = 0; worker < spec.workers; worker += 1) {
        engine.spawn(`api client ${spec.name}`, this.#work(record, resources, going));
      }
    });
  }

  *#work(record: ApiClientRecord, resources: Resources, going: () => boolean): Script {
    const { engine } = this.#api;
    const { fromUs, untilUs, pauseUs } = record.spec;
    if (fromUs > engine.now) yield* sleep(fromUs - engine.now);
    while (engine.now < untilUs && going()) {
      const sentAt = engine.now;
      const code = yield* this.#ask(record, resources, record.sent).wait();
      if (code === 429) yield* sleep(pauseUs);
      // A worker is no faster than the clock.
      else if (engine.now === sentAt) yield* sleep(1);
    }
  }

  #send(client: number, number: number): void {
    const { record, resources } = this.#ticking[client];
    const { fromUs, untilUs, ratePerSecond } = record.spec;
    this.#ask(record, resources, number);
    const next = fromUs + Math.round(((number + 1) * 1e6) / ratePerSecond);
    if (next < untilUs) this.#api.engine.at(next, this.#tick, client, number + 1);
  }

  /** Sends the client's next request; fires with the HTTP status of the answer. */
  #ask(record: ApiClientRecord, resources: Resources, number: number): Signal<number> {
    const { engine } = this.#api;
    const done = new Signal<number>(engine);
    const { requests } = record.spec;
    const sentAt = engine.now;
    record.sent += 1;
    engine.spawn(`api client ${record.spec.name}`, follow(this));
    return done;

    function* follow(clients: ApiClients): Script {
      const answer = yield* send(resources, requests[number % requests.length], number).wait();
      const code = 'failure' in answer ? answer.failure.code : 200;
      if (code === 200) {
        record.succeeded += 1;
        record.durations.record(engine.now - sentAt);
        record.recent.record(engine.now - sentAt);
      } else if (code === 429) record.rejected += 1;
      else record.failed += 1;
      for (const listener of clients.listeners) listener(record.spec, code, sentAt);
      done.fire(code);
    }
  }
}

function send(
  resources: Resources,
  call: ApiCall,
  number: number,
): Signal<Answer | { readonly items: readonly object[] }> {
  switch (call.verb) {
    case 'get':
      return resources.get(call.target);
    case 'delete':
      return resources.delete(call.target);
    case 'list': {
      const { target, labelSelector } = call;
      const { namespace } = target.metadata;
      const selection = {
        ...(namespace === undefined ? {} : { namespace }),
        ...(labelSelector === undefined ? {} : { labelSelector }),
      };
      return resources.listUnread(target.apiVersion, target.kind, selection);
    }
    case 'create':
      return resources.create(numbered(call.object, number), undefined, call.dryRun);
    case 'patch':
      return resources.patch(call.target, { type: 'merge', patch: numbered(call.patch, number) as PlainObject });
  }
}

/** Texts have the number of the request for `%n`. */
function numbered<T>(value: T, number: number): T {
  return JSON.parse(JSON.stringify(value).replaceAll('%n', String(number))) as T;
}
