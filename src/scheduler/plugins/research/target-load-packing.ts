// TargetLoadPacking fills nodes up to a target of measured CPU, and spreads what is more over those that are hot already.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import { cpuMilli, tryParseQuantity } from '../../../model/parse/quantity.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { ById } from '../by-id.ts';
import { loadSource, loadWatcher } from './load-watcher.ts';
import { recentBindings } from './recent-bindings.ts';

/** 0 to 100 for a node that is predicted to use so many per cent of its CPU: `target` for 0, 100 at the target, from there down to 0. */
export function targetLoadScore(percent: number, target: number): number {
  if (percent > 100) return 0;
  if (percent > target) return Math.round((target * (100 - percent)) / (100 - target));
  return Math.round(((100 - target) * percent) / target + target);
}

/** What a pod is predicted to use, millicores: of each container its limit, else its request times the multiplier, else a default. */
export function predictedMilli({ spec }: PodClass, multiplier: number, defaultMilli: number): number {
  let milli = cpuMilli(spec.overhead?.['cpu'] ?? 0);
  for (const { resources } of spec.containers) {
    const { limits, requests } = resources ?? {};
    if (limits?.['cpu'] !== undefined) milli += cpuMilli(limits['cpu']);
    else if (requests?.['cpu'] !== undefined) milli += Math.round(cpuMilli(requests['cpu']) * multiplier);
    else milli += defaultMilli;
  }
  return milli;
}

const quantity = z.string().superRefine((text, context) => {
  const parsed = tryParseQuantity(text);
  if ('error' in parsed) context.addIssue({ code: 'custom', message: 'expected an amount of CPU such as "1000m"' });
});

/**
 * kubernetes-sigs/scheduler-plugins, pkg/trimaran/targetloadpacking. The load of a node is what load-watcher knows of it, plus the prediction for the pod and for
 * those that were bound so recently that the figures may lack them. A node of which nothing is known has 0.
 */
export const targetLoadPacking = member({
  name: 'TargetLoadPacking',
  summary: 'Fills nodes up to a target of measured CPU, then spreads over those above it (Trimaran).',
  args: z.strictObject({
    ...loadSource,
    targetUtilization: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(40)
      .describe('CPU up to which nodes are filled, per cent'),
    defaultRequests: z
      .strictObject({ cpu: quantity.default('1000m') })
      .default({ cpu: '1000m' })
      .describe('what a container without request and limit is predicted to use'),
    defaultRequestsMultiplier: z
      .string()
      .regex(/^\d+(\.\d+)?$/, 'expected a number in quotes, such as "1.5"')
      .default('1.5')
      .describe('by how much a container without a limit is predicted to exceed its request'),
  }),
  create({ metricProvider, targetUtilization, defaultRequests, defaultRequestsMultiplier }, handle: Handle): Plugin {
    const watcher = loadWatcher(handle, metricProvider.type);
    const bindings = watcher === undefined ? undefined : recentBindings(handle);
    const multiplier = Number(defaultRequestsMultiplier);
    const defaultMilli = cpuMilli(defaultRequests.cpu);
    const predicted = new ById((podClass: PodClass) => predictedMilli(podClass, multiplier, defaultMilli));
    const predict = (podClass: PodClass): number => predicted.get(podClass);
    const { spec } = handle.cache.state.nodes;
    return {
      score(pod, { rows, end }, scores) {
        const loads = watcher?.loads;
        const own = predict(pod.podClass);
        for (let i = 0; i < end; i += 1) {
          const node = rows[i];
          const percent = loads?.cpu[node] ?? NaN;
          scores[i] = 0;
          if (loads === undefined || Number.isNaN(percent)) continue;
          const more = own + (bindings?.missing(node, loads.endSeconds, predict) ?? 0);
          scores[i] = targetLoadScore(percent + (100 * more) / spec[node].capacity['cpu'], targetUtilization);
        }
      },
    };
  },
});
