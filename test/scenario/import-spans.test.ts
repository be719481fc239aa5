// `wavetank import otlp` and Jaeger's JSON: the same traces, in both formats, become the same call graph, counted by hand.
import { describe, expect, it } from 'vitest';
import { importOf, sourcesOf } from '../support/imports.ts';
import { runScenario } from '../support/world-rig.ts';

interface Written {
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  readonly service: string;
  /** ms. */
  readonly from: number;
  readonly to: number;
}

const span = (trace: string, id: string, parent: string, service: string, from: number, to: number): Written => ({
  trace,
  id,
  parent,
  service,
  from,
  to,
});

/**
 * The gateway has a span inside of its own, and calls the cart from there and from outside of it: 30 + 20 of 100 ms. The cart calls the
 * database in one of its two requests, for 10 of 30 ms. The second trace is a request that only the gateway serves, in 50 ms.
 */
const SPANS: readonly Written[] = [
  span('a', '1', '', 'gateway', 0, 100),
  span('a', '2', '1', 'gateway', 10, 60),
  span('a', '3', '2', 'cart', 20, 50),
  span('a', '4', '1', 'cart', 60, 80),
  span('a', '5', '3', 'db', 30, 40),
  span('b', '1', '', 'gateway', 0, 50),
];
const BEGIN_US = 1_772_323_200_000_000;

function otlpOf(spans: readonly Written[]): string {
  return spans
    .map(({ trace, id, parent, service, from, to }) => {
      const nano = (ms: number) => `${BEGIN_US + ms * 1000}000`;
      const own = { traceId: trace, spanId: id, parentSpanId: parent, name: '{"odd', kind: 2 };
      const spansOfScope = [{ ...own, startTimeUnixNano: nano(from), endTimeUnixNano: nano(to) }];
      const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
      return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: spansOfScope }] }] })}\n`;
    })
    .join('');
}

function jaegerOf(spans: readonly Written[]): string {
  const ids = [...new Set(spans.map(({ trace }) => trace))];
  const traces = ids.map((id) => ({ traceID: id, own: spans.filter(({ trace }) => trace === id) }));
  const data = traces.map(({ traceID, own }) => ({
    traceID,
    spans: own.map(({ id, parent, service, from, to }) => ({
      traceID,
      spanID: id,
      references: parent === '' ? [] : [{ refType: 'CHILD_OF', traceID, spanID: parent }],
      startTime: BEGIN_US + from * 1000,
      duration: (to - from) * 1000,
      processID: `p-${service}`,
    })),
    processes: Object.fromEntries(own.map(({ service }) => [`p-${service}`, { serviceName: service }])),
  }));
  return JSON.stringify({ data, total: 0, errors: null }, undefined, 2);
}

const otlp = (text: string, file = 'traces.json') => importOf('otlp', {}, sourcesOf({ [file]: text }));
const jaeger = (text: string, file = 'traces.json') => importOf('jaeger', {}, sourcesOf({ [file]: text }));

describe('traces', () => {
  it('are requests of services and calls between them', () => {
    const { scenario, notes } = otlp(otlpOf(SPANS));
    // The gateway: (100 − 50 + 50) / 2 = 50 ms; two calls in two requests. The cart: (20 + 20) / 2 = 20 ms, the database in half of them.
    expect(scenario).toContain(`    - image: example/gateway
      requests: { service: { exponential: { mean: 50000us } }, concurrency: 64, queue: 1000 }
      calls:
        - { service: cart, timeout: 5s }
    - image: example/cart
      requests: { service: { exponential: { mean: 20000us } }, concurrency: 64, queue: 1000 }
      calls:
        - { service: db, probability: 0.5, timeout: 5s }
    - image: example/db
      requests: { service: { exponential: { mean: 10000us } }, concurrency: 64, queue: 1000 }
`);
    expect(scenario).toContain('name: users, to: gateway');
    expect(notes[0]).toBe('found: 6 spans; 2 traces of 3 services were taken');
    expect(runScenario(scenario).verdicts.every(({ pass }) => pass)).toBe(true);
  });

  it('are the same in both formats, in any order, with a parent that is missing as a beginning', () => {
    const graph = (scenario: string) => scenario.split('  behaviors:')[1].split('\n').toSorted();
    const expected = graph(otlp(otlpOf(SPANS)).scenario);
    expect(graph(jaeger(jaegerOf(SPANS)).scenario)).toEqual(expected);
    expect(graph(otlp(otlpOf(SPANS.toReversed())).scenario)).toEqual(expected);
    const cut = SPANS.map((one) => (one.trace === 'b' ? { ...one, parent: 'lost' } : one));
    expect(graph(jaeger(jaegerOf(cut)).scenario)).toEqual(expected);
  });

  it('that go round in a circle of spans, or are very deep, come to an end', () => {
    const round = [span('a', '1', '2', 'one', 0, 9), span('a', '2', '1', 'one', 1, 8)];
    expect(otlp(otlpOf(round)).notes[0]).toMatch(/1 traces of 1 services/);
    const deep = Array.from({ length: 12_000 }, (_, at) =>
      span('a', `${at}`, at === 0 ? '' : `${at - 1}`, 'one', 0, 9),
    );
    expect(otlp(otlpOf(deep)).notes[0]).toMatch(/12000 spans; 1 traces of 1 services/);
  });

  it.each([
    ['otlp', 'without spans', '{"resourceSpans":[]}\n', /traces\.json: has no objects/],
    ['otlp', 'of something else', '{"data":[{"a":1}]}\n', /traces\.json:1: expected an item of resourceSpans/],
    ['otlp', 'cut off', otlpOf(SPANS).slice(0, -30), /traces\.json:6: not valid JSON: an object that does not end/],
    [
      'otlp',
      'without a service',
      otlpOf(SPANS).replaceAll('service.name', 'host.name'),
      /:1: resource\.attributes: has no service\.name/,
    ],
    [
      'otlp',
      'without a time',
      otlpOf(SPANS).replace('startTimeUnixNano', 'start'),
      /:1: scopeSpans\[\]\.spans\[\]\.startTimeUnixNano/,
    ],
    [
      'jaeger',
      'without a process',
      jaegerOf(SPANS).replace('"p-gateway": {', '"q": {'),
      /data\[\]\.processes: has no p-gateway/,
    ],
    [
      'jaeger',
      'without a duration',
      jaegerOf(SPANS).replaceAll('"duration"', '"length"'),
      /data\[\]\.spans\.0\.duration/,
    ],
  ])('%s: a file %s is refused with its place', (kind, _what, text, message) => {
    expect(() => (kind === 'otlp' ? otlp(text) : jaeger(text))).toThrow(message);
  });
});
