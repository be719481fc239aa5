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

/** Which version of OpenAPI, and a title, in the protobuf of gnostic: clients older than 1.27 ask for this, and then validate nothing. */
export const OPENAPI_V2_PROTOBUF = Uint8Array.from([
  0x0a,
  0x03,
  ...bytes('2.0'),
  0x12,
  0x07,
  0x0a,
  0x01,
  ...bytes('k'),
  0x12,
  0x02,
  ...bytes('v1'),
]);

/** The same in JSON. */
export const OPENAPI_V2 = { swagger: '2.0', info: { title: 'k', version: 'v1' }, paths: {}, definitions: {} };

function bytes(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
