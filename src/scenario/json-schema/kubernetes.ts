// Kubernetes objects as JSON Schema, from the tables of the API server's own types.
import { builtInKinds, type Kind, objectType, type Scalar, type ValueType } from '../../model/objects/tables.ts';
import { definition, type JsonSchema, when } from './json.ts';

const INT32 = 2 ** 31;

const BASE64 = String.raw`^(([A-Za-z0-9+/]\s*){4})*(([A-Za-z0-9+/]\s*){2}(=\s*){2}|([A-Za-z0-9+/]\s*){3}=\s*)?$`;

const SCALARS: Readonly<Record<Scalar, JsonSchema>> = {
  string: { type: ['string', 'null'] },
  int32: { type: ['integer', 'null'], minimum: -INT32, maximum: INT32 - 1 },
  int64: { type: ['integer', 'null'] },
  double: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  bytes: { type: ['string', 'null'], pattern: BASE64 },
  time: { type: ['string', 'null'], pattern: String.raw`^\d{4}-\d\d-\d\dT.*\d(Z|[-+]\d\d:\d\d)$` },
  quantity: { anyOf: [definition('quantity'), { type: ['string', 'null'], pattern: '^\\s*-' }, { type: 'number' }] },
  'int-or-string': { type: ['integer', 'string', 'null'] },
  any: {},
};

/** Every type that a built-in kind holds, by its short name, and `kubernetes-object` for any of the kinds. */
export function kubernetesDefinitions(): Record<string, JsonSchema> {
  const definitions: Record<string, JsonSchema> = {};
  const visit = (name: string): void => {
    if (definitions[name] !== undefined) return;
    definitions[name] = {};
    const { fields } = objectType(name);
    definitions[name] = {
      // Null is what kubectl prints for nothing, as in `creationTimestamp: null`. What is missing is validation's to say: the API
      // server takes some objects without fields that its own documents require.
      type: ['object', 'null'],
      properties: Object.fromEntries(fields.map((field) => [field.name, valueSchema(field.type, visit)])),
      additionalProperties: false,
    };
  };
  const kinds = builtInKinds();
  for (const { type } of kinds) visit(type);
  return { ...definitions, 'kubernetes-object': anyKind(kinds) };
}

function valueSchema(type: ValueType, visit: (name: string) => void): JsonSchema {
  switch (type.is) {
    case 'scalar':
      // An empty text is an absent field.
      return type.values === undefined ? SCALARS[type.scalar] : { enum: [...new Set([...type.values, '', null])] };
    case 'object':
      visit(type.name);
      return definition(type.name);
    case 'list':
      return { type: ['array', 'null'], items: valueSchema(type.of, visit) };
    case 'map':
      return { type: ['object', 'null'], additionalProperties: valueSchema(type.of, visit) };
  }
}

/** Chosen by apiVersion and kind; custom resources, whose group has a dot, are taken as they are. */
function anyKind(kinds: readonly Kind[]): JsonSchema {
  const versions = [...new Set(kinds.map(({ apiVersion }) => apiVersion))];
  const named = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
    properties,
    required: Object.keys(properties),
  });
  const kindsOf = (version: string): string[] =>
    kinds.filter(({ apiVersion }) => apiVersion === version).map(({ kind }) => kind);
  return {
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: { anyOf: [{ enum: versions }, { type: 'string', pattern: String.raw`^[^/]+\.[^/]+/[^/]+$` }] },
      kind: { type: 'string', minLength: 1 },
    },
    allOf: [
      ...versions.map((version) =>
        when(named({ apiVersion: { const: version } }), {
          properties: { kind: { anyOf: [{ enum: kindsOf(version) }, { type: 'string', pattern: 'List$' }] } },
        }),
      ),
      ...kinds.map(({ apiVersion, kind, type }) =>
        when(named({ apiVersion: { const: apiVersion }, kind: { const: kind } }), definition(type)),
      ),
      // `kubectl get -o yaml`: items of a typed list have no kind of their own.
      when(named({ kind: { const: 'List' } }), {
        properties: { items: { type: 'array', items: definition('kubernetes-object') } },
      }),
    ],
  };
}
