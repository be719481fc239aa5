// The OpenAPI v3 documents of kube-apiserver → src/http-api/openapi/documents.json.br: those of the groups and versions that the HTTP front serves.
// Usage: node scripts/pack-openapi.mjs KUBERNETES, the folder of the Go module k8s.io/kubernetes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [kubernetes] = process.argv.slice(2);
if (kubernetes === undefined) {
  console.error('usage: node scripts/pack-openapi.mjs KUBERNETES');
  process.exit(2);
}

const GROUPS = {
  'admissionregistration.k8s.io': ['v1'],
  'apiextensions.k8s.io': ['v1'],
  'apiregistration.k8s.io': ['v1'],
  apps: ['v1'],
  'authentication.k8s.io': ['v1'],
  'authorization.k8s.io': ['v1'],
  autoscaling: ['v2'],
  batch: ['v1'],
  'certificates.k8s.io': ['v1'],
  'coordination.k8s.io': ['v1'],
  'discovery.k8s.io': ['v1'],
  'events.k8s.io': ['v1'],
  'flowcontrol.apiserver.k8s.io': ['v1'],
  'networking.k8s.io': ['v1'],
  'node.k8s.io': ['v1'],
  policy: ['v1'],
  'rbac.authorization.k8s.io': ['v1'],
  'resource.k8s.io': ['v1'],
  'scheduling.k8s.io': ['v1'],
  'storage.k8s.io': ['v1'],
};
const paths = [
  'api',
  'api/v1',
  'apis',
  ...Object.entries(GROUPS).flatMap(([group, versions]) => [
    `apis/${group}`,
    ...versions.map((version) => `apis/${group}/${version}`),
  ]),
  'version',
];
const documents = Object.fromEntries(
  paths.map((path) => {
    const file = `${path.replaceAll('/', '__')}_openapi.json`;
    return [path, JSON.parse(readFileSync(join(kubernetes, 'api/openapi-spec/v3', file), 'utf8'))];
  }),
);
// The documents in the repository are written without enumerations; those that a server gives have them.
const generated = readFileSync(join(kubernetes, 'pkg/generated/openapi/zz_generated.openapi.go'), 'utf8');
const { tag = 'v0.0' } = /@(?<tag>v\d+\.\d+)/.exec(kubernetes)?.groups ?? {};
const enumerated = new Map();
for (const [, name, body] of generated.matchAll(/^func schema_(k8sio_\w+)\(.*?\{\n(.*?)^\}/gms)) {
  for (const block of body.split(/^\t{5}(?="\w+": \{$)/m).slice(1)) {
    const values = /Enum: +\[\]interface\{\}\{(.*?)\}/.exec(block);
    if (values === null) continue;
    const property = /^"(\w+)"/.exec(block)[1];
    const description = /Description: +("(?:[^"\\]|\\.)*")/.exec(block)?.[1] ?? '""';
    enumerated.set(`${name} ${property}`, {
      values: JSON.parse(`[${values[1]}]`),
      description: JSON.parse(description),
      within: ['Items', 'AdditionalProperties'].find((part) => block.lastIndexOf(`${part}:`, values.index) >= 0),
    });
  }
}
for (const document of Object.values(documents)) {
  document.info.version = tag.slice(1).replace(/^0\./, '1.');
  for (const [name, { properties = {} }] of Object.entries(document.components.schemas ?? {})) {
    const id = name.replace(/^io\.k8s\./, 'k8sio_').replaceAll('.', '_');
    for (const [property, schema] of Object.entries(properties)) {
      const found = enumerated.get(`${id} ${property}`);
      if (found === undefined) continue;
      const { values, description, within } = found;
      schema.description = description;
      const holder = { Items: schema.items, AdditionalProperties: schema.additionalProperties }[within] ?? schema;
      holder.enum = values;
    }
  }
}
// CBOR is behind a feature gate, and off.
const text = Buffer.from(
  JSON.stringify(documents, (key, value) => (/^application\/.*cbor/.test(key) ? undefined : value)),
);
const packed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
writeFileSync(new URL('../src/http-api/openapi/documents.json.br', import.meta.url), packed);
console.log(`${paths.length} documents, ${text.length} bytes, packed ${packed.length}`);
