// A call graph that somebody recorded, as a scenario: a Deployment and a Service for each service, and the calls of its requests.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { rate } from '../../lib/units.ts';
import { flow } from './flow.ts';

/** What importers of call graphs take. */
export const callGraphArgs = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .optional(),
  rate: z
    .string()
    .refine((text) => rate.safeParse(text).success, 'expected a rate such as 50/s')
    .default('10/s'),
});

/** Calls of the requests of a service to another one. */
export interface GraphCall {
  readonly to: string;
  /** Calls for each request, on average. */
  readonly ratio: number;
}

export interface GraphService {
  readonly name: string;
  /** Mean time of a request in the service itself, µs. */
  readonly ownUs: number;
  readonly calls: readonly GraphCall[];
  /** They go out at once; else one after the other. */
  readonly parallel: boolean;
  readonly concurrency: number;
}

export interface CallGraph {
  readonly services: readonly GraphService[];
  /** Where requests come in. */
  readonly entry: string;
}

const PODS_OF_A_NODE = 10;

/** The scenario's text. Throws an InputError for calls in a circle: their requests would never end. */
export function scenarioOf(graph: CallGraph, name: string, perSecond: string, from: string): string {
  checkAcyclic(graph, from);
  const names = kubernetesNames(graph.services.map((service) => service.name));
  const nameOf = (service: string): string => names.get(service) ?? service;
  const called = graph.services.reduce((sum, { calls }) => sum + calls.length, 0);
  const lines = [
    `# How do requests travel through ${graph.services.length} services that call each other, as recorded in ${from}?`,
    '#',
    `# Imported: ${called} edges. The time of each service is the mean of what is its own; how it varies is assumed to be exponential.`,
    'apiVersion: wavetank/v1',
    'kind: Scenario',
    `metadata: { name: ${name} }`,
    'spec:',
    '  duration: 5m',
    '  warmup: 30s',
    `  cluster: { nodePools: [{ name: node, count: ${2 + Math.ceil(graph.services.length / PODS_OF_A_NODE)} }] }`,
    '  behaviors:',
    ...graph.services.flatMap((service) => behaviorLines(service, nameOf)),
    '  traffic:',
    `    - { name: users, to: ${nameOf(graph.entry)}, arrivals: { poisson: { rate: ${perSecond} } }, start: 20s, timeout: 5s }`,
    '  expect:',
    '    - requests.error_ratio < 0.01',
  ];
  const objects = graph.services.flatMap((service) => objectsOf(nameOf(service.name)));
  return `${[...lines, ...objects].join('\n')}\n`;
}

function behaviorLines({ name, ownUs, calls, parallel, concurrency }: GraphService, nameOf: (one: string) => string) {
  const service = ownUs < 1 ? 0 : { exponential: { mean: `${Math.round(ownUs)}us` } };
  const lines = [
    `    - image: example/${nameOf(name)}`,
    `      requests: ${flow({ service, concurrency, queue: 1000 })}`,
  ];
  if (calls.length === 0) return lines;
  return [...lines, '      calls:', ...calls.map((call) => `        - ${flow(callOf(call, parallel, nameOf))}`)];
}

/** The mean is kept: so many calls, or none of them. */
function callOf({ to, ratio }: GraphCall, parallel: boolean, nameOf: (one: string) => string) {
  const count = Math.max(1, Math.ceil(ratio - 1e-9));
  const probability = Math.min(1, ratio / count);
  return {
    service: nameOf(to),
    ...(count === 1 ? {} : { count }),
    ...(probability === 1 ? {} : { probability: Number(probability.toPrecision(6)) }),
    ...(parallel ? { parallel } : {}),
    timeout: '5s',
  };
}

function objectsOf(name: string): string[] {
  const labels = { app: name };
  const spec = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: `example/${name}` }] } },
  };
  return [
    '---',
    flow({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }),
    '---',
    flow({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80 }] } }),
  ];
}

/** Names that Kubernetes takes, each once. */
function kubernetesNames(names: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name, index) => {
      const plain = name
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^[-0-9]+|-+$/g, '');
      const fits = plain.length > 0 && plain.length <= 50 && !taken.has(plain);
      const made = fits ? plain : `service-${index + 1}`;
      taken.add(made);
      return [name, made];
    }),
  );
}

function checkAcyclic({ services }: CallGraph, file: string): void {
  const calls = new Map(services.map((service) => [service.name, service.calls]));
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new InputError({
        file,
        message: `services call each other in a circle, whose requests never end: ${circle}`,
      });
    }
    if (done.has(name)) return;
    for (const { to } of calls.get(name) ?? []) visit(to, [...path, name]);
    done.add(name);
  };
  for (const { name } of services) visit(name, []);
}
