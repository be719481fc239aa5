// Admission webhooks in the way of a write: mutating ones one after another, then validating ones at once; they only take time, or fail.
import type { Script } from '../../engine/script.ts';
import { sleep } from '../../engine/script.ts';
import { Change } from '../../model/change-log.ts';
import type { ClassRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { type RequestInfo, requestInfo } from '../flow-control/request-info.ts';
import { Verb } from '../requests/arena.ts';
import type { ResourceCall } from '../requests/resource-call.ts';
import type { ApiServer } from '../server.ts';
import type { WebhookCalls } from './webhook-calls.ts';
import { isForWebhook, type SelectedLabels, type Webhook, type WebhookConfiguration } from './webhook-rules.ts';

const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const;
const NO_LABELS: Readonly<Record<string, string>> = {};

export class AdmissionWebhooks {
  /** Calls that were made, and those that failed, since the start. */
  readonly counts = { calls: 0, failures: 0 };
  readonly #api: ApiServer;
  readonly #calls: WebhookCalls;
  readonly #next: (request: number) => void;
  readonly #refuse: (request: number, code: number) => void;
  #mutating: readonly Webhook[] = [];
  #validating: readonly Webhook[] = [];

  /** `next` goes on with a request that is admitted, `refuse` answers one that is not. */
  constructor(
    api: ApiServer,
    calls: WebhookCalls,
    next: (request: number) => void,
    refuse: (request: number, code: number) => void,
  ) {
    this.#api = api;
    this.#calls = calls;
    this.#next = next;
    this.#refuse = refuse;
    const views = KINDS.map((kind) => api.watchObjects<WebhookConfiguration>(kind));
    for (const view of views) {
      view.subscribe((_row, _object, what) => {
        if ((what & (Change.Created | Change.Spec | Change.Removed)) === 0) return;
        [this.#mutating, this.#validating] = views.map((one) =>
          inOrder([...one.entries()].map(([, object]) => object)),
        );
      });
    }
  }

  /** A request that would be worked on now. */
  admit(request: number): void {
    if (this.#mutating.length === 0 && this.#validating.length === 0) return this.#next(request);
    if (this.#api.requests.verb[request] === Verb.Read) return this.#next(request);
    const info = requestInfo(this.#api, request);
    const labels = (): SelectedLabels => this.#labels(request, info);
    const isFor = (webhook: Webhook): boolean => isForWebhook(webhook, info, labels);
    const mutating = this.#mutating.filter(isFor);
    const validating = this.#validating.filter(isFor);
    if (mutating.length === 0 && validating.length === 0) return this.#next(request);
    this.#api.engine.spawn('admission webhooks', this.#ask(request, mutating, validating));
  }

  *#ask(request: number, mutating: readonly Webhook[], validating: readonly Webhook[]): Script {
    for (const webhook of mutating) {
      const { afterUs, failure } = this.#call(webhook);
      yield* sleep(afterUs);
      if (failure !== undefined) return this.#fail(request, failure);
    }
    const ends = validating.map((webhook) => this.#call(webhook));
    yield* sleep(Math.max(0, ...ends.map(({ afterUs }) => afterUs)));
    const failure = ends.find((end) => end.failure !== undefined)?.failure;
    if (failure !== undefined) return this.#fail(request, failure);
    this.#next(request);
  }

  /** A failure that the policy ignores is none. */
  #call(webhook: Webhook): { readonly afterUs: number; readonly failure: string | undefined } {
    const end = this.#calls.call(webhook);
    this.counts.calls += 1;
    if (end.failure === undefined) return end;
    this.counts.failures += 1;
    return webhook.failurePolicy === 'Ignore' ? { afterUs: end.afterUs, failure: undefined } : end;
  }

  #fail(request: number, failure: string): void {
    this.#refuse(request, this.#api.refusals.code(`Internal error occurred: ${failure}`));
  }

  #labels(request: number, info: RequestInfo): SelectedLabels {
    const { objects } = this.#api.state;
    // Of a namespace itself its own labels count.
    const name = info.resource === 'namespaces' ? info.name : info.namespace;
    const namespace =
      name === '' ? undefined : (objects.get(objects.find('Namespace', undefined, name))?.metadata.labels ?? NO_LABELS);
    return { object: this.#objectLabels(request), namespace };
  }

  #objectLabels(request: number): Readonly<Record<string, string>> {
    const { requests, state } = this.#api;
    const target = requests.target[request];
    switch (requests.verb[request]) {
      case Verb.CreatePod:
      case Verb.CreateMirrorPod:
        return state.classes.get(requests.a[request] as ClassRow).labels;
      case Verb.BindPod:
      case Verb.PatchPodStatus:
      case Verb.DeletePod:
      case Verb.RemovePod:
      case Verb.PatchPodOwner:
      case Verb.UntrackPod:
        return state.classes.get(state.pods.podClass[target as PodRow]).labels;
      case Verb.CreateObject:
        return (requests.body[request] as WebhookConfiguration).metadata.labels ?? NO_LABELS;
      case Verb.CallResource: {
        const { kind, metadata } = (requests.body[request] as ResourceCall).about;
        if ('labels' in metadata) return (metadata as WebhookConfiguration['metadata']).labels ?? NO_LABELS;
        const row = state.objects.find(kind, metadata.namespace, metadata.name);
        return state.objects.get(row)?.metadata.labels ?? NO_LABELS;
      }
      default:
        return state.objects.get(target as ObjectRow)?.metadata.labels ?? NO_LABELS;
    }
  }
}

/** Configurations by name, the webhooks of each as they are listed. */
function inOrder(configurations: readonly WebhookConfiguration[]): Webhook[] {
  const sorted = configurations.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return sorted.flatMap(({ webhooks = [] }) => webhooks);
}
