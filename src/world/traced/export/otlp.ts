// Traces as OTLP/JSON, the JSON mapping of opentelemetry-proto: what an OTLP exporter writes to a file, and Jaeger opens.
import type { Place } from './places.ts';
import type { SpanKind, TraceSpan } from './trace-span.ts';

/** Of SpanKind and StatusCode: enums are numbers. */
const KIND: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3 };
const STATUS_ERROR = 2;
const NS_PER_US = 1000;

export interface OtlpTrace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly root: TraceSpan;
}

interface KeyValue {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly doubleValue: number }
    | { readonly boolValue: boolean };
}

/** `startSeconds`: the time of day at which the run begins, since 1970. */
export function otlp(traces: readonly OtlpTrace[], startSeconds: number, version: string): object {
  const startNs = BigInt(startSeconds) * 1_000_000_000n;
  // A double holds µs of a run to a fraction, and no ns since 1970.
  const time = (us: number): string => String(startNs + BigInt(Math.round(us * NS_PER_US)));
  const byPlace = new Map<Place, object[]>();
  for (const { id, root } of traces) {
    let spans = 0;
    const add = (span: TraceSpan, parent: string): void => {
      spans += 1;
      const spanId = idOf(id, spans);
      const list = byPlace.get(span.place) ?? [];
      byPlace.set(span.place, list);
      list.push({
        traceId: id,
        spanId,
        ...(parent === '' ? {} : { parentSpanId: parent }),
        name: span.name,
        kind: KIND[span.kind],
        startTimeUnixNano: time(span.startUs),
        endTimeUnixNano: time(span.endUs),
        attributes: attributesOf({
          ...span.attributes,
          ...(span.error === undefined ? {} : { 'error.type': span.error }),
        }),
        status: span.error === undefined ? {} : { code: STATUS_ERROR },
      });
      for (const child of span.children) add(child, spanId);
    };
    add(root, '');
  }
  return {
    resourceSpans: [...byPlace].map(([{ attributes }, spans]) => ({
      resource: { attributes: attributesOf(attributes) },
      scopeSpans: [{ scope: { name: 'wavetank', version }, spans }],
    })),
  };
}

/** 16 hexadecimal digits: distinct within the trace, never all 0, and unlike those of other traces. */
function idOf(trace: string, number: number): string {
  return trace.slice(0, 8) + number.toString(16).padStart(8, '0');
}

function attributesOf(attributes: TraceSpan['attributes']): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(key, value) }));
}

function valueOf(key: string, value: string | number | boolean): KeyValue['value'] {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  // An attribute is of one type, also where it happens to be a whole number.
  if (key.endsWith('_seconds')) return { doubleValue: value };
  // 64 bits do not fit into a number of JSON.
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
