// What clients older than kubectl 1.27 read of the OpenAPI v2 document: which kinds a dry run is for. They find no definitions in it, and validate nothing.
import { message, text } from '../protobuf/write.ts';
import { openApiPatches } from './documents.ts';

const VERSION = '2.0';
const TITLE = 'Kubernetes';
const KIND = 'x-kubernetes-group-version-kind';

/** Field numbers of gnostic's OpenAPIv2.proto. */
const Document = { swagger: 1, info: 2, paths: 8 };
const Info = { title: 1, version: 2 };
const Paths = { path: 2 };
const Named = { name: 1, value: 2 };
const PathItem = { patch: 8 };
const Operation = { parameters: 8, extension: 13 };
const ParametersItem = { parameter: 1 };
const Parameter = { nonBody: 2 };
const NonBodyParameter = { query: 3 };
const QueryParameter = { in: 2, name: 4 };
const Any = { yaml: 2 };

/** GET /openapi/v2 in JSON. */
export const OPENAPI_V2 = { swagger: VERSION, info: { title: TITLE, version: 'v1' }, paths: {}, definitions: {} };

let document: Uint8Array | undefined;

/** The same in the protobuf of gnostic, with the patches that can be tried. */
export function openApiV2Protobuf(): Uint8Array {
  document ??= message(
    [Document.swagger, text(VERSION)],
    [Document.info, message([Info.title, text(TITLE)], [Info.version, text('v1')])],
    [
      Document.paths,
      message(...openApiPatches().map(({ path, kind }) => [Paths.path, named(path, patchOf(kind))] as const)),
    ],
  );
  return document;
}

/** A path that has nothing but a patch with the parameter `dryRun`. */
function patchOf(kind: object): Uint8Array {
  const query = message([QueryParameter.in, text('query')], [QueryParameter.name, text('dryRun')]);
  const parameter = message([Parameter.nonBody, message([NonBodyParameter.query, query])]);
  const operation = message(
    [Operation.parameters, message([ParametersItem.parameter, parameter])],
    // JSON is YAML too.
    [Operation.extension, named(KIND, message([Any.yaml, text(JSON.stringify(kind))]))],
  );
  return message([PathItem.patch, operation]);
}

function named(name: string, value: Uint8Array): Uint8Array {
  return message([Named.name, text(name)], [Named.value, value]);
}
