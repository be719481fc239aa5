// Proxies in pods: what a request takes there, where it goes, what becomes of it when backends fail, and what a reload changes.
import { describe, expect, it } from 'vitest';
import type { RequestTraits } from '../../src/model/request-traits.ts';
import type { GatewaySpec } from '../../src/model/settings/gateway.ts';
import type { SourceSpec } from '../../src/model/settings/traffic.ts';
import { Outcome, outcomeNames } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { constant, gatewaySpec, tableOf } from '../support/gateway-specs.ts';
import { behavior, type RigOptions, source, TrafficRig } from '../support/traffic-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

const WAY_US = 1000;
const links = {
  sameNode: constant(WAY_US),
  sameZone: constant(WAY_US),
  otherZone: constant(WAY_US),
  otherRegion: constant(WAY_US),
  client: constant(WAY_US),
};

interface Given {
  readonly gateway?: Partial<GatewaySpec>;
  readonly requests?: Parameters<typeof behavior>[1];
  readonly users?: Partial<SourceSpec>;
  readonly rate?: string;
  readonly rig?: Partial<RigOptions>;
}

/** Users of the proxy `gate`, whose requests are 2 ms of work; backends `web` and `api` work 50 ms. */
function rigOf({ gateway = {}, requests = {}, users = {}, rate, rig = {} }: Given = {}): TrafficRig {
  return new TrafficRig({
    services: { gate: 1, web: 2, api: 1 },
    behaviors: [
      { ...behavior('gate', { service: constant(2000), concurrency: 1e6 }), gateway: gatewaySpec(gateway) },
      behavior('web', { service: constant(50_000), concurrency: 100, ...requests }),
      behavior('api', { service: constant(50_000), concurrency: 100 }),
    ],
    traffic: [
      source('users', 'gate', rate ?? '1/s', {
        ...(rate === undefined ? { arrivals: { name: 'constant', args: { rate: '10/s' } }, stopUs: 150_000 } : {}),
        ...users,
      }),
    ],
    network: { links },
    ...rig,
  });
}

const toWeb = tableOf({ '/': { web: 1 } });

function configured(rig: TrafficRig, table = toWeb): TrafficRig {
  rig.traffic.gateways!.configure('test', '', table);
  return rig;
}

/** Outcomes of the users' requests by name, and the time that they took in all, ms. */
function outcomes({ engine, traffic }: TrafficRig, untilUs = 200e6): Record<string, number> {
  engine.run(untilUs);
  traffic.check();
  const found: Record<string, number> = {};
  for (const [outcome, name] of outcomeNames.entries()) {
    const count = traffic.meters.total(0, outcome);
    if (count > 0) found[name] = count;
  }
  found.timeMs = traffic.meters.areaUs(0, engine.now) / 1000;
  return found;
}

const attempts = ({ traffic }: TrafficRig, service: string): number =>
  traffic.meters.total(traffic.services.meterOf('default', service), Tally.Attempts);
const countsOf = ({ traffic }: TrafficRig) => traffic.gateways!.counts.get('test')!;

