// Timers of a recording's clients: functions that are called after a delay, as events of the engine.
import type { Engine } from '../../../src/engine/engine.ts';

export interface Timers {
  after(delayUs: number, act: () => void): void;
}

export function engineTimers(engine: Engine, name: string): Timers {
  const acts = new Map<number, () => void>();
  let next = 0;
  const kind = engine.kind(name, (id) => {
    const act = acts.get(id);
    acts.delete(id);
    act?.();
  });
  return {
    after(delayUs, act) {
      acts.set(next, act);
      engine.after(delayUs, kind, next, 0);
      next += 1;
    },
  };
}
