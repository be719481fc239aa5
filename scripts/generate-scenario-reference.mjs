// Writes docs/reference/scenario.md from the schema of the Scenario document; with --check it only says whether the file is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const FILE = 'docs/reference/scenario.md';

const bundled = await build({
  stdin: {
    contents: [
      "export { z } from 'zod';",
      "export * from './src/scenario/schema/schema.ts';",
      "export * from './src/scenario/schema/happenings.ts';",
      "export * from './src/scenario/defaults.ts';",
      "export * from './src/scenario/figures.ts';",
      "export { writeValue } from './src/scenario/fill.ts';",
      "export { distributionForms } from './src/lib/distribution.ts';",
      "export { familySchema } from './src/lib/family.ts';",
      "export { balancers } from './src/network/balancers/index.ts';",
      "export { arrivals } from './src/traffic/arrivals/index.ts';",
      "export { faults } from './src/faults/models/index.ts';",
    ].join('\n'),
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  logLevel: 'error',
});
const source = `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`;
const { z, scenarioSchema, actions, DEFAULTS, FIXED, PLAIN_DURATION, FIGURES, writeValue, ...library } = await import(
  source
);
const { distributionForms, familySchema, balancers, arrivals, faults } = library;

const row = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (heads, rows) => [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');
const code = (text) => (text === '' ? '' : `\`${text}\``);

/** The schema without what only wraps it: optional, default, and the conversion after the check. */
function bare(schema) {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return bare(schema.unwrap());
  if (schema instanceof z.ZodPipe && schema.meta()?.type === undefined && !(schema.in instanceof z.ZodTransform)) {
    return bare(schema.in);
  }
  return schema;
}

function meaning(schema) {
  const own = schema.meta()?.description;
  if (own !== undefined) return own;
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return wrapped ? meaning(schema.unwrap()) : schema instanceof z.ZodPipe ? meaning(schema.in) : '';
}

function typeName(schema) {
  const named = schema.meta()?.type;
  if (named !== undefined) return named;
  const inner = bare(schema);
  if (inner !== schema) return typeName(inner);
  if (inner instanceof z.ZodEnum) return inner.options.map(code).join(' or ');
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => code(String(value))).join(' or ');
  if (inner instanceof z.ZodArray) return `list of ${typeName(inner.element)}`;
  if (inner instanceof z.ZodRecord) return `mapping to ${typeName(inner.valueType)}`;
  if (inner instanceof z.ZodObject) return 'mapping';
  if (inner instanceof z.ZodString) return 'text';
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodNumber) return 'number';
  return 'any value';
}

const unused = new Set(DEFAULTS.map((one) => one.field));

/** Rows of a field and of everything below it. */
function rows(path, schema) {
  const inner = bare(schema);
  const defaults = DEFAULTS.find((one) => one.field.replaceAll('?', '') === path);
  if (defaults !== undefined) unused.delete(defaults.field);
  const structural = defaults !== undefined && ['[]', '{}'].includes(writeValue(defaults.value));
  const own = row([
    code(path),
    typeName(schema),
    defaultCell(path, schema, structural ? undefined : defaults),
    defaults?.ideal === undefined ? '' : code(writeValue(defaults.ideal)),
    defaults?.mark ?? '',
    meaning(schema),
  ]);
  if (inner instanceof z.ZodObject) return [own, ...below(path, inner)];
  if (inner instanceof z.ZodArray && bare(inner.element) instanceof z.ZodObject) {
    return [own, ...below(`${path}[]`, bare(inner.element))];
  }
  // Quantities by resource: the names that have a default.
  const named = DEFAULTS.filter((one) => one.field.startsWith(`${path}.`));
  for (const one of named) unused.delete(one.field);
  const cells = ({ field, value, mark }) => row([code(field), 'quantity', code(writeValue(value)), '', mark ?? '', '']);
  return [own, ...named.map(cells)];
}

/** What a field that is left out has. Mappings and lists have what their own fields have. */
function defaultCell(path, schema, defaults) {
  if (defaults !== undefined) return code(writeValue(defaults.value));
  const inner = bare(schema);
  const holds = [z.ZodObject, z.ZodArray, z.ZodRecord].some((kind) => inner instanceof kind);
  const parent = holds || DEFAULTS.some((one) => one.field.startsWith(`${path}.`));
  if (schema instanceof z.ZodDefault && !parent) return code(writeValue(schema.def.defaultValue));
  return parent || schema instanceof z.ZodOptional || meaning(schema).includes('Default: ') ? '' : 'required';
}

function below(path, object) {
  return Object.entries(object.shape).flatMap(([key, field]) => rows(`${path}.${key}`, field));
}

const HEADS = ['field', 'type', 'default', 'ideal', 'mark', 'meaning'];
const fieldTable = (body) => [row(HEADS), row(HEADS.map(() => '---')), ...body].join('\n');
const members = ({ members }) =>
  table(
    ['name', 'arguments', 'what'],
    members.map((one) => [code(one.name), argumentsOf(one.args), one.summary]),
  );
