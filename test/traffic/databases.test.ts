// Databases: writes that lock, wait for replicas, come to the wrong pod, and get lost; against theory and by hand.
import { describe, expect, it } from 'vitest';
import type { BehaviorSpec } from '../../src/model/settings/traffic.ts';
import type { DatabaseSpec } from '../../src/model/settings/database.ts';
import { Database } from '../../src/traffic/databases/database.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { md1, mmc } from '../theory/formulas.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';

const spec = (more: Partial<DatabaseSpec> = {}): DatabaseSpec => ({
  label: 'role',
  failoverUs: 30e6,
  promotionUs: 3e6,
  replication: { lagUs: 50_000, synchronous: false },
  locks: 'none',
  ...more,
});

interface Options {
  readonly database?: Partial<DatabaseSpec>;
  readonly requests?: Partial<BehaviorSpec['requests']>;
  readonly rate?: string;
  readonly reads?: string;
  readonly keys?: number;
}

function rigOf({ database = {}, requests = {}, rate = '70/s', reads, keys }: Options): TrafficRig {
  const store: BehaviorSpec = {
    ...behavior('db', { service: { type: 'exponential', mean: 10_000 }, concurrency: 10_000, ...requests }),
    database: spec(database),
  };
  const about = keys === undefined ? {} : { keys: { count: keys, zipf: 0, hot: [] } };
  return new TrafficRig({
    services: { db: 1 },
    behaviors: [store],
    traffic: [
      source('writers', 'db', rate, { write: true, ...about }),
      ...(reads === undefined ? [] : [source('readers', 'db', reads)]),
    ],
  });
}

/** Pods of the rig have no owner: each is a database by itself. */
function run(rig: TrafficRig, seconds: number): Database {
  const [pod] = rig.pods.get('db') ?? [];
  rig.traffic.databases?.podChanged(pod as PodRow, false);
  rig.engine.run(seconds * 1e6);
  rig.traffic.check();
  const [database] = rig.traffic.databases?.all ?? [];
  return database;
}

/** Mean time of the requests of a source, in units of 10 ms. */
function meanOf(rig: TrafficRig, source: number): number {
  const all = rig.traffic.meters.interval(source);
  return all.sum / all.count / 10_000;
}

describe('writes that lock everything', () => {
  it.each([0.5, 0.8])('wait as in M/M/1 at %d, while reads do not', (rho) => {
    const rig = rigOf({ database: { locks: 'all' }, rate: `${100 * rho}/s`, reads: '50/s' });
    const database = run(rig, 2000);
    const expected = mmc(1, rho).mean;
    expect(Math.abs(meanOf(rig, 0) / expected - 1)).toBeLessThan(0.06);
    expect(Math.abs(meanOf(rig, 1) - 1)).toBeLessThan(0.02);
    // What they waited is what the database says, but for those that wait now.
    const waitUs = database.lockWaitUs / database.writes;
    expect(Math.abs(waitUs / 10_000 / (expected - 1) - 1)).toBeLessThan(0.06);
    expect(database.lockWaits / database.writes).toBeCloseTo(rho, 1);
  });

  it('hold the lock until a replica has them: M/G/1 with the lag in the service', () => {
    const rig = rigOf({
      database: { locks: 'all', replication: { lagUs: 10_000, synchronous: true } },
      requests: { service: { type: 'constant', value: 5_000 } },
      rate: '40/s',
    });
    // Somebody follows.
    const [pod] = rig.pods.get('db') ?? [];
    rig.traffic.databases?.podChanged(pod as PodRow, false);
    rig.traffic.databases?.all[0].running.add(99 as PodRow);
    run(rig, 2000);
    expect(Math.abs(meanOf(rig, 0) / (1.5 * md1(0.6).mean) - 1)).toBeLessThan(0.05);
  });
});

