// Limits of requests in flight without fairness: who is turned away, what its client does then, and who never is.
import { describe, expect, it } from 'vitest';
import { idealApi } from '../../../test/support/cluster-rig.ts';
import { Engine } from '../../engine/engine.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { ClusterState } from '../../model/state.ts';
import { ApiClient } from '../client.ts';
import type { Login } from '../clients.ts';
import { Refused } from '../refused.ts';
import { Resources } from '../resources/resources.ts';
import { ApiServer } from '../server.ts';
import { startHandlerChain } from '../handler-chain.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;
const limits = { maxMutatingInflight: 2, maxRequestsInflight: 1, flowControl: 'MaxInflight' } as const;

function world(login?: Login) {
  const engine = new Engine({ seed: 1 });
  const api = new ApiServer(engine, new ClusterState('1'), {
    ...idealApi,
    mutating: constant(0.4e6),
    etcdCommit: constant(0),
    read: constant(0.4e6),
    maxMutatingInflight: 0,
  });
  startHandlerChain(api, { ...idealApi, ...limits });
  const client = new ApiClient(api, 'test', { qps: Infinity, burst: 1 }, 'at-once', undefined, login);
  return { engine, api, client };
}

const configMap = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

function times({ engine, client }: ReturnType<typeof world>, count: number): [number, boolean][] {
  const answers: [number, boolean][] = [];
  for (let i = 0; i < count; i += 1) {
    engine.spawn(
      `${i}`,
      (function* () {
        const result = yield* client.create(configMap(`${i}`)).wait();
        answers.push([engine.now / 1e6, result >= 0]);
      })(),
    );
  }
  engine.run(3600e6);
  return answers;
}

describe('max in flight', () => {
  it('serves two writes at once; the others come again a second later', () => {
    // Two of five at 0, two of the three others at 1 s, the last at 2 s; each takes 0.4 s.
    expect(times(world(), 5)).toEqual([0.4, 0.4, 1.4, 1.4, 2.4].map((time) => [time, true]));
  });

  it('a client that does not repeat is told at once, one that repeats ten times after ten seconds', () => {
    expect(times(world({ retries: 0 }), 3)).toEqual([
      [0, false],
      [0.4, true],
      [0.4, true],
    ]);
    // With more than 22 writes the rest of them has tried at 0, 1, … 10 s, and two were served each time.
    const answers = times(world(), 25);
    expect(answers.filter(([, served]) => served)).toHaveLength(22);
    expect(answers.filter(([, served]) => !served)).toEqual([10, 10, 10].map((time) => [time, false]));
  });

  it('reads have their own limit, and system:masters none', () => {
    const { engine, client } = world({ retries: 0 });
    const resources = new Resources(client);
    const codes: (number | undefined)[] = [];
    for (const name of ['a', 'b']) {
      engine.spawn(
        name,
        (function* () {
          const answer = yield* resources.get(configMap(name)).wait();
          codes.push('failure' in answer ? answer.failure.code : undefined);
        })(),
      );
    }
    engine.run(1e6);
    expect(codes).toEqual([429, 404]);
    expect(times(world({ user: 'root', groups: ['system:masters'] }), 4)).toEqual(
      [0.4, 0.4, 0.4, 0.4].map((time) => [time, true]),
    );
  });

  it('a reply that nobody awaits loses nothing of the count', () => {
    const one = world({ retries: 0 });
    expect(times(one, 5).filter(([, served]) => !served)).toHaveLength(3);
    expect([one.api.inflight, Refused.TooManyRequests]).toEqual([0, -6]);
  });
});