describe('a request', () => {
  it('is work of the proxy, a call of the backend, and work on its answer', () => {
    // Four ways, 2 ms, 50 ms, 3 ms.
    const rig = configured(rigOf({ gateway: { response: constant(3000) } }));
    expect(outcomes(rig)).toEqual({ ok: 1, timeMs: 59 });
    expect(attempts(rig, 'web')).toBe(1);
  });

  it.each([
    ['404', tableOf({}), 'error', 4],
    ['500', tableOf({ '/': { web: 0 } }), 'error', 4],
    ['500', tableOf({ '/': {} }), 'error', 4],
    ['503', tableOf({ '/': { nobody: 1 } }), 'overload', 4],
  ] as const)('is answered by the proxy itself with %s', (status, table, outcome, timeMs) => {
    const rig = configured(rigOf(), table);
    expect(outcomes(rig)).toEqual({ [outcome]: 1, timeMs });
    expect(countsOf(rig).answers[status]).toBe(1);
    expect(countsOf(rig).retries).toBe(0);
  });

  it('finds its connection closed where its listener does not serve, and is no request of the proxy', () => {
    const rig = configured(rigOf(), tableOf({ '/': { web: 1 } }, { closes: true }));
    expect(outcomes(rig)).toEqual({ reset: 1, timeMs: 4 });
    expect([countsOf(rig).requests, attempts(rig, 'web')]).toEqual([0, undefined]);
  });

  it('is redirected by the proxy, which asks no backend, and has not failed', () => {
    const rig = configured(rigOf(), tableOf({ '/': { web: 1 } }, { redirects: true }));
    expect(outcomes(rig)).toEqual({ ok: 1, timeMs: 4 });
    // Nobody has ever called the backend.
    expect([countsOf(rig).answers['302'], attempts(rig, 'web')]).toEqual([1, undefined]);
  });

  it.each([
    [1, 1],
    [0, 0],
  ])('is copied to another backend (share %d): there it is work, and nobody waits for it', (share, copies) => {
    const backend = { namespace: 'default', service: 'api', port: '', weight: 1 };
    const rig = configured(
      rigOf({ rig: { mirrors: true } }),
      tableOf({ '/': { web: 1 } }, { mirrors: [{ backend, share }] }),
    );
    // Sent at 100 ms, it leaves the proxy at 103 ms and is at its backends at 104 ms.
    const held = (service: string): number =>
      (rig.pods.get(service) ?? []).reduce((sum, pod) => sum + rig.traffic.containers.heldIn(pod as PodRow), 0);
    rig.engine.run(120_000);
    expect([held('web'), held('api')]).toEqual([1, copies]);
    expect(outcomes(rig)).toEqual({ ok: 1, timeMs: 56 });
    expect(held('api')).toBe(0);
  });

  it('comes to the backend as filters have made it: there its path is another', () => {
    // The backend is a proxy too, that knows one path.
    const behind = {
      ...behavior('web', { service: constant(1000), concurrency: 100 }),
      gateway: gatewaySpec({ controller: 'behind' }),
    };
    const timeMs = (rewritten: string): number => {
      const rig = new TrafficRig({
        services: { gate: 1, web: 1, api: 1 },
        behaviors: [
          { ...behavior('gate', { service: constant(2000), concurrency: 1e6 }), gateway: gatewaySpec() },
          behind,
          behavior('api', { service: constant(50_000), concurrency: 100 }),
        ],
        traffic: [
          source('users', 'gate', '1/s', { arrivals: { name: 'constant', args: { rate: '10/s' } }, stopUs: 150_000 }),
        ],
        network: { links },
      });
      const rewrite = (request: RequestTraits): RequestTraits => ({ ...request, path: rewritten });
      rig.traffic.gateways!.configure('test', '', tableOf({ '/': { web: 1 } }, { rewrite }));
      rig.traffic.gateways!.configure('behind', '', tableOf({ '/v2': { api: 1 } }));
      return outcomes(rig).timeMs;
    };
    // Six ways, 2 ms, 1 ms and 50 ms; or four ways to a proxy that has no such route.
    expect([timeMs('/v2'), timeMs('/')]).toEqual([59, 7]);
  });

  it('is tried as often, after what and when its route says', () => {
    const retries = { max: 2, on: ['http_500'], backoffUs: 10_000 } as const;
    const rig = configured(rigOf({ requests: { errorRate: 1 } }), tableOf({ '/': { web: 1 } }, { retries }));
    // Three attempts of 52 ms, and 10 and 20 ms between them.
    expect(outcomes(rig)).toEqual({ error: 1, timeMs: 4 + 3 * 52 + 30 });
    expect(attempts(rig, 'web')).toBe(3);
  });

  it('costs a handshake where the host has a certificate, unless its connection is there already', () => {
    const table = tableOf({ '/': { web: 1 } }, { hasTls: (host) => host === 'shop.test' });
    const timeMs = (host: string, reuse: number): number =>
      outcomes(
        configured(
          rigOf({
            gateway: { tls: { handshakeUs: 7000, reuse } },
            users: { request: { outside: true, host, method: 'GET', path: '/', headers: {}, cookies: {} } },
          }),
          table,
        ),
      ).timeMs;
    expect([timeMs('shop.test', 0), timeMs('shop.test', 1), timeMs('other.test', 0)]).toEqual([63, 56, 56]);
  });

  it('passes the answer of its backend on, be it an error', () => {
    expect(outcomes(configured(rigOf({ requests: { errorRate: 1 } })))).toEqual({ error: 1, timeMs: 56 });
    // The second of two within 50 ms finds no room at the only pod.
    const busy = {
      arrivals: { name: 'constant', args: { rate: '1000/s' } },
      startUs: 99_000,
      stopUs: 101_500,
    } as const;
    const full = rigOf({
      requests: { concurrency: 1, queue: 0 },
      users: busy,
      rig: { services: { gate: 1, web: 1, api: 1 } },
    });
    expect(outcomes(configured(full))).toEqual({ ok: 1, overload: 1, timeMs: 56 + 7 });
    expect(countsOf(full).answers['503']).toBe(0);
  });
});

