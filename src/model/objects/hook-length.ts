// How long a lifecycle hook takes, as far as its manifest says: a `sleep` action, or a command that begins with a sleep.
import type { LifecycleHandler } from 'kubernetes-types/core/v1.js';

type Handler = LifecycleHandler & { readonly sleep?: { readonly seconds: number } };

/** One line of shell that begins by sleeping, as `sleep 15; nginx -s quit` and `/bin/sh -c "sleep 15 && …"` do. */
const SLEEPS_FIRST =
  /^(?:(?:\/usr)?(?:\/bin\/)?(?:ba|da|a)?sh -c )?["']?(?:(?:\/usr)?\/bin\/)?sleep (\d+(?:\.\d+)?)([smh]?)["']?(?:$|\s*((?:;|&&).*)$)/s;

const UNIT_US = { '': 1e6, s: 1e6, m: 60e6, h: 3600e6 } as const;

export interface HookLength {
  readonly us: number;
  /** It is nothing but a sleep. Otherwise more is done after it, of which the manifest does not say how long it takes. */
  readonly whole: boolean;
}

/** Undefined for what is not a sleep and does not begin with one. */
export function hookLength(handler: LifecycleHandler): HookLength | undefined {
  const { sleep, exec } = handler as Handler;
  if (sleep !== undefined) return { us: sleep.seconds * 1e6, whole: true };
  const match = SLEEPS_FIRST.exec(exec?.command?.join(' ') ?? '');
  if (match === null) return undefined;
  return { us: Number(match[1]) * UNIT_US[match[2] as keyof typeof UNIT_US], whole: match[3] === undefined };
}
