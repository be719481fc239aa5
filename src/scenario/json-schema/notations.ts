// The notations of a scenario (durations, rates, sizes …) as JSON Schema, by the type that a field says it has.
import { definition, type JsonSchema } from './json.ts';

const text = (pattern: string, example: string): JsonSchema => ({ type: 'string', pattern, examples: [example] });
const orZero = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { const: 0 }] });

const DURATION = String.raw`(\d+(\.\d+)?(us|µs|ms|s|m|h|d))+`;
const SIZE = String.raw`\d+(\.\d+)?\s?(B|[kKMGT]B?|[KMGT]iB?)`;
const QUANTITY = String.raw`\s*\+?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?\s*`;
const NAME = '[a-z0-9]([-a-z0-9.]*[a-z0-9])?';

const quantity: JsonSchema = {
  anyOf: [
    { type: 'string', pattern: `^(${QUANTITY})$` },
    { type: 'number', minimum: 0 },
  ],
};

const recordedTimes = {
  file: { type: 'string' },
  time: { type: 'string' },
  unit: { type: 'string', enum: ['ms', 's', 'm', 'h', 'd'] },
};

const recordedSteps = (...columns: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(['file', 'time', 'hour', ...columns].map((name) => [name, { type: 'string' }])),
  required: ['file'],
  additionalProperties: false,
});

/** Definitions that fields refer to. */
export const notations: Readonly<Record<string, JsonSchema>> = {
  duration: orZero(text(`^(0|${DURATION})$`, '250ms')),
  'duration-above-0': text(`^(?=.*[1-9])${DURATION}$`, '1m30s'),
  rate: text(String.raw`^\d+(\.\d+)?(e\d+)?/(s|m|h|d)$`, '500/s'),
  size: { anyOf: [text(`^${SIZE}$`, '120MB'), { type: 'integer', minimum: 0 }] },
  'transfer-rate': { anyOf: [text(`^${SIZE}\\s*/s$`, '25MB/s'), { const: 'unlimited' }] },
  quantity,
  'quantities-by-resource': {
    type: 'object',
    properties: Object.fromEntries(
      ['cpu', 'memory', 'pods', 'ephemeral-storage'].map((name) => [name, definition('quantity')]),
    ),
    patternProperties: { '/|^hugepages-': definition('quantity') },
    additionalProperties: false,
  },
  'amount-over-time': {
    anyOf: [
      definition('quantity'),
      {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: { at: definition('duration'), value: definition('quantity') },
          required: ['at', 'value'],
          additionalProperties: false,
        },
      },
    ],
  },
  name: { type: 'string', pattern: `^${NAME}$` },
  service: { type: 'string', pattern: `^(${NAME}/)?${NAME}(:[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$` },
  'object-name': { type: 'string', pattern: `^(${NAME}/)?${NAME}$` },
};

/** By the type in a field's meta data. What is not here is a JSON type with zod's own bounds, or has a definition of its own. */
export const fieldTypes: Readonly<Record<string, JsonSchema>> = {
  duration: definition('duration'),
  'duration above 0': definition('duration-above-0'),
  'duration, to fractions of a microsecond': definition('duration'),
  rate: definition('rate'),
  'share such as `2%`': {
    anyOf: [text(String.raw`^\d+(\.\d+)?%$`, '2%'), { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }],
  },
  'text, or null to remove it': { type: ['string', 'null'] },
  'number or name of a port': { anyOf: [{ type: 'integer', minimum: 1, maximum: 65_535 }, { type: 'string' }] },
  size: definition('size'),
  'transfer rate, or `unlimited`': definition('transfer-rate'),
  distribution: definition('distribution'),
  'distribution, or `{ cpu, wait, turns }`': {
    anyOf: [
      definition('distribution'),
      {
        type: 'object',
        properties: {
          cpu: definition('distribution'),
          wait: definition('distribution'),
          turns: { type: 'integer', minimum: 1, maximum: 1000 },
        },
        required: ['cpu', 'wait'],
        additionalProperties: false,
      },
    ],
  },
  'quantities by resource': definition('quantities-by-resource'),
  percentage: text(String.raw`^\d+(\.\d+)?\s?%$`, '85%'),
  'size or percentage': { anyOf: [text(String.raw`^\d+(\.\d+)?\s?%$`, '10%'), definition('size')] },
  'size, or `unlimited`': { anyOf: [definition('size'), { const: 'unlimited' }] },
  'number, at least 1': { type: 'number', minimum: 1 },
  'quantity or percentage': {
    anyOf: [text(String.raw`^\d+(\.\d+)?%$`, '10%'), definition('quantity')],
  },
  'quantity, or a list of points': definition('amount-over-time'),
  '`pods`, `external`, Kind/name or Kind/namespace/name': text(
    '^(pods|external|[A-Za-z]+/([-a-z0-9.]+/)?[-a-z0-9.]+)$',
    'pods',
  ),
  name: definition('name'),
  'name, or namespace/name': definition('object-name'),
  'Service, or Service:port': definition('service'),
  text: { type: 'string' },
  'true or false': { type: 'boolean' },
  mapping: { type: 'object' },
  'one or more of nodes: [names], zone, labels: selector, controlPlane: true, outside: true': {
    type: 'object',
    minProperties: 1,
    properties: {
      nodes: { type: 'array', items: { type: 'string' } },
      zone: { type: 'string' },
      labels: { type: 'string' },
      controlPlane: { type: 'boolean' },
      outside: { type: 'boolean' },
    },
    additionalProperties: false,
  },
  '{ file }': {
    type: 'object',
    properties: { file: { type: 'string' } },
    required: ['file'],
    additionalProperties: false,
  },
  '{ file, time, unit }': {
    type: 'object',
    properties: recordedTimes,
    required: ['file'],
    additionalProperties: false,
  },
  '{ file, time, rate, unit, per }': {
    type: 'object',
    properties: { ...recordedTimes, rate: { type: 'string' }, per: definition('duration-above-0') },
    required: ['file'],
    additionalProperties: false,
  },
  '{ file, time, hour, zone, price }': recordedSteps('zone', 'price'),
  '{ file, time, hour, region, grams_per_kwh }': recordedSteps('region', 'grams_per_kwh'),
  'list of numbers': { type: 'array', items: { type: 'number', minimum: 0 }, minItems: 2 },
  schedule: { type: 'string', minLength: 1, examples: ['*/5 * * * *'] },
  'whole number': { type: 'integer' },
  'whole number above 0': { type: 'integer' },
  'whole number, negative ones too': { type: 'integer' },
  'number from 0 to 100': { type: 'number' },
  'names, separated by commas': { type: 'string' },
  'whole number from 0 to 100': { type: 'integer' },
  'whole number up to 255': { type: 'integer' },
  'whole number, up to 1000000 either way': { type: 'integer' },
  'number above 0': { type: 'number' },
  taint: text(
    String.raw`^[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)-?$|^[^=:\s]+-$`,
    'dedicated=batch:NoSchedule',
  ),
  'number from 0 to 1': { type: 'number' },
  'number from 0 to 10': { type: 'number' },
  'number, 0 or more': { type: 'number' },
  'whole number above 0, or `unlimited`': { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'unlimited' }] },
  'number above 0, or `unlimited`': { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'unlimited' }] },
  "path of a manifest in the scenario's folder, or an object": {
    anyOf: [{ type: 'string', minLength: 1 }, definition('kubernetes-object')],
  },
};