describe('workers', () => {
  it('have a queue each: M/D/1', () => {
    // 1,200 requests a second of 1 ms at two workers, any one alike: 0.6 ms of work a ms; the wait is 0.6 · 1 ms / (2 · 0.4).
    const rig = configured(
      new TrafficRig({
        services: { gate: 1 },
        behaviors: [
          {
            ...behavior('gate', { service: constant(1000), concurrency: 1e6 }),
            gateway: gatewaySpec({ workers: 2 }),
          },
        ],
        traffic: [source('users', 'gate', '1200/s')],
      }),
      tableOf({}),
    );
    rig.engine.run(100e6);
    rig.traffic.check();
    const { meters } = rig.traffic;
    const count = meters.total(0, Outcome.Error);
    expect(Math.abs(count - 120_000)).toBeLessThan(4 * Math.sqrt(120_000));
    const meanUs = meters.areaUs(0, rig.engine.now) / count;
    expect(Math.abs(meanUs / 1750 - 1)).toBeLessThan(0.02);
  });

  it('work on one request at a time, and hold no worker while a backend works', () => {
    // At 100, 101 and 102 ms; the second waits 1 ms for the worker, the third 2 ms.
    const rig = configured(
      rigOf({ users: { arrivals: { name: 'constant', args: { rate: '1000/s' } }, startUs: 99_000, stopUs: 102_500 } }),
    );
    expect(outcomes(rig)).toEqual({ ok: 3, timeMs: 3 * 56 + 1 + 2 });
  });
});

describe('backends that fail', () => {
  const half = (gateway: Partial<GatewaySpec> = {}): TrafficRig => {
    const balancer = { name: 'NginxRoundRobin', args: { maxFails: 0 } };
    const rig = configured(rigOf({ rate: '100/s', gateway: { balancer, ...gateway } }));
    rig.kill(rig.pods.get('web')![0] as PodRow);
    return rig;
  };

  it('are tried again elsewhere: no user hears of a pod that is gone', () => {
    const rig = half();
    const { ok, ...others } = outcomes(rig, 10e6);
    expect(Object.keys(others)).toEqual(['timeMs']);
    // In turn: half of the first attempts are at the dead pod, and followed by one at the other.
    expect(Math.abs(countsOf(rig).retries / ok - 0.5)).toBeLessThan(0.02);
  });

  it('are not where nothing says so, or all attempts fail', () => {
    const rig = half({ tries: 1 });
    const { ok, error } = outcomes(rig, 10e6);
    // Some five of the others are under way.
    expect(Math.abs(ok - error)).toBeLessThan(9);
    expect(countsOf(rig).answers['502']).toBe(error);
    const all = configured(rigOf());
    for (const pod of all.pods.get('web')!) all.kill(pod as PodRow);
    expect(outcomes(all)).toEqual({ error: 1, timeMs: 4 + 3 * 2 });
    expect(attempts(all, 'web')).toBe(3);
  });

  it('are given up after the limit of each attempt; a POST is sent once', () => {
    const given = { gateway: { timeoutUs: 10_000 } };
    expect(outcomes(configured(rigOf(given)))).toEqual({ error: 1, timeMs: 4 + 3 * 10 });
    const request = { outside: true, host: '', method: 'POST', path: '/', headers: {}, cookies: {} } as const;
    const post = configured(rigOf({ ...given, users: { request } }));
    expect(outcomes(post)).toEqual({ error: 1, timeMs: 14 });
    expect(countsOf(post).answers['504']).toBe(1);
    // One that was refused was not sent.
    const refused = configured(rigOf({ users: { request } }));
    refused.kill(refused.pods.get('web')![0] as PodRow);
    expect(outcomes(refused).ok).toBe(1);
  });
});

