// `spec.apiClients`: what becomes of short forms, and what is said of clients that make no sense.
import { describe, expect, it } from 'vitest';
import { jobOf } from '../support/world-rig.ts';

const scenario = (client: string): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: clients }
spec:
  duration: 1m
  apiClients:
    - ${client}
`;

const client = (text: string) => jobOf(scenario(text)).loaded.scenario.apiClients?.[0];

describe('clients of the API server', () => {
  it('are service accounts of their own name unless they say otherwise', () => {
    expect(client('{ name: a, rate: 2, requests: [{ list: { kind: Pod } }] }')).toMatchObject({
      user: 'system:serviceaccount:default:a',
      retries: 10,
      untilUs: Infinity,
      requests: [{ verb: 'list', target: { apiVersion: 'v1', kind: 'Pod' } }],
    });
    const pods =
      '{ name: a, workers: 1, pods: { namespace: shop, labels: { app: b } }, requests: [{ list: { kind: Pod } }] }';
    expect(client(pods)).toMatchObject({ user: 'system:serviceaccount:shop:default' });
  });

  it.each([
    ['{ name: a, requests: [{ list: { kind: Pod } }] }', 'expected either workers or a rate'],
    ['{ name: a, workers: 1, rate: 2, requests: [{ list: { kind: Pod } }] }', 'expected either workers or a rate'],
    ['{ name: a, rate: 2, pods: { labels: { app: b } }, requests: [{ list: { kind: Pod } }] }', 'pods go with workers'],
    ['{ name: a, rate: 2, from: 5s, until: 5s, requests: [{ list: { kind: Pod } }] }', 'must be later than from'],
    ['{ name: a, rate: 2, requests: [] }', 'requests'],
    ['{ name: a, rate: 2, requests: [{}] }', 'expected one of get, list, create, patch and delete'],
    ['{ name: a, rate: 2, requests: [{ list: { kind: Pot } }] }', 'no built-in kind "Pot": say its apiVersion'],
    [
      '{ name: a, rate: 2, requests: [{ create: { object: { kind: Pod } } }] }',
      'expected an object with apiVersion, kind and metadata',
    ],
    ['{ name: a, rate: 0, requests: [{ list: { kind: Pod } }] }', 'rate'],
  ])('%s', (text, complaint) => {
    expect(() => jobOf(scenario(text))).toThrow(complaint);
  });
});
