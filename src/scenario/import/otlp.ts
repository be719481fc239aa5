// Traces of OpenTelemetry as a call graph: the JSON of OTLP, as the collector's file exporter and many back ends write it.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { check } from '../../lib/explain.ts';
import { member } from '../../lib/family.ts';
import { valueAt } from '../document.ts';
import { isMapping } from '../fill.ts';
import { callGraphArgs } from './call-graph.ts';
import type { Imported, Importer, ImportSources } from './importer.ts';
import { type JsonItem, jsonItems } from './json-items.ts';
import { type SpanRecord, Traces } from './trace-spans.ts';

/** In both spellings of the protocol's JSON. */
const id = z.string().min(1);
const nanoseconds = z.union([z.string().regex(/^\d+$/), z.number().nonnegative()]);
const span = z.object({
  traceId: id,
  spanId: id,
  parentSpanId: z.string().default(''),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
});

export const otlp: Importer = member({
  name: 'otlp',
  summary:
    'Traces of OpenTelemetry in the JSON of OTLP (resourceSpans), a file or a line for each batch: services, their calls and times.',
  args: callGraphArgs,
  create({ name = 'call-graph', rate }, sources: ImportSources): Imported {
    const traces = new Traces();
    for (const file of sources.files)
      for (const item of jsonItems(file, sources.lines(file), 1)) takeResource(file, item, traces);
    return traces.scenario(name, rate, sources.files);
  },
});

/** Spans of one service: an item of `resourceSpans`. */
function takeResource(file: string, { line, value }: JsonItem, traces: Traces): void {
  const scopes = valueAt(value, ['scopeSpans']) ?? valueAt(value, ['instrumentationLibrarySpans']);
  if (!Array.isArray(scopes)) {
    throw new InputError({ file, line, message: 'expected an item of resourceSpans, with resource and scopeSpans' });
  }
  const service = attributeOf(valueAt(value, ['resource', 'attributes']), 'service.name');
  if (service === undefined)
    throw new InputError({ file, line, path: 'resource.attributes', message: 'has no service.name' });
  for (const scope of scopes) {
    const spans = valueAt(scope, ['spans']);
    for (const one of Array.isArray(spans) ? spans : []) {
      const checked = check(span, one);
      if (!checked.ok) {
        const [{ path, message }] = checked.flaws;
        throw new InputError({ file, line, path: `scopeSpans[].spans[].${path.join('.')}`, message });
      }
      const { traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano } = checked.value;
      const startUs = microseconds(startTimeUnixNano);
      const record: SpanRecord = {
        id: spanId,
        parent: parentSpanId,
        service,
        startUs,
        endUs: Math.max(startUs, microseconds(endTimeUnixNano)),
      };
      traces.add(traceId, record);
    }
  }
}

/** Without the last three digits: nanoseconds since 1970 do not fit a double. */
function microseconds(nano: string | number): number {
  return typeof nano === 'number' ? Math.round(nano / 1000) : Number(nano.padStart(4, '0').slice(0, -3));
}

function attributeOf(attributes: unknown, key: string): string | undefined {
  if (!Array.isArray(attributes)) return undefined;
  const found: unknown = attributes.find((one: unknown) => isMapping(one) && one['key'] === key);
  const text = valueAt(found, ['value', 'stringValue']);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
