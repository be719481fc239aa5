// Clocks of machines are wrong: what kubelets and controllers date with them, and what controllers take for due.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodesOf, sideArgs, sideOf } from '../sides.ts';

const args = z
  .strictObject({
    of: sideArgs.describe('whose clocks; those of the control plane are read by its controllers'),
    ahead: someDuration.optional().describe('they show a time that is still to come'),
    behind: someDuration.optional().describe('they show a time that is over'),
    for: distribution.optional().describe('until they are set right (default: to the end of the run)'),
  })
  .refine(
    ({ ahead, behind }) => (ahead === undefined) !== (behind === undefined),
    'expected either `ahead` or `behind`, a duration above 0',
  );

export const clockSkew = member<FaultContext, Fault, typeof args>({
  name: 'ClockSkew',
  summary:
    'Clocks are wrong: CronJobs start early or late, pods count as available (minReadySeconds) too early or too late.',
  args,
  create({ of: whose, ahead, behind = 0, for: length }, context) {
    const { state, processes } = context;
    const side = sideOf('ClockSkew', whose, context);
    const byUs = ahead ?? -behind;
    const machines = (): string[] => {
      const nodes = nodesOf(side, context).map((node) => state.nodeName(node));
      const masters = processes.list.map(({ machine }) => machine).filter(side.masters);
      return [...new Set([...nodes, ...masters])];
    };
    return {
      fire() {
        const ends: (() => void)[] = [];
        context.strike(
          {
            what: `clocks of ${side.name} ${ahead === undefined ? 'behind' : 'ahead'} by ${Math.abs(byUs) / 1e6} s`,
            begin() {
              for (const machine of machines()) ends.push(state.clocks.skew(machine, byUs));
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
