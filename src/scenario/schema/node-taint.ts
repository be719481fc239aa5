// A taint as `kubectl taint` writes it: `key=value:Effect`, `key:Effect`, and `key:Effect-` or `key-` to take it away.
import { z } from 'zod';
import type { TaintChange } from '../scenario.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const SHAPE = 'expected key=value:Effect, key:Effect, key:Effect- or key-, with the effect one of';

export const nodeTaint = z
  .string()
  .transform((written, context): TaintChange => {
    const remove = written.endsWith('-');
    const [left, effectText, more] = (remove ? written.slice(0, -1) : written).split(':');
    const [key = '', value, rest] = (left ?? '').split('=');
    const effect = EFFECTS.find((one) => one === effectText);
    const known = effect !== undefined || (remove && effectText === undefined);
    if (key === '' || more !== undefined || rest !== undefined || !known || (remove && value !== undefined)) {
      context.addIssue({ code: 'custom', message: `${SHAPE} ${EFFECTS.join(', ')}` });
      return z.NEVER;
    }
    return { key, value: value ?? '', effect, remove };
  })
  .meta({ type: 'taint' });
