// Calls of admission webhooks: the way to a pod of its Service and back, the work there, and Kubernetes' words for what goes wrong.
import { Samplers } from '../../engine/distributions.ts';
import type { Random } from '../../engine/random.ts';
import type { DistributionSpec } from '../../lib/distribution.ts';
import { Connect, Ended, type Routes } from '../../model/ports/routes.ts';
import type { WebhookTroubles } from '../../model/ports/troubles.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ApiServer } from '../server.ts';
import type { Webhook } from './webhook-rules.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;
const HTTPS = 443;

/** How one call ends: after how long, and why it failed (undefined: it was answered). */
export interface CallEnd {
  readonly afterUs: number;
  readonly failure: string | undefined;
}

export interface WebhookLatencies {
  /** By the name of the webhook. */
  readonly byName: Readonly<Record<string, DistributionSpec>>;
  readonly others: DistributionSpec;
}

/** Held by a fault. */
interface Silence {
  readonly name: string | undefined;
  readonly refuses: boolean;
}

export class WebhookCalls implements WebhookTroubles {
  readonly names: readonly string[];
  readonly #api: ApiServer;
  readonly #routes: Routes;
  /** The machine on which the API server runs. */
  readonly #node: NodeRow;
  readonly #samplers = new Samplers();
  readonly #byName = new Map<string, number>();
  readonly #others: number;
  readonly #random: Random;
  readonly #silences = new Set<Silence>();
  #calls = 0;

  constructor(
    api: ApiServer,
    routes: Routes,
    node: NodeRow,
    { byName, others }: WebhookLatencies,
    names: readonly string[] = [],
  ) {
    this.names = names;
    this.#api = api;
    this.#routes = routes;
    this.#node = node;
    this.#random = api.engine.stream('api/webhooks');
    this.#others = this.#samplers.add(others);
    for (const [name, latency] of Object.entries(byName)) this.#byName.set(name, this.#samplers.add(latency));
  }

  /** Begins a call now. What will become of it is known at once: nothing that happens meanwhile changes it. */
  call(webhook: Webhook): CallEnd {
    const limitUs = (webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1e6;
    const end = this.#reach(webhook, limitUs);
    if (end.afterUs >= limitUs) return { afterUs: limitUs, failure: failed(webhook, 'context deadline exceeded') };
    return end;
  }

  silence(name: string | undefined, refuses: boolean): () => void {
    const held = { name, refuses };
    this.#silences.add(held);
    return () => this.#silences.delete(held);
  }

  /** Undefined where no fault is about the webhook: one that refuses is heard before one that says nothing. */
  #silenced({ name }: Webhook): Silence | undefined {
    const held = [...this.#silences].filter((one) => one.name === undefined || one.name === name);
    return held.find(({ refuses }) => refuses) ?? held[0];
  }

  #reach(webhook: Webhook, limitUs: number): CallEnd {
    const silence = this.#silences.size === 0 ? undefined : this.#silenced(webhook);
    if (silence?.refuses === true) return refused(webhook, 'dial tcp: connect: connection refused');
    if (silence !== undefined) return { afterUs: limitUs, failure: undefined };
    const service = webhook.clientConfig?.service;
    const workUs = Math.round(this.#samplers.draw(this.#byName.get(webhook.name) ?? this.#others, this.#random));
    // One by its URL is somewhere else; its latency is all that is known.
    if (service === undefined) return { afterUs: workUs, failure: undefined };
    const { state } = this.#api;
    const { namespace, name, port = HTTPS } = service;
    const row = state.objects.find('Service', namespace, name);
    if (state.objects.get(row) === undefined) return refused(webhook, `service "${name}" not found`);
    const routes = this.#routes;
    this.#calls += 1;
    const to = routes.destination(namespace, name, String(port));
    const result = routes.connect(to, this.#node, -1, this.#calls, 0, 0);
    if (result === Connect.Refused)
      return refused(webhook, `dial tcp ${name}.${namespace}.svc:${port}: connect: connection refused`);
    if (result !== Connect.Open) return { afterUs: limitUs, failure: undefined };
    const { pod, epoch, node, via, connection } = routes;
    const there = routes.delayUs(this.#node, via, node);
    const back = routes.delayUs(node, via, this.#node);
    routes.disconnect(connection, Ended.Well);
    const { machines, pods } = state;
    if (there < 0 || back < 0 || machines.nodeUp[node] === 0) return { afterUs: limitUs, failure: undefined };
    if (pods.epoch[pod] !== epoch || machines.listening[pod] === 0) {
      const { failure } = refused(webhook, `dial tcp ${name}.${namespace}.svc:${port}: connect: connection refused`);
      return { afterUs: there + back, failure };
    }
    return { afterUs: there + workUs + back, failure: undefined };
  }
}

function refused(webhook: Webhook, why: string): CallEnd {
  return { afterUs: 0, failure: failed(webhook, why) };
}

function failed(webhook: Webhook, why: string): string {
  const { name, clientConfig, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = webhook;
  const { service, url = '' } = clientConfig ?? {};
  const at =
    service === undefined
      ? url
      : `https://${service.name}.${service.namespace}.svc:${service.port ?? HTTPS}${service.path ?? '/'}`;
  return `failed calling webhook "${name}": failed to call webhook: Post "${at}?timeout=${timeoutSeconds}s": ${why}`;
}
