// Planted: a member that was cut off while others committed is made the leader all the same.
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { EtcdMembers } from '../etcd/members.ts';
import { watchAcknowledged } from './acknowledged-write-invariants.ts';

function rig() {
  const engine = new Engine({ seed: 3 });
  const settings = {
    names: ['m1', 'm2', 'm3'],
    save: { type: 'constant', value: 800 },
    heartbeatUs: 100_000,
    requestLimitUs: 7e6,
  } as const;
  const etcd = new EtcdMembers(engine, settings, { delayUs: () => 150, open: () => true });
  watchAcknowledged(engine, etcd);
  const client = etcd.requests.client(() => undefined);
  const write = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const { leader } = etcd;
      if (leader !== undefined) etcd.requests.propose(client, leader, i);
      engine.run(engine.now + 50_000);
    }
  };
  const follower = () => etcd.members.find((member) => member !== etcd.leader && member.runs && !member.isolated);
  return { engine, etcd, write, follower };
}

it('a leader that is elected has all that was committed, whoever dies', () => {
  const { engine, etcd, write, follower } = rig();
  for (let round = 0; round < 6; round += 1) {
    write(5);
    const struck = round % 2 === 0 ? etcd.leader : follower();
    if (struck === undefined) continue;
    etcd.kill(struck);
    engine.run(engine.now + 4e6);
    write(5);
    etcd.start(struck);
    engine.run(engine.now + 4e6);
  }
  expect(etcd.requests.log.committedIndex).toBeGreaterThan(40);
});

it('one that has missed writes may not lead', () => {
  const { engine, etcd, write, follower } = rig();
  const stale = follower();
  if (stale === undefined) throw new Error('there is no follower');
  write(2);
  etcd.isolate(stale);
  write(4);
  engine.run(engine.now + 1e6);
  expect(() => etcd.becameLeader(stale)).toThrow(
    /leads with a log that ends at \d+, and \d+ is committed: 4 acknowledged writes are lost/,
  );
});
