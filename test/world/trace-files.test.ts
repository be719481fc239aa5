// Kept requests as files: what OpenTelemetry's protocol and the Trace Event Format ask for, and that spans lie within each other.
import { describe, expect, it } from 'vitest';
import { group } from 'd3-array';
import { z } from 'zod';
import type { CallSpan } from '../../src/traffic/traces/spans.ts';
import { TraceKeeper } from '../../src/traffic/traces/trace-keeper.ts';
import { runJob } from '../../src/world/run.ts';
import { traceFiles } from '../../src/world/traced/export/trace-files.ts';
import { families, jobOf } from '../support/world-rig.ts';
import { EVERYTHING_TRACED } from './everything-traced.ts';

const START = 1_767_225_600;
const INTERVAL_US = 10e6;

// opentelemetry-proto's trace.proto in JSON: lowerCamelCase, ids as hexadecimal, 64-bit integers as decimal strings, enums as numbers.
const hex = (digits: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const uint64 = z.string().regex(/^\d{1,20}$/);
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
    z.strictObject({ boolValue: z.boolean() }),
  ]),
});
const span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: uint64,
  endTimeUnixNano: uint64,
  attributes: z.array(attribute),
  status: z.strictObject({ code: z.int().min(0).max(2).optional() }),
});
const tracesData = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.strictObject({ scope: z.strictObject({ name: z.string(), version: z.string() }), spans: z.array(span) }),
      ),
    }),
  ),
});

const ended: CallSpan[] = [];
const job = jobOf(EVERYTHING_TRACED.replace('{ sample: 1 }', '{ sample: 1, traces: 1000, slowest: 1 }'));
const { world } = runJob(job, {
  families,
  check: false,
  onWorld: ({ traffic }) => {
    const { keeper } = traffic.tracing!.tracer;
    const hear = keeper.ended.bind(keeper);
    keeper.ended = (request) => {
      ended.push(request);
      hear(request);
    };
  },
});
const kept = world.traffic.tracing!.tracer.keeper.kept();
const [otlp, perfetto] = traceFiles(world, { seed: 1, startSeconds: START, version: '1.2.3' });
const data = tracesData.parse(JSON.parse(otlp.text));

const valueOf = (attributes: z.output<typeof attribute>[], key: string) =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {}).at(0);
const spans = data.resourceSpans.flatMap(({ resource, scopeSpans }) =>
  scopeSpans.flatMap((scope) =>
    scope.spans.map((one) => ({
      ...one,
      service: valueOf(resource.attributes, 'service.name'),
      start: Number(BigInt(one.startTimeUnixNano) - BigInt(START) * 1_000_000_000n),
      end: Number(BigInt(one.endTimeUnixNano) - BigInt(START) * 1_000_000_000n),
      failed: valueOf(one.attributes, 'error.type'),
      unfinished: valueOf(one.attributes, 'wavetank.unfinished') === true,
    })),
  ),
);
type Seen = (typeof spans)[number];
const keyOf = (one: Seen, id = one.spanId) => `${one.traceId} ${id}`;
const byId = new Map(spans.map((one) => [keyOf(one), one]));
const childrenOf = group(spans, (one) => keyOf(one, one.parentSpanId ?? ''));

describe('which requests are kept', () => {
  it('as many as were asked for, and the slowest of each interval in which one ended', () => {
    const slowest = [...group(ended, ({ endUs }) => Math.ceil(endUs / INTERVAL_US)).values()].map((those) =>
      Math.max(...those.map(({ startUs, endUs }) => endUs - startUs)),
    );
    const took = new Set(kept.map(({ startUs, endUs }) => endUs - startUs));
    expect(slowest.filter((us) => !took.has(us))).toEqual([]);
    expect(kept.length).toBeGreaterThanOrEqual(1000);
    expect(kept.length).toBeLessThanOrEqual(1000 + slowest.length);
  });

  it('are spread over the run, and are those for which the least numbers were drawn', () => {
    const keeper = new TraceKeeper(3, 0);
    const drawn = [0.5, 0.1, 0.9, 0.3, 0.2, 0.7];
    for (const [at, one] of drawn.entries()) {
      keeper.ended({ drawn: one, startUs: at, endUs: at + 1, source: 0, ordinal: at } as CallSpan);
    }
    expect(keeper.kept().map((one) => one.drawn)).toEqual([0.1, 0.3, 0.2]);
  });
});

