// How the API server reaches admission webhooks, where the input configures any.
import type { ApiServer } from '../api/server.ts';
import { WebhookCalls } from '../api/webhooks/webhook-calls.ts';
import type { Routes } from '../model/ports/routes.ts';
import type { NodeRow } from '../model/rows.ts';
import type { KubernetesObject, LoadedScenario } from '../scenario/scenario.ts';

const KINDS: ReadonlySet<string> = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
const NOTHING = { type: 'constant', value: 0 } as const;

interface Configuration extends KubernetesObject {
  readonly webhooks?: readonly { readonly name: string }[];
}

/** The API server runs on the first node of the control plane, else on the cluster's first one. */
export function webhookCalls(api: ApiServer, routes: Routes, loaded: LoadedScenario): WebhookCalls | undefined {
  const { scenario, objects } = loaded;
  const later = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  const configurations = [...objects, ...later].flatMap(({ object }) => (KINDS.has(object.kind) ? [object] : []));
  if (configurations.length === 0) return undefined;
  const names = configurations.flatMap((one) => ((one as Configuration).webhooks ?? []).map(({ name }) => name));
  const { apiServer, pods } = scenario.controlPlane;
  const { webhooks = {}, webhookLatency = NOTHING } = apiServer;
  const [home = ''] = pods?.nodes ?? [];
  const node = home === '' ? (0 as NodeRow) : api.state.nodeRow(home);
  return new WebhookCalls(api, routes, node, { byName: webhooks, others: webhookLatency }, names);
}
