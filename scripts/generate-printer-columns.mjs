// The columns of Kubernetes' printers → src/http-api/tables/columns.generated.ts: names, types, priorities and descriptions of what `kubectl get` shows.
// Usage: node scripts/generate-printer-columns.mjs KUBERNETES API APIMACHINERY, three folders of Go modules: k8s.io/kubernetes, k8s.io/api and k8s.io/apimachinery of one release.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [kubernetes, api, apimachinery] = process.argv.slice(2);
if (apimachinery === undefined) {
  console.error('usage: node scripts/generate-printer-columns.mjs KUBERNETES API APIMACHINERY');
  process.exit(2);
}

/** Packages of internal types that have printers, and the group and version that is served of each. */
const SERVED = {
  admissionregistration: 'admissionregistration.k8s.io/v1',
  api: 'v1',
  apps: 'apps/v1',
  autoscaling: 'autoscaling/v2',
  batch: 'batch/v1',
  certificates: 'certificates.k8s.io/v1',
  coordination: 'coordination.k8s.io/v1',
  discovery: 'discovery.k8s.io/v1',
  flowcontrol: 'flowcontrol.apiserver.k8s.io/v1',
  networking: 'networking.k8s.io/v1',
  nodeapi: 'node.k8s.io/v1',
  policy: 'policy/v1',
  rbac: 'rbac.authorization.k8s.io/v1',
  resource: 'resource.k8s.io/v1',
  scheduling: 'scheduling.k8s.io/v1',
  storage: 'storage.k8s.io/v1',
};
/** Kinds that are alpha or beta only, or that nobody lists. */
const LEFT_OUT = new Set([
  'ComponentStatus',
  'Scale',
  'ClusterTrustBundle',
  'PodCertificateRequest',
  'LeaseCandidate',
  'DeviceTaintRule',
  'ResourcePoolStatusRequest',
  'PodGroup',
  'Workload',
]);

const source = readFileSync(join(kubernetes, 'pkg/printers/internalversion/printers.go'), 'utf8');
const imports = new Map(
  [...source.slice(0, source.indexOf(')\n')).matchAll(/^\s+(\w+)?\s*"([^"]+)"$/gm)].map(([, alias, path]) => [
    alias ?? path.split('/').at(-1),
    path,
  ]),
);

const documents = new Map();
function documented(alias, type, field) {
  const path = imports.get(alias);
  if (!documents.has(path)) documents.set(path, typesOf(path));
  return documents.get(path).get(type)?.get(field) ?? '';
}

function typesOf(path) {
  const folder = path.startsWith('k8s.io/api/')
    ? join(api, path.slice('k8s.io/api/'.length))
    : join(apimachinery, path.slice('k8s.io/apimachinery/'.length));
  const text = readFileSync(join(folder, 'types_swagger_doc_generated.go'), 'utf8');
  return new Map(
    [...text.matchAll(/var map_(\w+) = map\[string\]string\{\n(.*?)\n\}/gs)].map(([, type, body]) => [
      type,
      new Map(
        [...body.matchAll(/^\s+"([^"]*)":\s+("(?:[^"\\]|\\.)*"),$/gm)].map(([, name, quoted]) => [
          name,
          JSON.parse(quoted),
        ]),
      ),
    ]),
  );
}

function columnsOf(body) {
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const text = (field) => new RegExp(`${field}: ("(?:[^"\\\\]|\\\\.)*")`).exec(line)?.[1];
      const described = /Description: (\w+)\.(\w+)\{\}\.SwaggerDoc\(\)\["([^"]*)"\]/.exec(line);
      // Of a field of a value: apiv1.Event{}.InvolvedObject is an ObjectReference.
      const ofReference = /Description: (\w+)\.Event\{\}\.InvolvedObject\.SwaggerDoc\(\)\["([^"]*)"\]/.exec(line);
      const written = text('Description');
      const description =
        written !== undefined
          ? JSON.parse(written)
          : described !== null
            ? documented(described[1], described[2], described[3])
            : ofReference !== null
              ? documented(ofReference[1], 'ObjectReference', ofReference[2])
              : '';
      return {
        name: JSON.parse(text('Name')),
        type: JSON.parse(text('Type')),
        format: JSON.parse(text('Format') ?? '""'),
        priority: Number(/Priority: (\d+)/.exec(line)?.[1] ?? 0),
        description,
      };
    });
}

const definitions = new Map(
  [...source.matchAll(/(\w+) := \[\]metav1\.TableColumnDefinition\{\n(.*?)\n\t\}/gs)].map(([, name, body]) => [
    name,
    columnsOf(body),
  ]),
);
const descriptions = [];
const lines = [];
for (const [, name, printer] of source.matchAll(/h\.TableHandler\((\w+), (print\w+)\)/g)) {
  const taken = new RegExp(`func ${printer}\\(\\w+ \\*(\\w+)\\.(\\w+),`).exec(source);
  if (taken === null || taken[2].endsWith('List') || LEFT_OUT.has(taken[2])) continue;
  const apiVersion = SERVED[taken[1]];
  if (apiVersion === undefined) continue;
  const columns = definitions.get(name).map((column) => {
    if (!descriptions.includes(column.description)) descriptions.push(column.description);
    const { type, format, priority } = column;
    return [column.name, type, format, priority, descriptions.indexOf(column.description)].join('~');
  });
  lines.push(`${apiVersion} ${taken[2]}|${columns.join('|')}`);
}
lines.sort();

const quoted = (text) => text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('$', '\\$');
writeFileSync(
  new URL('../src/http-api/tables/columns.generated.ts', import.meta.url),
  `// Generated by scripts/generate-printer-columns.mjs from k8s.io/kubernetes, k8s.io/api and k8s.io/apimachinery. Do not edit.

/** A kind a line: \`apiVersion kind|name~type~format~priority~description|…\`; a description is a line of the table below. */
export const COLUMNS = \`${quoted(lines.join('\n'))}\`;

export const DESCRIPTIONS = \`${quoted(descriptions.map((text) => text.replaceAll('\n', '\\n')).join('\n'))}\`;
`,
);
console.log(`${lines.length} kinds, ${descriptions.length} descriptions`);
