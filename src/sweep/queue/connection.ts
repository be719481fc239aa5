// Connections to Redis: the first must succeed soon, later ones come back by themselves.
import { Redis } from 'ioredis';
import { InputError } from '../../lib/errors.ts';
import type { QueueAddress } from './address.ts';

const CONNECT_MS = 5000;
const LONGEST_PAUSE_MS = 2000;

/** What is said about a connection while it is used. */
export type Say = (line: string) => void;

/** Throws an InputError when nobody answers, or the password is wrong. */
export async function connect({ url, shown }: QueueAddress, say: Say): Promise<Redis> {
  let first = true;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // As BullMQ asks for: a command waits until the connection is back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (first ? null : Math.min(50 * 2 ** times, LONGEST_PAUSE_MS)),
  });
  let reason = '';
  redis.on('error', (error: Error & { readonly code?: string }) => {
    reason = error.code ?? error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const { message } = error as Error;
    throw new InputError(
      `${shown}: cannot be used as a queue: ${/NOAUTH|WRONGPASS|NOPERM/.test(message) ? message : reason || message}`,
    );
  }
  first = false;
  let lost = false;
  redis.on('close', () => {
    if (!lost) say(`${shown}: the connection is lost; waiting until it is back`);
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) say(`${shown}: the connection is back`);
    lost = false;
  });
  return redis;
}

/** Another connection like it, for a queue of BullMQ; it says nothing of its own. */
export function another(redis: Redis): Redis {
  const own = redis.duplicate();
  // The first one tells of it.
  own.on('error', () => undefined);
  return own;
}

/** Ends connections that are not needed any more, at once. */
export function disconnect(...connections: readonly Redis[]): void {
  for (const one of connections) {
    one.removeAllListeners('close');
    one.disconnect();
  }
}

/** What of its configuration may lose jobs, one sentence each. Where that may not be asked for, nothing. */
export async function risksOf(redis: Redis, { shown }: QueueAddress): Promise<string[]> {
  const info = `${await redis.info('memory')}\n${await redis.info('persistence')}`;
  const valueOf = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const risks: string[] = [];
  const policy = valueOf('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    risks.push(`${shown}: maxmemory-policy is ${policy}: what is in the queue may be thrown away; noeviction keeps it`);
  }
  if (valueOf('aof_enabled') === '0') {
    risks.push(`${shown}: appendonly is off: what is in the queue is lost when it ends, and runs again`);
  }
  return risks;
}