describe('routes', () => {
  it('divide requests by weight, each by its own luck', () => {
    const rig = configured(rigOf({ rate: '100/s' }), tableOf({ '/': { web: 70, api: 30 } }));
    outcomes(rig, 100e6);
    const share = attempts(rig, 'api') / (attempts(rig, 'api') + attempts(rig, 'web'));
    // 10,000 draws: four standard errors are 1.8 %.
    expect(Math.abs(share - 0.3)).toBeLessThan(0.018);
  });

  it('keep clients where they were, by a cookie', () => {
    const sticky = new Map<number, string>();
    const rig = configured(
      rigOf({ rate: '100/s', users: { clients: 1 } }),
      tableOf({ '/': { web: 50, api: 50 } }, { sticky }),
    );
    outcomes(rig, 10e6);
    expect([attempts(rig, 'api'), attempts(rig, 'web')].filter((count) => count > 0)).toHaveLength(1);
    expect([...sticky.keys()]).toEqual([0]);
  });

  it('hash the client and not the proxy', () => {
    const balancer = { name: 'IngressNginxHash', args: {} };
    const served = (clients: number): number => {
      const rig = configured(
        rigOf({ rate: '100/s', users: { clients }, rig: { services: { gate: 1, web: 4, api: 1 } } }),
        tableOf({ '/': { web: 1 } }, { balancer }),
      );
      const seen = new Set<number>();
      const connect = rig.network.connect.bind(rig.network);
      rig.network.connect = (...args) => {
        const result = connect(...args);
        if (args[2] >= 0) seen.add(rig.network.pod);
        return result;
      };
      outcomes(rig, 5e6);
      return seen.size;
    };
    expect([served(1), served(1000)]).toEqual([1, 4]);
  });
});

