// The grammar of expectations.
import { describe, expect, it } from 'vitest';
import { InputError } from '../lib/errors.ts';
import { parseExpectation } from './expect.ts';
import type { ExpectContext, Expectation } from './expect.ts';
import { figures } from '../world/figures/index.ts';

const context: ExpectContext = {
  figures,
  durationUs: 1200e6,
  intervalUs: 10e6,
  objects: {
    deployment: ['default/web', 'shop/cart', 'a/twin', 'b/twin'],
    service: ['default/web', 'shop/cart.v2'],
  },
  axes: [{ label: 'balancer' }, { label: 'web.replicas' }],
};
const place = { file: 's.yaml', line: 7, column: 5 };
const read = (text: string): Expectation => parseExpectation(text, place, context);
const failure = (text: string): string => {
  try {
    return JSON.stringify(read(text));
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
};

describe('an expectation', () => {
  it.each<[string, object]>([
    ['requests.error_ratio < 0.001', { operator: '<', bound: 0.001, window: undefined, overSeeds: 'all' }],
    ['requests.error_ratio during 0m..7m < 0.1%', { bound: 0.001, window: { fromUs: 0, toUs: 420e6 } }],
    ['requests.p99 during 9m..end <= 250ms', { operator: '<=', bound: 250e3, window: { fromUs: 540e6, toUs: 1200e6 } }],
    ['requests.rate over seeds: mean >= 500/s', { operator: '>=', bound: 500, overSeeds: 'mean' }],
    ['requests.rate over seeds: mean during 0..1m > 30/m', { bound: 0.5, window: { fromUs: 0, toUs: 60e6 } }],
    ['requests.rate during 0..1m over seeds: mean>500', { operator: '>', bound: 500, overSeeds: 'mean' }],
    ['rollout.web.duration < 10m', { bound: 600e6, figure: { names: { deployment: 'default/web' } } }],
    ['min(deployment.web.available) during 5m..10m >= 8', { aggregate: 'min', bound: 8 }],
    ['max( pods.pending ) == 0', { aggregate: 'max', operator: '==', bound: 0 }],
    ['deployment.cart.ready != 0', { operator: '!=', figure: { names: { deployment: 'shop/cart' } } }],
    ['service.shop/cart.v2.p999 < 1s', { bound: 1e6, figure: { names: { service: 'shop/cart.v2' } } }],
    ['events.BackOff < 5', { bound: 5, figure: { names: { reason: 'BackOff' }, unit: 'count' } }],
    ['pods.running between 3 and 5', { operator: 'between', bound: 3, upper: 5 }],
    [
      'max( pods.pending ) during 0..1m where balancer=JSQ(d=2),web.replicas=4 over seeds: mean == 0',
      {
        measured: 'max(pods.pending) during 0..1m',
        operator: '==',
        overSeeds: 'mean',
        applies: false,
        where: [
          { axis: 'balancer', value: 'JSQ(d=2)' },
          { axis: 'web.replicas', value: '4' },
        ],
      },
    ],
    ['requests.p99 where balancer=Random during 0..1m < 1s', { measured: 'requests.p99 during 0..1m', bound: 1e6 }],
    ['requests.p99 < 1s', { measured: 'requests.p99', where: [], applies: true }],
    ['requests.mean between 10ms and 12.5ms', { bound: 10_000, upper: 12_500 }],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject({ text, place, ...expected });
  });
});

describe('refused with the place and a way out', () => {
  it.each([
    ['requests.error_ratoi < 1', 'unknown figure "requests.error_ratoi" (did you mean "requests.error_ratio"?)'],
    ['deployment.web.avaliable > 1', '(did you mean "deployment.web.available"?)'],
    ['deployment.wbe.available > 1', 'there is no deployment "wbe" in the input (did you mean "web"?)'],
    ['deployment.twin.available > 1', 'deployment "twin" is in several namespaces: a/twin, b/twin'],
    ['foo > 1', 'unknown figure "foo", expected one of requests.*, service.<service>.*, recovery.*'],
    ['requests.p99', 'expected <figure> [during <from>..<to>]'],
    ['requests.p99 = 5s', '"=" is not a comparison, expected "=="'],
    ['requests.p99 < 0.5', 'expected a duration such as "250ms" or "10m", got "0.5"'],
    ['requests.error_ratio < 5ms', 'expected a ratio such as "0.001" or "0.1%", got "5ms"'],
    ['pods.running > many', 'expected a number, got "many"'],
    ['requests.rate > fast', 'expected a rate such as "500/s", got "fast"'],
    ['requests.p99 during 5m < 1s', 'expected a window such as "during 5m..10m" or "during 5m..end", got "5m"'],
    ['requests.p99 during 5m..7m5s < 1s', 'the window 5m..7m5s must begin and end at a multiple of spec.interval'],
    ['requests.p99 during 5m..5m < 1s', 'the window 5m..5m is empty'],
    ['requests.p99 during 1m..2m during 3m..4m < 1s', 'there are two windows'],
    ['requests.p99 over seeds: most < 1s', 'over seeds: expected all or mean, got "most"'],
    ['avg(pods.running) > 1', 'unknown function "avg", expected one of min, max, mean, last'],
    ['min(requests.p99) < 1s', 'min() applies to gauges such as pods.ready, and requests.p99 is not one'],
    ['rollout.web.duration during 0..1m < 1s', 'rollout.<deployment>.duration has a value only for the whole run'],
    ['pods.running between 5 and 3', 'the lower bound comes first'],
    [
      'requests.p99 where balancr=Random < 1s',
      'no axis "balancr", expected one of balancer, web.replicas (did you mean',
    ],
    ['requests.p99 where balancer < 1s', 'expected "where <axis>=<value>", got "balancer"'],
    ['requests.p99 where balancer=Random', 'expected <figure> [during <from>..<to>] [where'],
    ['pods.running between 5', 'expected "between <low> and <high>"'],
    ['', 'expected <figure>'],
  ])('%s', (text, message) => {
    expect(failure(text)).toContain(`s.yaml:7:5: ${JSON.stringify(text)}: `);
    expect(failure(text)).toContain(message);
  });
});
