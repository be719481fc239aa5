// Hot dialect: QOSSort, the order of the active queue by priority and then by the class of quality of service.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { QosClass } from '../../../model/resources.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';

const RANK: Readonly<Record<QosClass, number>> = { BestEffort: 1, Burstable: 2, Guaranteed: 3 };

/** kubernetes-sigs/scheduler-plugins, pkg/qos: among pods of equal priority Guaranteed ones, Burstable ones, BestEffort ones, then who has waited longer. */
export const qosSort = member({
  name: 'QOSSort',
  summary: 'Orders waiting pods by priority, then Guaranteed before Burstable before BestEffort, then waiting time.',
  args: z.strictObject({}),
  create(_args, { cache }: Handle): Plugin {
    const { classes } = cache.state;
    return {
      less(a, b, { podClass, priority, timestamp }) {
        if (priority[a] !== priority[b]) return priority[a] > priority[b];
        const rankA = RANK[classes.get(podClass[a]).qos];
        const rankB = RANK[classes.get(podClass[b]).qos];
        return rankA === rankB ? timestamp[a] < timestamp[b] : rankA > rankB;
      },
    };
  },
});
