// Puts the flow control that the scenario asks for in front of the API server.
import type { ApiServerSettings } from '../../model/settings/control-plane.ts';
import { ApiClient } from '../client.ts';
import { Resources } from '../resources/resources.ts';
import type { ApiServer } from '../server.ts';
import { followConfiguration } from './configuration.ts';
import { servingLists } from './list-work.ts';
import { MaxInflight } from './max-inflight.ts';
import { PriorityAndFairness } from './priority-and-fairness.ts';
import { ResourceSizes } from './resource-sizes.ts';
import { MASTERS } from './users.ts';

/** `startSeconds`: the time of day at 0, in seconds since 1970. Returns what others measure, where there are levels. */
export function startFlowControl(
  api: ApiServer,
  settings: ApiServerSettings,
  startSeconds = 0,
): PriorityAndFairness | undefined {
  const { flowControl = 'None', maxRequestsInflight = 0, maxMutatingInflight, listObjectUs = 0 } = settings;
  if (flowControl === 'None') return undefined;
  const sizes = new ResourceSizes(api);
  const serve = servingLists(api, sizes, listObjectUs);
  if (flowControl === 'MaxInflight') {
    api.filters = new MaxInflight(api, { maxRequestsInflight, maxMutatingInflight }, serve);
    return undefined;
  }
  const serverSeats = maxRequestsInflight + maxMutatingInflight;
  const fairness = new PriorityAndFairness(api, sizes, { serverSeats, startSeconds }, serve);
  const login = { user: 'system:apiserver', groups: [MASTERS] };
  const client = new ApiClient(api, 'kube-apiserver', { qps: Infinity, burst: 1 }, 'at-once', undefined, login);
  api.filters = fairness;
  followConfiguration(api, new Resources(client), fairness.levels);
  return fairness;
}
