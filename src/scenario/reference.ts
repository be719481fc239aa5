// docs/reference/scenario.md as text, from the schema of the document, the table of defaults, the figures and the families.
import { z } from 'zod';
import { bare, describeFields, meaning, objectShape, typeName } from '../lib/describe.ts';
import { distributionForms } from '../lib/distribution.ts';
import type { FamilySchema } from '../lib/family.ts';
import { DEFAULTS, FIXED, PLAIN_DURATION } from './defaults.ts';
import type { Default } from './default.ts';
import type { FigurePattern } from './expect.ts';
import { writeValue } from './fill.ts';
import { scenarioSchema } from './schema/schema.ts';

/** What the reference says of a family. */
interface DocumentedFamily {
  readonly members: readonly { readonly name: string; readonly summary: string; readonly args: z.ZodType }[];
}

export interface DocumentedFamilies {
  readonly arrivals: DocumentedFamily;
  readonly balancers: DocumentedFamily;
  readonly faults: DocumentedFamily;
  readonly jobQueues: DocumentedFamily;
  readonly nodeAutoscalers: DocumentedFamily;
  readonly policies: DocumentedFamily;
  readonly rollouts: DocumentedFamily;
  readonly schedulerPlugins: DocumentedFamily;
  readonly figures: readonly FigurePattern[];
}

/** The whole file. Throws when a default has no field in the schema. */
export function scenarioReference(families: DocumentedFamilies): string {
  const schema = scenarioSchema({
    arrivals: schemaOf(families.arrivals),
    balancers: schemaOf(families.balancers),
    faults: schemaOf(families.faults),
    jobQueues: schemaOf(families.jobQueues),
    nodeAutoscalers: schemaOf(families.nodeAutoscalers),
    policies: schemaOf(families.policies),
    rollouts: schemaOf(families.rollouts),
    schedulerPlugins: schemaOf(families.schedulerPlugins),
    figures: families.figures,
  });
  const spec = objectShape(schema.shape.spec);
  const parts = Object.keys(spec).filter((key) => !RUN.includes(key));
  const tables = [
    '## Run',
    fieldTable(RUN.flatMap((key) => rows(key, spec[key]))),
    ...parts.flatMap((key) => [`## ${key}`, fieldTable(rows(key, spec[key]))]),
  ];
  const text = [
    ...INTRODUCTION,
    ...tables,
    ...familySections(families),
    ...expectations(families.figures),
    ...CLOSING,
  ].join('\n\n');
  const missing = DEFAULTS.filter(({ field }) => !text.includes(`\`${plain(field)}\``));
  if (missing.length > 0) throw new Error(`defaults without a field: ${missing.map(({ field }) => field).join(', ')}`);
  return `${text}\n`;
}

const RUN: readonly string[] = [
  'duration',
  'warmup',
  'interval',
  'seed',
  'seeds',
  'preset',
  'manifests',
  'initialState',
  'sweep',
  'bench',
  'expect',
];

function schemaOf({ members }: DocumentedFamily): FamilySchema {
  return new Map(members.map((one) => [one.name, one.args]));
}