describe('writes that lock a key', () => {
  it('wait for the same key alone', () => {
    const one = rigOf({ database: { locks: 'key' }, rate: '80/s', keys: 1 });
    const many = rigOf({ database: { locks: 'key' }, rate: '80/s', keys: 1_000_000 });
    expect(run(one, 500).lockWaits).toBeGreaterThan(20_000);
    expect(run(many, 500).lockWaits).toBeLessThan(20);
    expect(Math.abs(meanOf(many, 0) - 1)).toBeLessThan(0.03);
  });

  it('lock nothing without a key', () => {
    expect(run(rigOf({ database: { locks: 'key' }, rate: '80/s' }), 100).lockWaits).toBe(0);
  });
});

describe('a process that dies', () => {
  it('lets its locks go, and works on when it is back', () => {
    const rig = rigOf({ database: { locks: 'all' }, rate: '90/s' });
    const database = run(rig, 100);
    const [pod] = rig.pods.get('db') as PodRow[];
    rig.kill(pod);
    rig.traffic.check();
    rig.engine.run(101e6);
    const { writes } = database;
    rig.start(pod);
    rig.engine.run(200e6);
    rig.traffic.check();
    expect(database.writes - writes).toBeGreaterThan(8000);
  });

  it('that hangs commits what it has when it goes on, once', () => {
    const rig = rigOf({ database: { locks: 'all' }, rate: '50/s' });
    const database = run(rig, 10);
    const [pod] = rig.pods.get('db') as PodRow[];
    const letGo = rig.traffic.hang(pod, rig.state.pods.epoch[pod], 0);
    rig.engine.run(12e6);
    const { writes } = database;
    rig.engine.run(13e6);
    expect(database.writes).toBe(writes);
    letGo();
    rig.engine.run(100e6);
    rig.traffic.check();
    const completed = rig.traffic.meters.interval(0).count;
    // Each that was answered has been committed once; one may be on its way.
    expect(Math.abs(database.writes - completed)).toBeLessThanOrEqual(1);
  });
});

describe('a database with roles', () => {
  const primaries = (synchronous: boolean): Database => {
    const database = new Database('default', 'orders', spec({ replication: { lagUs: 100, synchronous } }), true);
    database.started(0 as PodRow, 0);
    database.started(1 as PodRow, 0);
    database.primaryIs(0 as PodRow, 0);
    return database;
  };

  it('loses what replicas had not seen when another one becomes the primary', () => {
    const database = primaries(false);
    for (const at of [800, 901, 950, 1000]) database.committed(at, false);
    database.ended(0 as PodRow, 1000, true);
    expect(database.lost).toBe(0);
    database.primaryIs(-1, 1200);
    database.primaryIs(1 as PodRow, 1300);
    // 901, 950 and 1000 are less than 100 old; the one of 900 would not be.
    expect(database).toMatchObject({ lost: 3, failovers: 1 });
    expect(database.counts(2000).withoutPrimaryUs).toBe(300);
  });

  it('loses nothing when the same process comes back, or hands over in peace, or had waited for replicas', () => {
    const back = primaries(false);
    back.committed(990, false);
    back.ended(0 as PodRow, 1000, true);
    back.started(0 as PodRow, 1500);
    back.primaryIs(-1, 2000);
    back.primaryIs(1 as PodRow, 2000);
    expect(back).toMatchObject({ lost: 0, failovers: 1 });
    const peace = primaries(false);
    peace.committed(990, false);
    peace.ended(0 as PodRow, 1000, false);
    peace.primaryIs(1 as PodRow, 1000);
    expect(peace.lost).toBe(0);
    const waited = primaries(true);
    waited.committed(990, true);
    waited.ended(0 as PodRow, 1000, true);
    waited.primaryIs(1 as PodRow, 1000);
    expect(waited.lost).toBe(0);
  });

  it('has no time without a primary before the first one', () => {
    const database = new Database('default', 'orders', spec(), true);
    expect(database.counts(1e6).withoutPrimaryUs).toBe(0);
    expect(database.takesWrites(0 as PodRow)).toBe(false);
    expect(new Database('default', 'kv', spec(), false).takesWrites(0 as PodRow)).toBe(true);
  });
});
