// Puts the flow control that the scenario asks for in front of the API server.
import type { ApiServerSettings } from '../../model/settings/control-plane.ts';
import type { ApiServer } from '../server.ts';
import { MaxInflight } from './max-inflight.ts';

export function startFlowControl(api: ApiServer, settings: ApiServerSettings): void {
  const { flowControl = 'None', maxRequestsInflight = 0, maxMutatingInflight } = settings;
  if (flowControl === 'MaxInflight') api.filters = new MaxInflight(api, { maxRequestsInflight, maxMutatingInflight });
}
