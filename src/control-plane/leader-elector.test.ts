// Candidates for one lease: who takes it, when, and what the holder does when it cannot renew, or is to end.
import { describe, expect, it } from 'vitest';
import { idealApi } from '../../test/support/cluster-rig.ts';
import { ApiClient } from '../api/client.ts';
import { ProcessClient, ProcessConnection } from '../api/process-connection.ts';
import { ApiServer } from '../api/server.ts';
import { Engine } from '../engine/engine.ts';
import { Process } from '../engine/process.ts';
import { ClusterState } from '../model/state.ts';
import { LeaderElector } from './leader-elector.ts';
import { LEASES, type LeaseObject } from './leader-record.ts';

const timing = { leaderElect: true, leaseDurationUs: 15e6, renewDeadlineUs: 10e6, retryPeriodUs: 2e6 };

function rig() {
  const engine = new Engine({ seed: 7 });
  const state = new ClusterState('7');
  const api = new ApiServer(engine, state, idealApi);
  const log: string[] = [];
  const seconds = (): number => Math.round(engine.now / 1e5) / 10;
  const candidate = (name: string, releases = false) => {
    const life = new Process(engine, name, true).begin();
    const client = new ApiClient(new ProcessConnection(new ProcessClient(api, name, name), life), name, {
      qps: Infinity,
      burst: 1,
    });
    const elector = new LeaderElector(life, client, timing, life.stream('election'), {
      lease: 'l',
      identity: name,
      releases,
      led: () => log.push(`${name} leads ${seconds()}`),
      lost: () => log.push(`${name} lost ${seconds()}`),
    });
    life.spawn('election', elector.run());
    return { life, elector };
  };
  const lease = (): LeaseObject => {
    const row = state.objects.find('Lease', LEASES, 'l');
    return state.objects.get(row) as LeaseObject;
  };
  return { engine, api, log, candidate, lease, to: (at: number) => engine.run(at * 1e6) };
}

describe('candidates', () => {
  it('of two that come at once one leads, and stays the leader', () => {
    const { log, candidate, lease, to } = rig();
    candidate('a');
    candidate('b');
    to(120);
    expect(log).toEqual(['a leads 0']);
    expect(lease().spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0, leaseDurationSeconds: 15 });
  });

  it('take a lease that nobody renews 15 s after they saw it change, at their next look', () => {
    const { log, candidate, lease, to } = rig();
    const { life } = candidate('a');
    candidate('b');
    to(20.5);
    life.end();
    to(60);
    expect(log).toHaveLength(2);
    const took = Number(log[1].split(' ')[2]);
    // The last renewal was at 20 s.
    expect(took).toBeGreaterThanOrEqual(35);
    expect(took).toBeLessThanOrEqual(43.8);
    expect(lease().spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('wait 15 s from their first look, however long ago the holder died', () => {
    const { log, candidate, to } = rig();
    const { life } = candidate('a');
    to(1);
    life.end();
    to(1000);
    candidate('b');
    to(1030);
    const took = Number(log[1].split(' ')[2]);
    expect(took).toBeGreaterThanOrEqual(1015);
    expect(took).toBeLessThanOrEqual(1019.5);
  });
});

describe('a holder', () => {
  it('that ends in order gives the lease back, if that is its way, and another one has it at its next look', () => {
    const { engine, log, candidate, lease, to } = rig();
    const { life, elector } = candidate('a', true);
    candidate('b');
    to(10);
    life.spawn(
      'ends',
      (function* () {
        yield* elector.cancel();
        log.push('a ended');
        life.end();
      })(),
    );
    engine.run(10_000_100);
    expect(lease().spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    to(14.5);
    expect(log.slice(1)).toEqual(['a ended', expect.stringMatching(/^b leads 1[0-4]/) as string]);
  });

  it('that does not release keeps its name in the lease', () => {
    const { candidate, lease, to } = rig();
    const { life, elector } = candidate('a');
    to(10);
    life.spawn('ends', elector.cancel());
    to(11);
    expect(lease().spec.holderIdentity).toBe('a');
    expect(elector.leads).toBe(false);
  });

  it('that was stopped for longer than the lease leads for ten seconds more beside the other one', () => {
    const { log, candidate, to } = rig();
    const { life, elector } = candidate('a');
    candidate('b');
    to(10);
    life.stop();
    to(60);
    life.goOn();
    to(69);
    expect([elector.leads, log.length]).toEqual([true, 2]);
    to(72);
    expect(log[2]).toMatch(/^a lost (69\.[3-9]|70)/);
  });

  it('that gets no answer gives up after ten seconds', () => {
    const { api, log, candidate, to } = rig();
    candidate('a');
    to(10.5);
    api.path = {
      arrive: () => undefined,
      work: () => undefined,
      serverOf: () => 0,
      redial: () => undefined,
      pin: () => undefined,
    };
    to(40);
    expect(log).toEqual(['a leads 0', expect.stringMatching(/^a lost 2[0-2]/) as string]);
  });
});
