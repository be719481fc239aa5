// Resources of nodes by Kubernetes' names and quantities: `{ cpu: 8, memory: 32Gi, pods: 110, nvidia.com/gpu: 2 }`.
import { z } from 'zod';
import { unknownName } from '../../lib/explain.ts';
import { show } from '../../lib/show.ts';
import { tryParseQuantity } from '../../model/parse/quantity.ts';
import type { NodeResources } from '../../model/settings/cluster.ts';

const NATIVE = ['cpu', 'memory', 'pods', 'ephemeral-storage'] as const;

const quantities = z.record(z.string(), z.unknown());

/** Some resources; what is not named is 0. */
export const resources = quantities
  .transform((written, context): NodeResources => {
    const units: Record<string, number> = {};
    for (const [name, value] of Object.entries(written)) {
      const complaint = nameComplaint(name);
      if (complaint === undefined) units[name] = amountOf(name, value, context);
      else context.addIssue({ code: 'custom', path: [name], message: complaint, params: { atKey: true } });
    }
    const { cpu = 0, memory = 0, pods = 0, 'ephemeral-storage': ephemeralStorage = 0, ...extended } = units;
    return { cpuMilli: cpu, memoryBytes: memory, ephemeralStorageBytes: ephemeralStorage, pods, extended };
  })
  .meta({ type: 'quantities by resource' });

/** A quantity or a percentage, `{ percent }` of the capacity. */
export const quantityOrPercent = z
  .unknown()
  .transform((value, context) => {
    const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1] : undefined;
    if (percent === undefined) return { amount: amountOf('', value, context), percent: 0 };
    return { amount: 0, percent: Number(percent) };
  })
  .meta({ type: 'quantity or percentage' });

function nameComplaint(name: string): string | undefined {
  if ((NATIVE as readonly string[]).includes(name)) return undefined;
  if (name.includes('/') || name.startsWith('hugepages-')) return undefined;
  return unknownName('resource', name, [...NATIVE, 'hugepages-<size>', '<domain>/<name>']);
}

/** Thousandths for cpu, whole units for everything else; both rounded up, as the scheduler counts them. */
function amountOf(name: string, value: unknown, context: z.RefinementCtx): number {
  const path = name === '' ? [] : [name];
  if (typeof value === 'string' || typeof value === 'number') {
    const parsed = tryParseQuantity(value);
    if ('quantity' in parsed) {
      const whole = Number(name === 'cpu' ? parsed.quantity.milliValue() : parsed.quantity.value());
      if (whole >= 0 && Number.isSafeInteger(whole)) return whole;
    }
  }
  context.addIssue({
    code: 'custom',
    path,
    message: `expected a quantity such as "500m", 4 or "16Gi", got ${show(value)}`,
  });
  return 0;
}