describe('OpenTelemetry', () => {
  it('has one root for each request, and a parent for every other span', () => {
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.length).toBe(kept.length);
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(kept.length);
    expect(byId.size).toBe(spans.length);
    expect(spans.filter((one) => one.parentSpanId !== undefined && !byId.has(keyOf(one, one.parentSpanId)))).toEqual(
      [],
    );
  });

  it('a root lasts as long as its request', () => {
    const lasted = spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ start, end }) => end - start);
    const took = kept.map(({ startUs, endUs }) => Math.round(endUs * 1000) - Math.round(startUs * 1000));
    expect(lasted.toSorted((a, b) => a - b)).toEqual(took.toSorted((a, b) => a - b));
  });

  it('spans lie within their parents, but for servers and queries that nobody waits for any more', () => {
    const outside = spans.filter((one) => {
      const parent = one.parentSpanId === undefined ? undefined : byId.get(keyOf(one, one.parentSpanId));
      if (parent === undefined || (one.start >= parent.start && one.end <= parent.end)) return false;
      const isForNobody = one.kind === 2 ? parent.failed !== undefined : parent.name === 'look up name';
      return !isForNobody || one.start < parent.start;
    });
    expect(outside.map(({ name, kind, start, end }) => ({ name, kind, start, end }))).toEqual([]);
  });

  it('what a pod does with a request is queueing, work and the calls that it waits for', () => {
    const rest = spans
      .filter((one) => one.kind === 2 && !one.unfinished && one.failed === undefined)
      .flatMap((one) => {
        const children = (childrenOf.get(keyOf(one)) ?? []).toSorted((a, b) => a.start - b.start);
        let until = one.start;
        let covered = 0;
        for (const { start, end } of children) {
          covered += Math.max(0, end - Math.max(until, start));
          until = Math.max(until, end);
        }
        return one.end - one.start - covered > 10 ? [one.service] : [];
      });
    expect(rest).toEqual([]);
  });

  it('has what happened: retries, hedges, lookups, waits, failures', () => {
    const names = new Set(spans.map(({ name }) => name));
    for (const name of [
      'queue',
      'work',
      'back-off',
      'look up name',
      'fallback',
      'wait for policies',
      'call back',
      'GET dns',
    ])
      expect([name, names.has(name)]).toEqual([name, true]);
    const failures = new Set(spans.map(({ failed }) => failed));
    for (const one of ['500', '503', 'timeout', 'cancelled', undefined])
      expect([one, failures.has(one)]).toEqual([one, true]);
    expect(spans.some(({ attributes }) => valueOf(attributes, 'http.request.resend_count') === '2')).toBe(true);
  });

  it('a pod is a resource with its names', () => {
    const pod = data.resourceSpans
      .map(({ resource }) => resource.attributes)
      .find((attributes) => valueOf(attributes, 'service.name') === 'back');
    expect(valueOf(pod ?? [], 'k8s.pod.name')).toMatch(/^back-/);
    expect(valueOf(pod ?? [], 'k8s.deployment.name')).toBe('back');
    expect(valueOf(pod ?? [], 'k8s.namespace.name')).toBe('default');
  });
});

it('the events of a track of Perfetto lie within each other or apart', () => {
  const events = z
    .strictObject({
      displayTimeUnit: z.enum(['ms', 'ns']),
      traceEvents: z.array(
        z.union([
          z.strictObject({
            ph: z.literal('M'),
            name: z.string(),
            pid: z.int(),
            tid: z.int(),
            args: z.record(z.string(), z.unknown()),
          }),
          z.strictObject({
            ph: z.literal('X'),
            name: z.string(),
            cat: z.string(),
            ts: z.number().min(0),
            dur: z.number().min(0),
            pid: z.int(),
            tid: z.int(),
            args: z.record(z.string(), z.unknown()),
          }),
        ]),
      ),
    })
    .parse(JSON.parse(perfetto.text)).traceEvents;
  const complete = events.filter((one) => one.ph === 'X');
  expect(complete.length).toBe(spans.length);
  for (const track of group(complete, ({ pid, tid }) => `${pid} ${tid}`).values()) {
    const open: number[] = [];
    for (const { ts, dur } of track.toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)) {
      while (open.length > 0 && (open.at(-1) ?? 0) <= ts + 1e-6) open.pop();
      expect(ts + dur).toBeLessThanOrEqual((open.at(-1) ?? Infinity) + 1e-6);
      open.push(ts + dur);
    }
  }
});