function plain(field: string): string {
  return field.replaceAll('?', '');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function table(heads: readonly string[], body: readonly (readonly string[])[]): string {
  return [row(heads), row(heads.map(() => '---')), ...body.map(row)].join('\n');
}

function fieldTable(body: readonly (readonly string[])[]): string {
  return table(['field', 'type', 'default', 'ideal', 'mark', 'meaning'], body);
}

/** Rows of a field and of everything below it. */
function rows(path: string, schema: z.core.$ZodType): string[][] {
  const inner = bare(schema);
  const given = DEFAULTS.find(({ field }) => plain(field) === path);
  const own = [
    code(path),
    typeName(schema, code),
    defaultCell(path, schema, given),
    given?.ideal === undefined ? '' : code(writeValue(given.ideal)),
    given?.mark ?? '',
    meaning(schema),
  ];
  const item = inner instanceof z.ZodArray ? bare(inner.element) : undefined;
  if (inner instanceof z.ZodObject) return [own, ...below(path, inner)];
  if (item instanceof z.ZodObject) return [own, ...below(`${path}[]`, item)];
  // Quantities by resource: the names that have a default.
  const named = DEFAULTS.filter(({ field }) => field.startsWith(`${path}.`));
  return [
    own,
    ...named.map(({ field, value, mark }) => [code(field), 'quantity', code(writeValue(value)), '', mark ?? '', '']),
  ];
}

function below(path: string, object: z.ZodObject): string[][] {
  return Object.entries(object.shape).flatMap(([key, field]) => rows(`${path}.${key}`, field));
}

/** What a field that is left out has. Mappings and lists have what their own fields have. */
function defaultCell(path: string, schema: z.core.$ZodType, given: Default | undefined): string {
  const written = given === undefined ? '' : writeValue(given.value);
  if (written !== '' && written !== '[]' && written !== '{}') return code(written);
  const inner = bare(schema);
  const holds = [z.ZodObject, z.ZodArray, z.ZodRecord].some((kind) => inner instanceof kind);
  if (holds || DEFAULTS.some(({ field }) => field.startsWith(`${path}.`))) return '';
  if (schema instanceof z.ZodDefault) return code(writeValue(schema.def.defaultValue));
  return schema instanceof z.ZodOptional || meaning(schema).includes('Default: ') ? '' : 'required';
}

const DISTRIBUTIONS = Object.entries(distributionForms).map(([name, form]) => {
  const fields = Object.keys(objectShape(form)).map((key) => `${key}: …`);
  return [code(`{ ${name}: ${fields.length === 0 ? '…' : `{ ${fields.join(', ')} }`} }`)];
});

const INTRODUCTION: readonly string[] = [
  '<!-- Generated by scripts/generate-scenario-reference.mjs. Do not edit. -->',
  '# The Scenario document',
  'A scenario is one YAML file (JSON is YAML too) with any number of documents: at most one `apiVersion: wavetank/v1`, `kind: Scenario`, and Kubernetes objects beside it or in the files of `spec.manifests`. Scalars are read as kubectl reads them: `on`, `yes` and `y` are true, `0644` is 420; quote what should be text.',
  `Manifests without a Scenario document are a scenario too: ${code(PLAIN_DURATION)} on three nodes, unless \`--duration\` and \`--nodes\` say otherwise. Node objects among the manifests are the cluster; node pools may stand beside them.`,
  "Fields are below `spec`; `[]` stands for each item of a list. Marks say where a default comes from: P a published measurement, K Kubernetes' own default, R seen in recordings of a real control plane, A an assumption. Defaults with a mark that a run used are listed in its `run.json` under `assumptions`. The column *ideal* is what `preset: ideal` has instead.",
  '## Units',
  table(
    ['type', 'written as'],
    [
      ['duration', '`250ms`, `1m30s`, `1.5h`, `0`; units us, ms, s, m, h, d'],
      ['rate', '`500/s`, `30/m`'],
      ['size', '`120MB`, `1.5GiB`, `100Mi`, or a number of bytes'],
      ['quantity', "Kubernetes' quantities: `500m`, `4`, `16Gi`"],
      ['distribution', 'a duration (constant), or one of the forms below'],
    ],
  ),
  '## Distributions',
  table(['form'], DISTRIBUTIONS),
  "Durations are its arguments, but for `shape`, `sigma` and `scv` (squared coefficient of variation), which are numbers. `pareto` is bounded. `empirical` may also name a column of a CSV file in the scenario's folder: `{ empirical: { file: latency.csv, column: took, unit: ms } }`, unit `us`, `ms` or `s` (default). A lognormal has the mean median·exp(sigma²/2).",
];

function argumentsText(args: z.ZodType): string {
  const texts = describeFields(args, code).map(({ name, type, required, default: given }) => {
    const otherwise = given === undefined ? (required ? '' : ', optional') : `, default ${code(writeValue(given))}`;
    return `${code(name)} (${type}${otherwise})`;
  });
  return texts.join('; ');
}

function familySections({
  arrivals,
  balancers,
  faults,
  jobQueues,
  nodeAutoscalers,
  policies,
  rollouts,
  schedulerPlugins,
}: DocumentedFamilies): string[] {
  const members = (family: DocumentedFamily) =>
    table(
      ['name', 'arguments', 'what'],
      family.members.map(({ name, args, summary }) => [code(name), argumentsText(args), summary]),
    );
  return [
    '## Families',
    'A member is written as its name (`balancer: Random`) or as its name with its arguments (`{ poisson: { rate: 500/s } }`). `wavetank list` also says what each argument means.',
    '### Arrivals',
    members(arrivals),
    '### Balancers',
    members(balancers),
    '### Faults',
    members(faults),
    '### Job queues',
    members(jobQueues),
    '### Node autoscalers',
    members(nodeAutoscalers),
    '### Policies',
    members(policies),
    '### Rollouts',
    members(rollouts),
    '### Scheduler plugins',
    members(schedulerPlugins),
  ];
}

const expectations = (figures: readonly FigurePattern[]): readonly string[] => [
  '## Expectations',
  '`<figure> [during <from>..<to>] [where <axis>=<value>,…] [over seeds: all|mean] <comparison> <value>`. The comparison is one of `<`, `<=`, `>`, `>=`, `==`, `!=`, or `between <low> and <high>`. The value is a duration, a rate, a number, or for a ratio also a percentage. A window begins and ends at a multiple of `interval`; `during 5m..end` ends with the run. Without a window the figure is that of the run after its warm-up. Every seed must hold it by itself, unless `over seeds: mean` asks for the mean (which requires a value of every seed; YAML needs quotes around text with a colon and a space). `where` is about the cells of a sweep: an axis is called by the last word of its path, one in an object by the object and that word, and a value is written without spaces: `requests.p99 where balancer=Random,web.replicas=4 < 80ms`; or about a variant of a bench: `pods.pending where variant=Tetris == 0`; or about what chaos strikes: `requests.failed where target=zone/a,moment=3m < 100`. Without it an expectation is about every cell and variant; `wavetank run`, which runs no cells, leaves those with it alone. `min(…)`, `max(…)`, `mean(…)` and `last(…)` apply to gauges, which otherwise are taken at the end of the window: `min(deployment.web.available) during 5m..10m >= 8`.',
  '`<service>` and `<deployment>` are `namespace/name`, or the name alone where it is in `default` or in one namespace only.',
  table(
    ['figure', 'unit', 'gauge', 'window', 'meaning'],
    figures.map((one) => [
      code(one.pattern),
      one.unit === 'us' ? 'duration' : one.unit,
      one.gauge ? 'yes' : '',
      one.wholeRun ? 'no' : 'yes',
      one.meaning,
    ]),
  ),
];

const CLOSING: readonly string[] = [
  '## Paths',
  '`--set path=value` and the axes of `sweep` take a path of this document, `spec.cluster.nodePools[name=web].count` or `spec.traffic[0].timeout`, or one of an object as a JSON pointer, `Deployment/shop/web:/spec/strategy/rollingUpdate/maxUnavailable` (without a namespace: `Deployment/web:/spec/replicas` in `default`). The value is YAML; `spec.timeline[+]` adds an item to a list. `--vary path=value,value` is an axis too, and takes the place of one of the same path.',
  '## Assumptions that are no fields',
  table(
    ['what', 'mark', 'value'],
    FIXED.map(({ field, mark, value }) => [field, mark, value]),
  ),
];