describe('a reload', () => {
  const other = tableOf({ '/': { api: 1 } });
  const reload = { on: 'routes', takesUs: 300_000, workUs: 0, drainUs: 0 } as const;

  it('takes its time, and no two come closer than the period', () => {
    const rig = configured(rigOf({ rate: '1000/s', gateway: { syncPeriodUs: 3e6, reload, workers: 4 } }));
    const { engine, traffic } = rig;
    const leadsTo = (): string => (attempts(rig, 'api') > 0 ? 'api' : 'web');
    // It began at 0, looked at 3 s, and looks again at 6 s.
    engine.run(4e6);
    traffic.gateways!.configure('test', '', other);
    engine.run(6.25e6);
    expect([leadsTo(), countsOf(rig).reloads]).toEqual(['web', 1]);
    engine.run(6.4e6);
    expect([leadsTo(), countsOf(rig).reloads]).toEqual(['api', 2]);
    engine.run(20e6);
    traffic.gateways!.configure('test', '', toWeb);
    engine.run(20.1e6);
    // What comes while it takes up what it saw waits for the next look.
    traffic.gateways!.configure('test', '', tableOf({ '/': { web: 1 } }, { digest: 'third' }));
    engine.run(23.2e6);
    expect(countsOf(rig).reloads).toBe(3);
    engine.run(23.4e6);
    expect(countsOf(rig).reloads).toBe(4);
    traffic.check();
  });

  it('is not needed for what is no part of the configuration', () => {
    const rig = configured(rigOf({ gateway: { syncUs: 1e6, reload } }), tableOf({ '/': { web: 1 } }, { digest: '' }));
    rig.traffic.gateways!.configure('test', '', tableOf({ '/': { api: 1 } }, { digest: '' }));
    outcomes(rig);
    expect(countsOf(rig).reloads).toBe(0);
  });

  it('lets old workers finish, for as long as they may', () => {
    const run = (drainUs: number) => {
      const rig = configured(rigOf({ gateway: { reload: { ...reload, takesUs: 0, drainUs } } }));
      rig.engine.run(120_000);
      rig.traffic.gateways!.configure('test', '', other);
      rig.engine.run(125_000);
      const { workers, requests } = rig.traffic.gateways!.draining('test');
      return { ...outcomes(rig), workers, requests, cut: countsOf(rig).cutOff };
    };
    expect(run(0)).toEqual({ ok: 1, timeMs: 56, workers: 1, requests: 1, cut: 0 });
    expect(run(10e6)).toEqual({ ok: 1, timeMs: 56, workers: 1, requests: 1, cut: 0 });
    // At 100 ms it began, at 130 ms it is cut off, and 1 ms later it knows.
    expect(run(10_000)).toEqual({ reset: 1, timeMs: 31, workers: 1, requests: 1, cut: 1 });
  });

  it('is work beside the workers, on the same processors', () => {
    const given = { requests: {}, gateway: { reload: { ...reload, takesUs: 0, workUs: 40_000 } } };
    const rig = rigOf({
      ...given,
      rig: {
        behaviors: [
          {
            ...behavior('gate', { service: constant(2000), concurrency: 1e6, compute: 'podShared', processors: 1 }),
            gateway: gatewaySpec(given.gateway),
          },
          behavior('web', { service: constant(50_000), concurrency: 100 }),
        ],
      },
    });
    rig.engine.run(99_500);
    // Half a processor is left for the request: 4 ms instead of 2.
    configured(rig);
    expect(outcomes(rig)).toEqual({ ok: 1, timeMs: 58 });
  });

  it('is needed for endpoints where these are in the configuration too', () => {
    const rig = configured(
      rigOf({ rate: '100/s', gateway: { kind: 'nginx', reload: { ...reload, on: 'endpoints' } } }),
    );
    const before = countsOf(rig).reloads;
    rig.engine.run(2e6);
    rig.publish('web', [rig.pods.get('web')![1]]);
    rig.engine.run(4e6);
    expect(countsOf(rig).reloads - before).toBe(2);
    rig.publish('web', rig.pods.get('web')!);
    rig.engine.run(4.2e6);
    expect(countsOf(rig).reloads - before).toBe(2);
    rig.engine.run(5e6);
    expect(countsOf(rig).reloads - before).toBe(3);
  });
});

describe('proxies that die', () => {
  it('lose what they have and no more, however often they start again', () => {
    const given = {
      gateway: {
        workers: 3,
        response: constant(500),
        reload: { on: 'routes', takesUs: 1000, workUs: 5000, drainUs: 20_000 },
      },
    } as const; // prettier-ignore
    const rig = configured(rigOf({ rate: '300/s', ...given, rig: { services: { gate: 2, web: 2, api: 1 } } }));
    const pods = rig.pods.get('gate')! as PodRow[];
    for (let i = 1; i <= 40; i += 1) {
      rig.engine.run(i * 100_000);
      if (i % 2 === 0) rig.kill(pods[(i / 2) % 2]);
      else if (i > 1) rig.start(pods[((i - 1) / 2) % 2]);
      if (i % 3 === 0) configured(rig, i % 2 === 0 ? toWeb : tableOf({ '/': { api: 1 } }));
      rig.traffic.check();
    }
    const { meters } = rig.traffic;
    expect(meters.total(0, Outcome.Reset)).toBeGreaterThan(20);
    expect(meters.total(0, Outcome.Ok)).toBeGreaterThan(300);
  });
});
