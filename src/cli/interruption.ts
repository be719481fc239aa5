// Ctrl-C and SIGTERM while jobs run: once ends in an orderly way with what is known, twice at once.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Gives `work` what the first signal aborts, its name as the reason; a second signal ends the process. */
export async function interruptible<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(exitCodeOfSignal(signal));
    announceEnd(signal);
    stop.abort(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** 130 for SIGINT, 143 for SIGTERM, as shells have it. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function announceEnd(signal: NodeJS.Signals): void {
  // After the `^C` of the terminal, or in place of the bar.
  const line = process.stderr.isTTY ? '\n' : '';
  process.stderr.write(`${line}${signal}: ending with what is known; once more ends at once\n`);
}