const argumentsOf = (args) => {
  const inner = bare(args);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).map(code).join(', ') : '';
};

const schema = scenarioSchema({
  balancers: familySchema(balancers),
  arrivals: familySchema(arrivals),
  faults: familySchema(faults),
});
const spec = bare(schema.shape.spec).shape;
const SIMPLE = ['duration', 'warmup', 'interval', 'seed', 'seeds', 'preset', 'manifests'];
const LISTS = ['sweep', 'expect'];
const runRows = [...SIMPLE, ...LISTS].flatMap((key) => rows(key, spec[key]));
const parts = Object.keys(spec).filter((key) => !SIMPLE.includes(key) && !LISTS.includes(key));

const distributionRows = Object.entries(distributionForms).map(([name, form]) => {
  const inner = bare(form);
  const fields = inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  return [
    code(fields.length === 0 ? `{ ${name}: … }` : `{ ${name}: { ${fields.map((key) => `${key}: …`).join(', ')} } }`),
  ];
});

const text = `${[
  '<!-- Generated by scripts/generate-scenario-reference.mjs. Do not edit. -->',
  '# The Scenario document',
  'A scenario is one YAML file (JSON is YAML too) with any number of documents: at most one `apiVersion: wavetank/v1`, `kind: Scenario`, and Kubernetes objects beside it or in the files of `spec.manifests`. Scalars are read as kubectl reads them: `on`, `yes` and `y` are true, `0644` is 420; quote what is meant as text.',
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
      ['distribution', 'a duration, which is constant, or one of the forms below'],
    ],
  ),
  '## Distributions',
  table(['form'], distributionRows),
  "Durations are its arguments, but for `shape`, `sigma` and `scv` (squared coefficient of variation), which are numbers. `pareto` is bounded. `empirical` may also name a column of a CSV file in the scenario's folder: `{ empirical: { file: latency.csv, column: took, unit: ms } }`, unit `us`, `ms` or `s` (default). A lognormal has the mean median·exp(sigma²/2).",
  '## Run',
  fieldTable(runRows),
  ...parts.flatMap((key) => [`## ${key}`, fieldTable(rows(key, spec[key]))]),
  '## Families',
  'A member is written as its name (`balancer: Random`) or as its name with its arguments (`{ poisson: { rate: 500/s } }`). `wavetank list` prints the arguments in full.',
  '### Arrivals',
  members(arrivals),
  '### Balancers',
  members(balancers),
  '### Faults',
  members(faults),
  '## Expectations',
  '`<figure> [during <from>..<to>] [over seeds: all|mean] <comparison> <value>`. The comparison is one of `<`, `<=`, `>`, `>=`, `==`, `!=`, or `between <low> and <high>`. The value is a duration, a rate, a number, or for a ratio also a percentage. `during 5m..end` ends with the run. Without a window the figure is that of the run after its warm-up. Every seed must hold it by itself, unless `over seeds: mean` asks for the mean. `min(…)`, `max(…)`, `mean(…)` and `last(…)` apply to gauges, which otherwise are taken at the end of the window: `min(deployment.web.available) during 5m..10m >= 8`.',
  '`<service>` and `<deployment>` are `namespace/name`, or the name alone where it is in `default` or in one namespace only.',
  table(
    ['figure', 'unit', 'gauge', 'window', 'meaning'],
    FIGURES.map((one) => [
      code(one.pattern),
      one.unit === 'us' ? 'duration' : one.unit,
      one.gauge ? 'yes' : '',
      one.wholeRun ? 'no' : 'yes',
      one.meaning,
    ]),
  ),
  '## Paths',
  '`--set path=value` and the axes of `sweep` take a path of this document, `spec.cluster.nodePools[name=web].count` or `spec.traffic[0].timeout`, or one of an object as a JSON pointer, `Deployment/shop/web:/spec/strategy/rollingUpdate/maxUnavailable` (without a namespace: `Deployment/web:/spec/replicas` in `default`). The value is YAML.',
  '## Assumptions that are no fields',
  table(
    ['what', 'mark', 'value'],
    FIXED.map((one) => [one.field, one.mark, one.value]),
  ),
].join('\n\n')}\n`;

if (unused.size > 0) throw new Error(`defaults of fields that the schema has not: ${[...unused].join(', ')}`);
if (Object.keys(actions).some((key) => !text.includes(`timeline[].${key}`))) throw new Error('an action is missing');

if (process.argv.includes('--check')) {
  const fresh = (await readFile(FILE, 'utf8').catch(() => '')) === text;
  if (!fresh) console.error(`${FILE} is stale: run node scripts/generate-scenario-reference.mjs`);
  process.exitCode = fresh ? 0 : 1;
} else {
  await writeFile(FILE, text);
}
