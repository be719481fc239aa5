// What the request path of a scenario leaves out or assumes, as the report says it.
import type { Scenario } from '../scenario/scenario.ts';

/** One sentence each; none for a scenario without requests. */
export function trafficNotes({ traffic, behaviors, defaultBehavior, connections, dns, tracing }: Scenario): string[] {
  if (traffic.length === 0) return [];
  const computes = new Set([...behaviors, defaultBehavior].map(({ requests }) => requests.compute));
  const notes = [
    connections === undefined
      ? 'Every attempt of a request opens its own connection at no cost, for which kube-proxy or the calling sidecar chooses an endpoint; requests from outside choose theirs when the client sends.'
      : 'Callers keep connections where the scenario says so; other attempts open one each, at no cost.',
    'A timeout applies to one attempt, unless a policy says otherwise; a failed attempt is retried while retries are left, with a service time of its own.',
  ];
  if (dns === undefined) notes.push('DNS lookups take no time: names of Services are known.');
  if (computes.has('dedicated') || computes.has('podShared')) {
    const beside = computes.has('nodeShared') ? ' Those with `compute: nodeShared` are.' : '';
    notes.push(
      `The CPU time of a request is used evenly while it is served, and its container is not throttled by its limit.${beside}`,
    );
  }
  if (tracing !== undefined && tracing.sample < 1) {
    notes.push(`Latency is divided into its parts for ${100 * tracing.sample} % of the requests, drawn at random.`);
  }
  return notes;
}
