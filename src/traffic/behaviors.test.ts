// Which behaviour the pods of a class have.
import { expect, it } from 'vitest';
import { ClusterState } from '../model/state.ts';
import { Behaviors } from './behaviors.ts';
import { CallSites } from './call-sites.ts';
import { Meters } from './meters.ts';
import { ServiceDirectory } from './services.ts';
import type { BehaviorSpec } from '../model/settings/traffic.ts';

/** Distinguished by its number of slots. */
function slots(image: string, concurrency: number, calls: BehaviorSpec['calls'] = []): BehaviorSpec {
  const service = { type: 'constant', value: 1 } as const;
  return {
    image,
    requests: {
      service,
      concurrency,
      queue: 0,
      cpuUs: undefined,
      errorRate: 0,
      order: 'firstComeFirstServed',
      compute: 'dedicated',
      processors: 1,
    },
    calls,
    policies: [],
  };
}

function call(name: string, namespace?: string): BehaviorSpec['calls'][number] {
  const retries = { max: 0, backoffUs: 0, jitter: 0 };
  return {
    service: { namespace, name },
    count: 1,
    probability: 1,
    parallel: true,
    timeoutUs: 0,
    retries,
    priority: 0,
    policies: [],
  };
}

function setUp(behaviors: readonly BehaviorSpec[]) {
  const state = new ClusterState('1');
  const services = new ServiceDirectory(new Meters());
  const settings = {
    behaviors,
    defaultBehavior: slots('*', 16),
    traffic: [],
    routePolicies: [],
    timeoutWithoutLimitUs: 127e6,
    requestsHoldMemory: false,
  };
  const compiled = new Behaviors(settings, new CallSites(services, { destination: () => 0, upstream: () => 0 }, 0, []));
  const of = (images: readonly string[], namespace = 'default'): number => {
    const containers = images.map((image, index) => ({ name: `c${index}`, image }));
    return compiled.of(state.classes.intern(namespace, { spec: { containers } }));
  };
  return { compiled, services, of };
}

const { compiled, of } = setUp([slots('shop/web:v1', 1), slots('shop/web', 2), slots('reg:5000/shop/api', 3)]);

it.each([
  [['shop/web:v1'], 1],
  [['shop/web:v2'], 2],
  [['shop/web'], 2],
  [['shop/web:v1@sha256:00'], 2],
  [['reg:5000/shop/api:v1'], 3],
  [['reg:5000/shop/api'], 3],
  [['shop/cart:v1'], 16],
  [['istio/proxy', 'shop/web:v1'], 1], // the first container that has one
  [['istio/proxy', 'envoy'], 16],
])('%j has the behaviour with %i slots', (images, expected) => {
  expect(compiled.concurrency[of(images)]).toBe(expected);
});

it('calls Services of its own namespace unless they say otherwise', () => {
  const { compiled: two, services, of: behaviorOf } = setUp([slots('a', 1, [call('cart'), call('bank', 'pay')])]);
  const first = behaviorOf(['a'], 'red');
  expect(behaviorOf(['a', 'b'], 'red')).toBe(first);
  expect(behaviorOf(['a'], 'blue')).not.toBe(first);
  expect(services.names.map((name, i) => `${services.namespaces[i]}/${name}`)).toEqual([
    'red/cart',
    'pay/bank',
    'blue/cart',
  ]);
  expect([two.firstSite[first], two.endSite[first]]).toEqual([0, 2]);
});
