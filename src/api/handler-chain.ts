// What stands before the work on a request, in order: flow control as the scenario asks for it, admission webhooks, the time for a list.
import type { ApiServerSettings } from '../model/settings/control-plane.ts';
import { ApiClient } from './client.ts';
import { Resources } from './resources/resources.ts';
import type { ApiServer } from './server.ts';
import { AdmissionWebhooks } from './webhooks/admission-webhooks.ts';
import type { WebhookCalls } from './webhooks/webhook-calls.ts';
import { followConfiguration } from './flow-control/configuration.ts';
import { ClientRetries } from './flow-control/client-retries.ts';
import { FiltersByServer } from './flow-control/filters-by-server.ts';
import { servingLists } from './flow-control/list-work.ts';
import { MaxInflight } from './flow-control/max-inflight.ts';
import { PriorityAndFairness } from './flow-control/priority-and-fairness.ts';
import type { RequestFilters } from './flow-control/request-filters.ts';
import { ResourceSizes } from './flow-control/resource-sizes.ts';
import { MASTERS } from './flow-control/users.ts';

interface Options {
  /** The time of day at 0, in seconds since 1970. */
  readonly startSeconds?: number;
  /** Absent where there are no webhooks. */
  readonly webhooks?: WebhookCalls | undefined;
  /** API servers, each with limits of its own. */
  readonly servers?: number;
}

/** Returns what others measure, for each server that has levels. Where nothing stands before requests, nothing is put there. */
export function startHandlerChain(
  api: ApiServer,
  settings: ApiServerSettings,
  { startSeconds = 0, webhooks: calls, servers = 1 }: Options = {},
): readonly PriorityAndFairness[] {
  const { flowControl = 'None', maxRequestsInflight = 0, maxMutatingInflight, listObjectUs = 0 } = settings;
  if (flowControl === 'None' && calls === undefined) return [];
  const sizes = new ResourceSizes(api);
  let serve = flowControl === 'None' ? (request: number) => api.serve(request) : servingLists(api, sizes, listObjectUs);
  if (calls !== undefined) {
    const webhooks = new AdmissionWebhooks(api, calls, serve, (request, code) => {
      api.filters?.finished(request);
      api.refuse(request, code);
    });
    serve = (request) => webhooks.admit(request);
  }
  if (flowControl === 'None') api.filters = passing(serve);
  if (flowControl === 'MaxInflight')
    api.filters = byServer(
      (_server, retries) => new MaxInflight(api, { maxRequestsInflight, maxMutatingInflight }, serve, retries),
    );
  if (flowControl !== 'PriorityAndFairness') return [];
  const serverSeats = maxRequestsInflight + maxMutatingInflight;
  const fairness: PriorityAndFairness[] = [];
  const filters = byServer((server, retries) => {
    const one = new PriorityAndFairness(api, sizes, { serverSeats, startSeconds, server }, serve, retries);
    fairness.push(one);
    return one;
  });
  const login = { user: 'system:apiserver', groups: [MASTERS] };
  const client = new ApiClient(api, 'kube-apiserver', { qps: Infinity, burst: 1 }, 'at-once', undefined, login);
  api.filters = filters;
  followConfiguration(api, new Resources(client), {
    configure: (levels, schemas) => {
      for (const one of fairness) one.levels.configure(levels, schemas);
    },
    get: (name) => fairness[0].levels.get(name),
  });
  return fairness;

  function byServer(make: (server: number, retries: ClientRetries) => RequestFilters): RequestFilters {
    const retries = new ClientRetries(api);
    const made = Array.from({ length: servers }, (_, server) => make(server, retries));
    return servers === 1 ? made[0] : new FiltersByServer(made, (request) => api.path?.serverOf(request) ?? 0);
  }
}

/** Nobody is turned away. */
function passing(serve: (request: number) => void): RequestFilters {
  return { arrive: serve, finished: () => undefined };
}
