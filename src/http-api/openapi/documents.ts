// The OpenAPI v3 documents of what is served, as kube-apiserver publishes them: kubectl validates, explains and patches by them. They are read when somebody asks for them first.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { assert } from '../../lib/assert.ts';

/** Packed by scripts/pack-openapi.mjs. The build copies it beside the program; in a checkout it is where its source is. */
const PLACES = ['documents.json.br', 'src/http-api/openapi/documents.json.br'];

interface OpenApiDocument {
  readonly text: string;
  /** SHA-512, as the index names it. */
  readonly hash: string;
}

let documents: ReadonlyMap<string, OpenApiDocument> | undefined;

/** GET /openapi/v3 */
export function openApiIndex(): object {
  const paths = [...all()].map(([path, { hash }]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]);
  return { paths: Object.fromEntries(paths) as object };
}

/** GET /openapi/v3/PATH, such as `apis/apps/v1`; undefined for one that is not served. */
export function openApiDocument(path: string): OpenApiDocument | undefined {
  return all().get(path);
}

interface Operation {
  readonly 'x-kubernetes-group-version-kind'?: object;
  readonly parameters?: readonly { readonly name?: string }[];
}

interface WithPaths {
  readonly paths: Readonly<Record<string, { readonly patch?: Operation }>>;
}

/** Where objects are patched, and of which kind they are, where that can be tried without being done. */
export function openApiPatches(): readonly { readonly path: string; readonly kind: object }[] {
  return [...all().values()].flatMap(({ text }) =>
    Object.entries((JSON.parse(text) as WithPaths).paths).flatMap(([path, { patch }]) => {
      const kind = patch?.['x-kubernetes-group-version-kind'];
      const isTried = patch?.parameters?.some(({ name }) => name === 'dryRun') === true;
      return kind === undefined || !isTried ? [] : [{ path, kind }];
    }),
  );
}

function all(): ReadonlyMap<string, OpenApiDocument> {
  documents ??= read();
  return documents;
}

function packed(): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let folder = own; ; folder = dirname(folder)) {
    for (const place of PLACES) if (existsSync(join(folder, place))) return join(folder, place);
    assert(folder !== dirname(folder), () => `${own}: no ${PLACES[0]} here or above: expected the whole package`);
  }
}

function read(): ReadonlyMap<string, OpenApiDocument> {
  const text = brotliDecompressSync(readFileSync(packed())).toString('utf8');
  return new Map(
    Object.entries(JSON.parse(text) as Readonly<Record<string, object>>).map(([path, document]) => {
      const written = JSON.stringify(document);
      return [path, { text: written, hash: createHash('sha512').update(written).digest('hex').toUpperCase() }];
    }),
  );
}
