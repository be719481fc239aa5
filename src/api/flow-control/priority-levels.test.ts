// Seats of levels: the worked examples of Kubernetes' defaults, what deleted and broken objects do, and who is matched by which FlowSchema.
import { describe, expect, it } from 'vitest';
import { allocate } from './fair-allocation.ts';
import { suggestedLevels, suggestedSchemas } from './default-configuration.ts';
import type { PriorityLevelConfiguration } from './objects.ts';
import { PriorityLevels } from './priority-levels.ts';
import type { RequestInfo } from './request-info.ts';
import { RetryAfter } from './retry-after.ts';
import { Ticket, ONE_SEAT } from './ticket.ts';
import { nodeUser, serviceAccount, userOf } from './users.ts';

function levels(serverSeats = 600) {
  const host = { now: 0, dispatched: () => undefined, lingers: () => undefined };
  const all = new PriorityLevels(host, serverSeats);
  all.configure(suggestedLevels, suggestedSchemas);
  return { host, all };
}

const pods: RequestInfo = {
  verb: 'list',
  apiGroup: '',
  resource: 'pods',
  subresource: '',
  namespace: 'shop',
  name: '',
};
const of = (part: Partial<RequestInfo>): RequestInfo => ({ ...pods, ...part });
const lease = of({ verb: 'update', apiGroup: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-system' });

describe('priority levels', () => {
  it('divide 400 + 200 requests in flight by shares of 245', () => {
    const { all } = levels();
    const nominal = Object.fromEntries([...all.all()].map(({ name, limits }) => [name, limits.nominal]));
    expect(nominal).toEqual({
      exempt: 0,
      'catch-all': 13,
      'leader-election': 25,
      'node-high': 98,
      system: 74,
      'workload-high': 98,
      'workload-low': 245,
      'global-default': 49,
    });
    // 15 % of the nominal seats, and no more than fit into a hand.
    expect(['workload-high', 'global-default', 'catch-all'].map((name) => all.get(name)?.widest)).toEqual([15, 8, 0]);
  });

  it.each([
    ['the scheduler binds', 'system:kube-scheduler', of({ verb: 'create', subresource: 'binding' }), 'kube-scheduler'],
    ['the scheduler leads', 'system:kube-scheduler', lease, 'system-leader-election'],
    ['a controller', serviceAccount('kube-system', 'job-controller'), pods, 'kube-system-service-accounts'],
    ['a heartbeat', nodeUser('n1'), { ...lease, namespace: 'kube-node-lease' }, 'system-node-high'],
    [
      'a node reports itself',
      nodeUser('n1'),
      of({ resource: 'nodes', subresource: 'status', namespace: '' }),
      'system-node-high',
    ],
    ['a node reports a pod', nodeUser('n1'), of({ verb: 'patch', subresource: 'status' }), 'system-nodes'],
    ['a pod as client', serviceAccount('shop', 'default'), pods, 'service-accounts'],
    ['a person', 'kubernetes-admin', pods, 'global-default'],
    ['nobody', 'system:anonymous', pods, 'global-default'],
  ] as const)('%s', (_, name, info, schema) => {
    const { all } = levels();
    expect(all.classify(userOf(name), info).schema.metadata.name).toBe(schema);
    expect(all.classify(userOf(name, ['system:masters']), info).schema.metadata.name).toBe('exempt');
  });

  it('a deleted level drains; a FlowSchema without its level is passed over; the mandatory ones stay', () => {
    const { all } = levels();
    const user = userOf('kubernetes-admin');
    const { level, hand } = all.classify(user, pods);
    const tickets = [0, 1].map((id) => new Ticket(id, ONE_SEAT, 0));
    for (const ticket of tickets) level.queues.start(ticket, hand);
    const others = suggestedLevels.filter(({ metadata }) => metadata.name !== 'global-default');
    all.configure(others, suggestedSchemas);
    expect(all.classify(user, pods).level.name).toBe('catch-all');
    expect(all.get('global-default')?.quiescing).toBe(true);
    for (const ticket of tickets) {
      level.queues.finish(ticket);
      all.reap(level);
    }
    expect(all.get('global-default')).toBeUndefined();
    all.configure([], []);
    expect([...all.all()].map(({ name }) => name).sort()).toEqual(['catch-all', 'exempt']);
    expect(all.get('catch-all')?.limits.nominal).toBe(600);
  });

  it('takes no notice of a broken configuration', () => {
    const { all } = levels();
    const limited = { nominalConcurrencyShares: 30, limitResponse: { type: 'Queue' } as const };
    const broken: PriorityLevelConfiguration = {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'broken' },
      spec: { type: 'Limited', limited },
    };
    all.configure([...suggestedLevels, broken], suggestedSchemas);
    expect([all.get('broken'), all.get('system')?.limits.nominal]).toEqual([undefined, 74]);
  });

  it('lend what they do not need to the one that does, and take it back', () => {
    const { host, all } = levels();
    const level = all.classify(userOf('kubernetes-admin'), pods).level;
    level.demand.set(600);
    host.now = 10e6;
    all.adjust();
    // All that others may lend: each keeps its lower limit, but for rounding, of the sum too.
    const kept = [...all.all()].filter((one) => one !== level).map(({ limits, seats }) => seats - limits.lower);
    const left = 602 - (25 + 74 + 50 + 49 + 24 + 13) - kept.reduce((sum, one) => sum + one, 0);
    expect(Math.abs(level.seats - left)).toBeLessThanOrEqual(1);
    expect(Math.max(...kept)).toBeLessThan(2);
    level.demand.set(0);
    host.now = 20e6;
    all.adjust();
    const others = [...all.all()].filter((one) => one !== level && !one.exempt);
    for (const one of others) one.demand.set(one.limits.nominal);
    host.now = 30e6;
    all.adjust();
    for (const one of others) expect(one.seats).toBeGreaterThanOrEqual(one.limits.nominal);
  });
});

describe('an allocation', () => {
  it.each([
    // No bound matters: in proportion.
    [
      30,
      [
        [10, 0, 30],
        [20, 0, 30],
      ],
      [10, 20],
    ],
    // The first stops at its upper bound, the rest goes to the other.
    [
      30,
      [
        [20, 0, 5],
        [10, 0, 30],
      ],
      [5, 25],
    ],
    // The first keeps its lower bound.
    [
      10,
      [
        [9, 9, 30],
        [30, 0, 30],
      ],
      [9, 1],
    ],
    [0, [[1, 0, 2]], [0]],
  ])('of %i among %j', (total, claims, shares) => {
    const given = allocate(
      total,
      claims.map(([target, lower, upper]) => ({ target, lower, upper })),
    );
    expect(given?.map((share) => Math.round(share * 1e6) / 1e6)).toEqual(shares);
  });

  it('is none where the bounds leave none', () => {
    expect(allocate(3, [{ target: 1, lower: 0, upper: 2 }])).toBeUndefined();
    expect(allocate(3, [{ target: 4, lower: 4, upper: 4 }])).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it('doubles while three times as many are dropped as it has seconds, and falls by one in a second with few', () => {
    const retryAfter = new RetryAfter();
    const told: number[] = [];
    for (let second = 100; second < 120; second += 1)
      for (let i = 0; i < 20; i += 1) told.push(retryAfter.drop(second));
    // 1 in the first second, then 2 for two, 4 for four, 8 for eight, and 16.
    expect([100, 101, 103, 107, 115, 119].map((second) => told[20 * (second - 100)])).toEqual([1, 2, 4, 8, 16, 16]);
    expect([200, 300, 301].map((second) => retryAfter.drop(second))).toEqual([15, 14, 13]);
  });
});
