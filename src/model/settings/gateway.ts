// Proxies in pods that route requests by Ingresses and HTTPRoutes: what each kind of them does where nothing else is said. Times in µs.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { FamilyUse } from './family-use.ts';

/** What a change must be about for new workers to take over: of rules, of rules or endpoints, or of nothing. */
export const reloadCauses = ['routes', 'endpoints', 'never'] as const;
export type ReloadCause = (typeof reloadCauses)[number];

/** How an attempt at a backend ends that is tried at another one: `error` is no connection, or one that broke. */
export const retryCauses = ['error', 'timeout', 'http_500', 'http_503'] as const;
export type RetryCause = (typeof retryCauses)[number];

export const gatewayKinds = ['ingress-nginx', 'nginx', 'haproxy', 'envoy'] as const;
export type GatewayKind = (typeof gatewayKinds)[number];

/** What of a request, and of its answer, a proxy takes up at once whatever the pace of its client: bytes, Infinity for all of it. */
export interface GatewayBuffers {
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export interface GatewaySpec {
  readonly kind: GatewayKind;
  /** The `spec.controller` of its IngressClasses, the `spec.controllerName` of its GatewayClasses. */
  readonly controller: string;
  /** Processes or threads that work on one request at a time, each with a queue of its own. */
  readonly workers: number;
  /** Work on the answer of a backend. */
  readonly response: DistributionSpec;
  /** Of each backend, where no annotation says otherwise. */
  readonly balancer: FamilyUse;
  /** Whether each worker balances by itself, or all of a process together. */
  readonly balancesByWorker: boolean;
  /** Balancers whose state all workers share, and that outlives them. */
  readonly lastingBalancers: readonly string[];
  /** Of each attempt at a backend; 0 is none. */
  readonly timeoutUs: number;
  /** Attempts at one request, the first one included. */
  readonly tries: number;
  readonly retryOn: readonly RetryCause[];
  readonly buffers: GatewayBuffers;
  /** At hosts with TLS: the work of a handshake, and the share of requests that come on connections that are there already. */
  readonly tls: { readonly handshakeUs: number; readonly reuse: number };
  /** From one look at what has changed to the next one at least, and until that is in effect. */
  readonly syncPeriodUs: number;
  readonly syncUs: number;
  readonly reload: {
    readonly on: ReloadCause;
    /** Until new workers take over; the work for it is done in the same container. */
    readonly takesUs: number;
    readonly workUs: number;
    /** How long old workers may finish what they have; 0: as long as it takes. */
    readonly drainUs: number;
  };
}

/** What differs by kind, in the notation of the scenario. */
interface KindDefaults {
  readonly controller: string;
  /** The class of its Ingresses where no IngressClass object says so; '' where it has none. */
  readonly className: string;
  readonly balancer: string;
  readonly balancesByWorker: boolean;
  readonly lastingBalancers: readonly string[];
  readonly timeout: string;
  readonly tries: number;
  readonly retryOn: readonly RetryCause[];
  readonly buffers: GatewayBuffers;
  readonly syncPeriod: string;
  readonly sync: string;
  readonly reloadOn: ReloadCause;
  readonly reloadTakes: string;
  readonly reloadWork: string;
  readonly drain: string;
}

/**
 * ingress-nginx 1.x: `--sync-rate-limit` 0.3 a second, endpoints by Lua every second, proxy-next-upstream "error timeout" with 3 tries,
 * proxy-read-timeout 60, worker-shutdown-timeout 240s. nginx: proxy_next_upstream "error timeout", proxy_read_timeout 60s, no limit of
 * tries but the number of servers, here 3. HAProxy: `option redispatch` with retries 3, timeout server 50s in haproxy-ingress, hard-stop-after 30m.
 * Envoy: no retries without a policy, route timeout 15s. What reloads cost is an assumption.
 * Buffers: nginx has proxy_buffering and proxy_request_buffering on, beyond memory in files; ingress-nginx has `proxy-buffering: off`, which leaves
 * `proxy-buffer-size: 4k`. HAProxy: `tune.bufsize` 16384. Envoy: per_connection_buffer_limit_bytes 1 MiB.
 */
export const kindDefaults: Readonly<Record<GatewayKind, KindDefaults>> = {
  'ingress-nginx': {
    controller: 'k8s.io/ingress-nginx',
    className: 'nginx',
    balancer: 'IngressNginxRoundRobin',
    balancesByWorker: true,
    lastingBalancers: ['IngressNginxEwma'],
    timeout: '60s',
    tries: 3,
    retryOn: ['error', 'timeout'],
    buffers: { requestBytes: Infinity, responseBytes: 4096 },
    syncPeriod: '3333ms',
    sync: '1s',
    reloadOn: 'routes',
    reloadTakes: '1s',
    reloadWork: '500ms',
    drain: '240s',
  },
  nginx: {
    controller: 'nginx.org/ingress-controller',
    className: 'nginx',
    balancer: 'NginxRoundRobin',
    balancesByWorker: false,
    lastingBalancers: [],
    timeout: '60s',
    tries: 3,
    retryOn: ['error', 'timeout'],
    buffers: { requestBytes: Infinity, responseBytes: Infinity },
    syncPeriod: '0s',
    sync: '0s',
    reloadOn: 'endpoints',
    reloadTakes: '200ms',
    reloadWork: '100ms',
    drain: '0s',
  },
  haproxy: {
    controller: 'haproxy-ingress.github.io/controller',
    className: 'haproxy',
    balancer: 'HaproxyRoundRobin',
    balancesByWorker: false,
    lastingBalancers: [],
    timeout: '50s',
    tries: 4,
    retryOn: ['error'],
    buffers: { requestBytes: 16_384, responseBytes: 16_384 },
    syncPeriod: '2s',
    sync: '50ms',
    reloadOn: 'routes',
    reloadTakes: '200ms',
    reloadWork: '100ms',
    drain: '30m',
  },
  envoy: {
    controller: 'gateway.envoyproxy.io/gatewayclass-controller',
    className: '',
    balancer: 'EnvoyLeastRequest',
    balancesByWorker: true,
    lastingBalancers: [],
    timeout: '15s',
    tries: 1,
    retryOn: [],
    buffers: { requestBytes: 1_048_576, responseBytes: 1_048_576 },
    syncPeriod: '0s',
    sync: '200ms',
    reloadOn: 'never',
    reloadTakes: '0s',
    reloadWork: '0s',
    drain: '0s',
  },
};
