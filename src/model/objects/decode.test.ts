// Decoding: what is wrong, where, and what was probably meant; the canonical form of what is right.
import { expect, test } from 'vitest';
import { customKinds, decodeObject } from './decode.ts';

const pod = (container: object, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [container], ...spec },
});

test.each([
  ['no object', 5, 'decode', '', 'expected a Kubernetes object, got 5'],
  ['no kind', { apiVersion: 'v1' }, 'decode', 'kind', 'is missing'],
  ['kind in capitals', { apiVersion: 'v1', Kind: 'Pod' }, 'decode', 'kind', 'is missing (there is "Kind")'],
  [
    'mistyped kind',
    { apiVersion: 'v1', kind: 'Podd' },
    'decode',
    'kind',
    'unknown kind "Podd" in "v1" (did you mean "Pod"?)',
  ],
  [
    'old version',
    { apiVersion: 'extensions/v1beta1', kind: 'Deployment' },
    'decode',
    'apiVersion',
    'no kind Deployment in "extensions/v1beta1", expected "apps/v1"',
  ],
  [
    'unknown group',
    { apiVersion: 'example.com/v1', kind: 'Gadget' },
    'decode',
    'kind',
    'unknown kind "Gadget" of "example.com/v1", and no CustomResourceDefinition for it (`--skip-unknown` leaves such objects out)',
  ],
  [
    'mistyped field',
    pod({ name: 'c', imagePullpolicy: 'Always' }),
    'strict',
    'spec.containers[0].imagePullpolicy',
    'unknown field "imagePullpolicy" (did you mean "imagePullPolicy"?)',
  ],
  [
    'number for text',
    pod({ name: 'c', env: [{ name: 'A', value: 1 }] }),
    'decode',
    'spec.containers[0].env[0].value',
    'expected a string, got 1 (put it in quotes)',
  ],
  [
    'text for a number',
    pod({ name: 'c' }, { priority: '5' }),
    'decode',
    'spec.priority',
    'expected an integer, got "5"',
  ],
  ['fraction', pod({ name: 'c' }, { priority: 1.5 }), 'decode', 'spec.priority', 'expected an integer, got 1.5'],
  [
    'too large',
    pod({ name: 'c' }, { priority: 2 ** 31 }),
    'decode',
    'spec.priority',
    'expected an integer of 32 bits, got 2147483648',
  ],
  [
    'list for a mapping',
    pod({ name: 'c' }, { affinity: [] }),
    'decode',
    'spec.affinity',
    'expected a mapping, got a list',
  ],
  [
    'mapping for a list',
    pod({ name: 'c', ports: {} }),
    'decode',
    'spec.containers[0].ports',
    'expected a list, got a mapping',
  ],
])('%s', (_, input, phase, path, message) => {
  expect(decodeObject(input).problems).toMatchObject([{ phase, path, message }]);
});

test('all problems are found at once', () => {
  const { problems } = decodeObject(pod({ nam: 'c', image: 5, resources: { requests: { cpu: 'much' } } }));
  expect(problems.map(({ path }) => path)).toEqual([
    'spec.containers[0].image',
    'spec.containers[0].resources.requests.cpu',
    'spec.containers[0].nam',
  ]);
});

test('the canonical form', () => {
  const input = pod(
    { name: 'c', image: null, args: [], resources: { requests: { cpu: 0.5, memory: '1024Ki' } } },
    { hostNetwork: false, automountServiceAccountToken: false, securityContext: {} },
  );
  expect(decodeObject(input).object).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: {
      // An absent boolean and a false one are the same to Go unless it is a pointer.
      automountServiceAccountToken: false,
      containers: [{ name: 'c', resources: { requests: { cpu: '500m', memory: '1Mi' } } }],
      securityContext: {},
    },
    status: {},
  });
});

test('instances of custom resources are taken as they are', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.example.com' },
    spec: { group: 'example.com', names: { kind: 'Gadget' }, versions: [{ name: 'v1' }, { name: 'v2' }] },
  };
  const gadget = {
    apiVersion: 'example.com/v2',
    kind: 'Gadget',
    metadata: { name: 'g' },
    spec: { anything: [1, null] },
  };
  const knownCustomKinds = customKinds([definition, gadget, 5, null]);
  expect([...knownCustomKinds]).toEqual(['example.com/v1 Gadget', 'example.com/v2 Gadget']);
  expect(decodeObject(gadget, { knownCustomKinds })).toEqual({ object: gadget, kind: undefined, problems: [] });
});

test('a field with a name of Object.prototype is only a field', () => {
  expect(decodeObject(pod({ name: 'c' }, { constructor: 1 })).problems).toMatchObject([{ path: 'spec.constructor' }]);
});

test.each([
  ['gateway.networking.k8s.io/v1beta1', 'HTTPRoute', 'gateway.networking.k8s.io/v1'],
  ['networking.istio.io/v1beta1', 'VirtualService', 'networking.istio.io/v1'],
  ['networking.istio.io/v1alpha3', 'DestinationRule', 'networking.istio.io/v1'],
])('%s %s is stored as %s', (apiVersion, kind, stored) => {
  const { object, problems } = decodeObject({ apiVersion, kind, metadata: { name: 'a' }, spec: { hosts: ['a'] } });
  expect([object?.apiVersion, problems]).toEqual([stored, []]);
});

test('a version of another kind is none', () => {
  const { problems } = decodeObject({ apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'VirtualService' });
  expect(problems[0].message).toContain('expected "networking.istio.io/v1"');
});
