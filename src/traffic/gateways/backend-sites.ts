// Call sites of proxies in pods: one for each Service that a route leads to, by what the proxies and the requests are.
import type { GatewayBackend, GatewayRoute } from '../../model/gateway-table.ts';
import type { RequestTraits } from '../../model/request-traits.ts';
import type { RetryCause } from '../../model/settings/gateway.ts';
import { Outcome } from '../calls.ts';
import type { CallSites } from '../call-sites.ts';
import type { GatewayProcess } from './gateway-process.ts';

/** Outcomes of an attempt by what nginx calls them. */
const outcomesOf: Readonly<Record<RetryCause, readonly number[]>> = {
  error: [Outcome.Refused, Outcome.Reset],
  timeout: [Outcome.Timeout],
  http_500: [Outcome.Error],
  http_503: [Outcome.Overload],
};

/** Sent once, such a request may have been acted upon (RFC 9110; nginx: `non_idempotent` is off). */
const NOT_SENT_AGAIN: ReadonlySet<string> = new Set(['POST', 'PATCH', 'LOCK']);

export class BackendSites {
  readonly #sites: CallSites;
  readonly #known = new Map<string, number>();

  constructor(sites: CallSites) {
    this.#sites = sites;
  }

  /** `request` is what comes to the proxy. */
  of({ spec, image }: GatewayProcess, route: GatewayRoute, backend: GatewayBackend, request: RequestTraits): number {
    const { namespace, service, port } = backend;
    const timeoutUs = route.timeoutUs ?? spec.timeoutUs;
    const balancer = route.balancer ?? spec.balancer;
    const retries = route.retries ?? { max: spec.tries - 1, on: spec.retryOn, backoffUs: 0 };
    const key = JSON.stringify([image, namespace, service, port, timeoutUs, balancer, request, route.retries]);
    let site = this.#known.get(key);
    if (site === undefined) {
      site = this.#sites.add({
        namespace,
        name: service,
        port,
        count: 1,
        probability: 1,
        parallel: false,
        timeoutUs,
        retries: { max: retries.max, backoffUs: retries.backoffUs, jitter: 0 },
        retryOn: bitsOf(retries.on, request.method),
        priority: 0,
        caller: image,
        policies: [],
        request,
        upstream: { proxies: image, balancer, syncPeriodUs: spec.syncPeriodUs, syncUs: syncUs(spec), request },
      });
      this.#known.set(key, site);
    }
    return site;
  }
}

/** Where endpoints are a matter of new workers, they come with them. */
function syncUs({ syncUs: us, reload }: GatewayProcess['spec']): number {
  return reload.on === 'endpoints' ? us + reload.takesUs : us;
}

function bitsOf(causes: readonly RetryCause[], method: string): number {
  const outcomes = causes.flatMap((cause) => outcomesOf[cause]);
  const kept = NOT_SENT_AGAIN.has(method) ? outcomes.filter((one) => one === Outcome.Refused) : outcomes;
  return kept.reduce((bits, outcome) => bits | (1 << outcome), 0);
}
