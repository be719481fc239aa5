// The disk of a member of etcd is slow: each save of its log takes longer.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { checkProcess } from './process-signal.ts';

const args = z.strictObject({
  process: z.string().min(1).optional().describe('one member, called as its pod is: `etcd-cp1`'),
  which: z
    .enum(['leader', 'followers', 'all', 'any'])
    .default('leader')
    .describe('which members: the one that leads, those that do not, all, or one drawn among those that live'),
  extra: duration.describe('what every save (fsync of the write-ahead log) takes longer'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const etcdSlowDisk = member<FaultContext, Fault, typeof args>({
  name: 'EtcdSlowDisk',
  summary: 'Disks of members of etcd are slow: writes wait for them, and a leader that saves for too long is deposed.',
  args,
  create({ process, which, extra, for: length }, context) {
    const { processes, random } = context;
    const members = processes.list.filter(({ component }) => component === 'etcd');
    checkProcess(
      'EtcdSlowDisk',
      'member',
      process,
      members.map(({ name }) => name),
    );
    const choose = (): readonly string[] => {
      if (process !== undefined) return [process];
      const alive = members.filter(({ state }) => state !== 'dead');
      if (which === 'any') return alive.length === 0 ? [] : [alive[random.int(alive.length)].name];
      return alive.filter(({ leads }) => which === 'all' || leads === (which === 'leader')).map(({ name }) => name);
    };
    return {
      fire() {
        const chosen = choose();
        const ends: (() => void)[] = [];
        context.strike(
          {
            what: `slow disk: ${chosen.length === 0 ? 'no member' : chosen.join(', ')}`,
            begin() {
              for (const name of chosen) ends.push(processes.slowDisk(name, extra));
            },
            end() {
              for (const end of ends) end();
            },
          },
          length === undefined ? undefined : context.draw(length),
        );
      },
    };
  },
});
