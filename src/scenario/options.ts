// What the command line changes in the documents: `--set`, `--vary`, `--schedulers`, the options of chaos, `--seed`, `--duration`, `--nodes`.
import { type InputDocument, valueAt } from './document.ts';
import { didYouMean } from '../lib/suggest.ts';
import { isMapping } from './fill.ts';
import { applyOverride, type Override, parseAxis, parseOverride } from './override.ts';
import type { Problems } from './problems.ts';
import type { Overrides } from './scenario.ts';

type Options = Partial<Overrides>;

/** Each `--set`, in their order. */
export function parseSettings({ set = [] }: Options, problems: Problems): Override[] {
  return set.flatMap((text) => problems.attempt(() => parseOverride(text)) ?? []);
}

/** `--set` on the scenario first, then the options that have a field of their own, then axes and variants. */
export function changeScenario(
  document: InputDocument,
  settings: readonly Override[],
  { seed, duration, error, traces, vary = [], bench, chaos }: Options,
  problems: Problems,
): void {
  for (const setting of settings) {
    if (setting.target.in === 'scenario') problems.attempt(() => applyOverride(document, setting));
  }
  if (seed !== undefined) document.set(['spec', 'seed'], seed, '--seed');
  if (duration !== undefined) document.set(['spec', 'duration'], duration, '--duration');
  if (error !== undefined) {
    document.set(['spec', 'trafficMode'], 'sampled', '--error');
    document.set(['spec', 'trafficError'], error, '--error');
  }
  if (traces !== undefined) {
    const written = valueAt(document.value, ['spec', 'tracing']);
    if (written === undefined || written === null) document.set(['spec', 'tracing'], {}, '--traces');
    document.set(['spec', 'tracing', 'traces'], traces, '--traces');
  }
  const axes = new Set<string>();
  for (const text of vary) {
    const axis = problems.attempt(() => parseAxis(text));
    if (axis === undefined) continue;
    if (axes.has(axis.path)) problems.add({ file: axis.by }, `${axis.path} has an axis already`);
    axes.add(axis.path);
    document.set(['spec', 'sweep', axis.path], axis.values, axis.by);
  }
  if (chaos !== undefined) {
    const written = valueAt(document.value, ['spec', 'chaos']);
    if (written === undefined || written === null) document.set(['spec', 'chaos'], {}, '`wavetank chaos`');
    for (const [name, value] of Object.entries(chaos)) document.set(['spec', 'chaos', name], value, `--${name}`);
  }
  if (bench === undefined) return;
  document.set(['spec', 'bench'], bench, '--schedulers');
  for (const [index, one] of bench.entries()) {
    const name = isMapping(one) ? one['name'] : one;
    document.set(['spec', 'bench', index], one, `--schedulers ${String(name)}`);
  }
}

const FIELDS = [
  { name: 'seed', field: /^spec\.seed$/ },
  { name: 'duration', field: /^spec\.duration$/ },
  { name: 'error', field: /^spec\.traffic(Mode|Error)$/ },
  { name: 'traces', field: /^spec\.tracing(\.traces)?$/ },
  { name: 'nodes', field: /^spec\.cluster\.nodePools\[[^\]]*\]\.count$/ },
] as const;

/** An option that sets a field which the cells of a sweep or the variants of a bench set as well: it would make all of them alike. */
export function refuseTwofold(options: Options, paths: readonly string[], problems: Problems): void {
  for (const { name, field } of FIELDS) {
    const twice = options[name] === undefined ? undefined : paths.find((path) => field.test(path));
    if (twice === undefined) continue;
    problems.add({ file: `--${name}` }, `${twice} has several values to compare: leave out one or the other`);
  }
}

/** `--set` on Kubernetes objects. */
export function changeObjects(
  documents: readonly InputDocument[],
  settings: readonly Override[],
  problems: Problems,
): void {
  const ids = documents.map(({ value }) =>
    [
      valueAt(value, ['kind']),
      valueAt(value, ['metadata', 'namespace']) ?? 'default',
      valueAt(value, ['metadata', 'name']),
    ].join('/'),
  );
  for (const setting of settings) {
    const { target, by } = setting;
    if (target.in !== 'object') continue;
    const wanted = [target.kind, target.namespace ?? 'default', target.name].join('/');
    const found = documents[ids.indexOf(wanted)];
    if (found !== undefined) problems.attempt(() => applyOverride(found, setting));
    else {
      problems.add(
        { file: by },
        `there is no ${wanted} in the input, which has ${listOf(ids)}${didYouMean(wanted, ids)}`,
      );
    }
  }
}

const MOST_LISTED = 20;

function listOf(ids: readonly string[]): string {
  const more = ids.length - MOST_LISTED;
  return `${ids.slice(0, MOST_LISTED).join(', ') || 'no objects'}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `--nodes N` is the size of the only node pool. */
export function changeNodes(document: InputDocument, hasNodes: boolean, { nodes }: Options, problems: Problems): void {
  if (nodes === undefined) return;
  const pools = valueAt(document.value, ['spec', 'cluster', 'nodePools']) ?? [];
  const place = { file: '--nodes' };
  if (!Array.isArray(pools) || pools.length > 1) {
    const hint = 'use --set spec.cluster.nodePools[name=…].count=N';
    problems.add(place, `the scenario has several node pools; ${hint}`);
  } else if (pools.length === 0 && hasNodes) {
    problems.add(place, 'the manifests hold Node objects, which are the cluster');
  } else {
    if (pools.length === 0) document.set(['spec', 'cluster', 'nodePools'], [{ name: 'default' }], '--nodes');
    document.set(['spec', 'cluster', 'nodePools', 0, 'count'], nodes, '--nodes');
  }
}

/** Those that were given, for whoever loads the scenario again. */
export function givenOptions({
  set = [],
  seed,
  duration,
  nodes,
  error,
  strict,
  skipUnknown,
  vary,
  bench,
  chaos,
  measure,
}: Options): Overrides {
  return {
    set,
    ...(vary === undefined ? {} : { vary }),
    ...(bench === undefined ? {} : { bench }),
    ...(chaos === undefined ? {} : { chaos }),
    ...(measure === undefined ? {} : { measure }),
    ...(seed === undefined ? {} : { seed }),
    ...(duration === undefined ? {} : { duration }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(error === undefined ? {} : { error }),
    ...(strict === undefined ? {} : { strict }),
    ...(skipUnknown === undefined ? {} : { skipUnknown }),
  };
}
