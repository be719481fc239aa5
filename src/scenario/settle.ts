// The raw Scenario document → checked, typed data: overrides, values from CSV files, defaults, schema.
import { check, type Checked, type Flaw } from '../lib/explain.ts';
import { FIXED, PLAIN_DURATION } from './defaults.ts';
import { type InputDocument, valueAt } from './document.ts';
import { withEmpiricalValues } from './empirical.ts';
import { replaceDisciplines } from './legacy-disciplines.ts';
import { fillDefaults, fillItem, isMapping, withoutNulls } from './fill.ts';
import type { Problems } from './problems.ts';
import { type ConfiguredScheduler, readSchedulerConfig } from './scheduler-config.ts';
import type { Behavior } from '../model/settings/behavior.ts';
import type { Assumption, Ignored, SourceText } from './scenario.ts';
import { scenarioSchema } from './schema/schema.ts';
import type { FamilySchemas, ParsedDocument } from './schema/schema.ts';
import { behavior } from './schema/behaviors.ts';

export interface Settled {
  readonly parsed: ParsedDocument;
  readonly defaultBehavior: Behavior;
  readonly assumptions: readonly Assumption[];
  /** Fields of the scheduler's configuration that do nothing. */
  readonly ignored: readonly Ignored[];
}

export interface SettleOptions {
  readonly families: FamilySchemas;
  /** No Scenario document was given: the input is plain manifests. */
  readonly plain: boolean;
  /** The manifests hold Node objects, so that no node pool is needed. */
  readonly hasNodes: boolean;
  readonly read: (relative: string) => SourceText;
}

/** Sections of `spec` on which no other one depends: where one of them is wrong, the others can still be looked at. */
const SEPARATE: ReadonlySet<unknown> = new Set([
  'controlPlane',
  'scheduler',
  'nodeAutoscaler',
  'descheduler',
  'jobQueue',
  'rollouts',
  'kubelet',
  'storage',
  'autoscaling',
  'network',
  'behaviors',
  'external',
  'readinessGates',
  'traffic',
  'messageQueues',
  'faults',
  'objectives',
  'chaos',
  'expect',
]);

/**
 * What is wrong goes to `problems`. Nothing comes back when it is about what other parts depend on; when it is about sections of their own,
 * the document without them does.
 */
export function settle(document: InputDocument, options: SettleOptions, problems: Problems): Settled | undefined {
  const value = withoutNulls(withEmpiricalValues(document, document.value, options.read, problems));
  keepNulls(value, document.value);
  const filled = fill(value, options);
  const schema = scenarioSchema(options.families);
  let checked = check(schema, value);
  if (!checked.ok) {
    for (const flaw of checked.flaws) {
      const path = withinValue(value, flaw.path);
      problems.add(document.place(path, flaw.atKey), flaw.message, document.pathText(path));
    }
    checked = withoutFlawed(value, checked.flaws, options, schema);
  }
  const checkedDefault = check(behavior(options.families.policies, options.families.balancers), filled.defaultBehavior);
  const config = readSchedulerConfig(document, options.families, options.read, problems);
  if (!checked.ok || !checkedDefault.ok) return undefined;
  return {
    parsed: withConfig(checked.value, config),
    defaultBehavior: checkedDefault.value,
    assumptions: [...filled.assumptions.filter(({ field }) => config?.decides.includes(field) !== true), ...FIXED],
    ignored: config?.ignored ?? [],
  };
}

/** Fills the defaults in, and says which; the behaviour of images without one is not part of the document. */
function fill(value: unknown, options: SettleOptions): { defaultBehavior: unknown; assumptions: Assumption[] } {
  const assumptions: Assumption[] = [];
  const unnamed = { image: '*' };
  if (!isMapping(value) || !(value['spec'] === undefined || isMapping(value['spec']))) {
    return { defaultBehavior: unnamed, assumptions };
  }
  const spec = (value['spec'] ??= {}) as Record<string, unknown>;
  if (options.plain) spec['duration'] ??= PLAIN_DURATION;
  addDefaultPool(spec, options.hasNodes);
  replaceDisciplines(spec);
  assumptions.push(...fillDefaults(spec));
  const listed = Array.isArray(spec['behaviors']) ? spec['behaviors'] : [];
  const catchAll: unknown = listed.find((one) => isMapping(one) && one['image'] === '*');
  return { defaultBehavior: catchAll ?? fillItem(spec, 'behaviors', unnamed, assumptions), assumptions };
}

/** The document checked again without the sections in which something is wrong. */
function withoutFlawed(
  value: unknown,
  flaws: readonly Flaw[],
  options: SettleOptions,
  schema: ReturnType<typeof scenarioSchema>,
): Checked<ParsedDocument> {
  const sections = new Set(flaws.map(({ path }) => (path[0] === 'spec' ? path[1] : undefined)));
  if (!isMapping(value) || !isMapping(value['spec']) || [...sections].some((one) => !SEPARATE.has(one))) {
    return { ok: false, flaws };
  }
  const kept = Object.entries(value['spec']).filter(([name]) => !sections.has(name));
  const without = { ...value, spec: Object.fromEntries(kept) };
  fill(without, options);
  return check(schema, without);
}

function withConfig(parsed: ParsedDocument, config: ConfiguredScheduler | undefined): ParsedDocument {
  if (config === undefined) return parsed;
  const { scheduler, controlPlane } = parsed.spec;
  const { clients } = controlPlane;
  return {
    ...parsed,
    spec: {
      ...parsed.spec,
      scheduler: { ...scheduler, ...config.settings },
      controlPlane: {
        ...controlPlane,
        clients: { ...clients, scheduler: { ...clients.scheduler, ...config.client } },
      },
    },
  };
}

/** The part of a path that leads through mappings and lists: a plain duration has no `constant` below it. */
function withinValue(root: unknown, path: readonly (string | number)[]): (string | number)[] {
  const within: (string | number)[] = [];
  let node = root;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) break;
    within.push(key);
    node = (node as Record<string | number, unknown>)[key];
  }
  return within;
}

/** In these fields of timeline actions `null` is a value: it removes a field. */
const WITH_NULLS = [
  ['patch', 'patch'],
  ['label', 'labels'],
  ['annotate', 'annotations'],
] as const;

function keepNulls(value: unknown, written: unknown): void {
  const keep = (at: (string | number)[], field: string): void => {
    const given = valueAt(written, [...at, field]);
    const kept = valueAt(value, at);
    if (isMapping(given) && isMapping(kept)) kept[field] = structuredClone(given);
  };
  const entries = valueAt(written, ['spec', 'timeline']);
  for (const index of Array.isArray(entries) ? entries.keys() : [])
    for (const [action, field] of WITH_NULLS) keep(['spec', 'timeline', index, action], field);
  // What a variant or a cell sets to null is removed.
  const variants = valueAt(written, ['spec', 'bench']);
  for (const index of Array.isArray(variants) ? variants.keys() : []) keep(['spec', 'bench', index], 'set');
  keep(['spec'], 'sweep');
}

function addDefaultPool(spec: Record<string, unknown>, hasNodes: boolean): void {
  const cluster = spec['cluster'] ?? {};
  if (hasNodes || !isMapping(cluster) || cluster['nodePools'] !== undefined) return;
  spec['cluster'] = { ...cluster, nodePools: [{ name: 'default' }] };
}
