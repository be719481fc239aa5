// The metrics that a query may name, and what their labels mean here.
import { didYouMean } from '../../lib/suggest.ts';
import type { RequestOutcome } from '../request-figures.ts';
import type { Matcher } from './promql.ts';
import { ExpressionProblem } from './tokens.ts';

/** What a proxy, or the server itself, makes of an attempt that ended in that way. */
type Codes = Readonly<Record<RequestOutcome, string>>;

const SERVER: Codes = { ok: '200', error: '500', overload: '503', timeout: '504', refused: '502', reset: '502' };
const MESH: Codes = { ...SERVER, refused: '503', reset: '503' };

/** Counters of requests. */
const COUNTERS: Readonly<Record<string, Codes>> = {
  http_requests_total: SERVER,
  http_server_requests_total: SERVER,
  http_requests_received_total: SERVER,
  requests_total: SERVER,
  nginx_ingress_controller_requests: SERVER,
  istio_requests_total: MESH,
  request_total: MESH,
  response_total: MESH,
};

/** Histograms of durations, without their ending: microseconds of their unit, and codes. */
const HISTOGRAMS: Readonly<Record<string, readonly [number, Codes]>> = {
  http_request_duration_seconds: [1e6, SERVER],
  http_requests_duration_seconds: [1e6, SERVER],
  http_server_requests_seconds: [1e6, SERVER],
  http_server_request_duration_seconds: [1e6, SERVER],
  request_duration_seconds: [1e6, SERVER],
  nginx_ingress_controller_request_duration_seconds: [1e6, SERVER],
  nginx_ingress_controller_response_duration_seconds: [1e6, SERVER],
  istio_request_duration_milliseconds: [1e3, MESH],
  response_latency_ms: [1e3, MESH],
};

/** Of pods, by container. */
const OF_PODS: Readonly<Record<string, PodResource>> = {
  container_cpu_usage_seconds_total: 'cpu',
  container_memory_working_set_bytes: 'memory',
  container_memory_usage_bytes: 'memory',
  container_memory_rss: 'memory',
  kube_pod_container_status_restarts_total: 'restarts',
};

export type PodResource = 'cpu' | 'memory' | 'restarts';

/** What a metric counts. Durations have the µs of their unit. */
export type MetricKind =
  | { readonly of: 'requests'; readonly codes: Codes }
  | { readonly of: 'buckets' | 'time'; readonly codes: Codes; readonly unitUs: number }
  | { readonly of: 'pods'; readonly resource: PodResource };

const ENDINGS = ['bucket', 'sum', 'count'] as const;

/** Throws an ExpressionProblem with the nearest one. */
export function metricKind(name: string): MetricKind {
  if (Object.hasOwn(COUNTERS, name)) return { of: 'requests', codes: COUNTERS[name] };
  if (Object.hasOwn(OF_PODS, name)) return { of: 'pods', resource: OF_PODS[name] };
  for (const ending of ENDINGS) {
    const base = name.endsWith(`_${ending}`) ? name.slice(0, -ending.length - 1) : '';
    if (!Object.hasOwn(HISTOGRAMS, base)) continue;
    const [unitUs, codes] = HISTOGRAMS[base];
    if (ending === 'count') return { of: 'requests', codes };
    return { of: ending === 'bucket' ? 'buckets' : 'time', codes, unitUs };
  }
  const names = metricNames();
  throw new ExpressionProblem(
    `the metric ${JSON.stringify(name)} is not simulated${didYouMean(name, names)}: docs/guides/rollouts.md lists them, and the provider wavetank needs none`,
  );
}

/** All of them, as the guide lists them. */
export function metricNames(): readonly string[] {
  const histograms = Object.keys(HISTOGRAMS).flatMap((base) => ENDINGS.map((ending) => `${base}_${ending}`));
  return [...Object.keys(COUNTERS), ...histograms, ...Object.keys(OF_PODS)];
}

/** What a label says: of which pods the requests were, how they ended, or nothing that could differ here. */
export type LabelMeaning =
  | { readonly is: 'namespace' | 'pod' | 'service' | 'host' | 'workload' | 'set' | 'container' }
  | { readonly is: 'code' | 'classification' | 'bound' | 'anything' }
  | { readonly is: 'label'; readonly key: string };

const MEANINGS: Readonly<Record<string, LabelMeaning['is']>> = Object.fromEntries(
  (
    [
      [
        'namespace',
        'namespace kubernetes_namespace exported_namespace destination_service_namespace destination_workload_namespace dst_namespace',
      ],
      ['pod', 'pod pod_name kubernetes_pod_name exported_pod'],
      [
        'service',
        'service svc job kubernetes_name kubernetes_service exported_service destination_service_name dst_service',
      ],
      ['host', 'destination_service host destination_host authority'],
      ['workload', 'deployment rollout workload destination_workload dst_deployment'],
      ['set', 'replicaset dst_replicaset'],
      ['container', 'container container_name'],
      ['code', 'code status status_code response_code http_status http_status_code http_response_status_code'],
      ['classification', 'classification'],
      ['bound', 'le'],
      ['anything', 'reporter direction tls request_protocol connection_security_policy image node instance cluster'],
    ] as const
  ).flatMap(([meaning, names]) => names.split(' ').map((name) => [name, meaning])),
);

/** Labels of pods under which Istio reports them. */
const ISTIO: Readonly<Record<string, string>> = {
  destination_app: 'app',
  destination_version: 'version',
  destination_canonical_service: 'app',
  destination_canonical_revision: 'version',
};

/** What requests do not have here. */
const UNKNOWN =
  /^(method|path|uri|handler|route|endpoint|verb|ingress|canary|outcome|exception|quantile|source_\w+|grpc_\w+)$/;

/** Throws an ExpressionProblem for what no request has here. */
export function meaningOf({ label }: Matcher): LabelMeaning {
  const meaning = Object.hasOwn(MEANINGS, label) ? MEANINGS[label] : 'label';
  if (meaning !== 'label') return { is: meaning };
  if (UNKNOWN.test(label)) {
    throw new ExpressionProblem(
      `requests have no label "${label}" here: take the matcher out, or choose their pods by another`,
    );
  }
  return { is: 'label', key: Object.hasOwn(ISTIO, label) ? ISTIO[label] : label.replace(/^label_/, '') };
}

/** A label of pods as Prometheus writes it: what is no letter, digit or _ becomes _. */
export function promLabel(key: string): string {
  return key.replace(/\W/g, '_');
}
