// Who writes to the API server beside kubectl: users who create pods, and the controller of a load balancer that opens readiness gates.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import { Descheduler } from '../descheduler/descheduler.ts';
import type { Engine } from '../engine/engine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { PodArrivals } from './pod-arrivals.ts';
import { openReadinessGates } from './readiness-gates.ts';

const WITHOUT_LIMIT = { qps: Infinity, burst: 1 };

/** As its Deployment has it: client-go's defaults of the descheduler's client. */
const DESCHEDULER = { qps: 50, burst: 100 };

export function beginOtherUsers(
  engine: Engine,
  api: ApiServer,
  { podArrivals = [], readinessGates, descheduler, preset }: Scenario,
): void {
  if (descheduler !== undefined) {
    const limits = preset === 'ideal' ? WITHOUT_LIMIT : DESCHEDULER;
    const client = new ApiClient(api, 'sigs.k8s.io/descheduler', limits);
    engine.spawn('descheduler', new Descheduler(engine, api, client, descheduler).run());
  }
  if (podArrivals.length > 0) new PodArrivals(engine, new ApiClient(api, 'users', WITHOUT_LIMIT), podArrivals).begin();
  if (readinessGates === undefined) return;
  openReadinessGates(engine, new ApiClient(api, 'load-balancer-controller', WITHOUT_LIMIT), readinessGates);
}
