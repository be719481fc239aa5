// A sweep in a queue has one coordinator at a time: it holds a lease, which ends soon after it dies.
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import { InputError } from '../../lib/errors.ts';
import type { Say } from './connection.ts';
import { leaseKey } from './keys.ts';

const LEASE_MS = 10_000;
const PAUSE_MS = 250;

/** Renews or releases a lease only where it is still ours. */
const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`;
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

export class Lease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #value = JSON.stringify({ host: hostname(), pid: process.pid });

  private constructor(redis: Redis, sweep: string) {
    this.#redis = redis;
    this.#key = leaseKey(sweep);
  }

  /** Waits for that of a coordinator that died. Throws an InputError where one lives. */
  static async take(redis: Redis, sweep: string, say: Say): Promise<Lease> {
    const lease = new Lease(redis, sweep);
    const since = Date.now();
    for (let told = false; ; told = true) {
      if ((await redis.set(lease.#key, lease.#value, 'PX', LEASE_MS, 'NX')) === 'OK') return lease;
      const held = (await redis.get(lease.#key)) ?? '';
      const { host, pid } = holderOf(held);
      if (host === hostname() && !isRunning(pid)) {
        await redis.eval(RELEASE, 1, lease.#key, held);
        continue;
      }
      if (Date.now() - since > 2 * LEASE_MS) {
        throw new InputError(`this sweep is being run already, by process ${pid} on ${host}`);
      }
      if (!told) say(`waiting for the coordinator of this sweep (process ${pid} on ${host}), should it be dead`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** To be called every few seconds. Takes the lease again where it ran out, say because Redis was away. Throws an InputError where somebody else has it now. */
  async renew(): Promise<void> {
    if ((await this.#redis.eval(RENEW, 1, this.#key, this.#value, LEASE_MS)) === 1) return;
    if ((await this.#redis.set(this.#key, this.#value, 'PX', LEASE_MS, 'NX')) === 'OK') return;
    const { host, pid } = holderOf((await this.#redis.get(this.#key)) ?? '');
    throw new InputError(`another coordinator has taken this sweep over: process ${pid} on ${host}`);
  }

  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, this.#key, this.#value);
  }
}

function holderOf(text: string): { readonly host: string; readonly pid: number } {
  try {
    const { host, pid } = JSON.parse(text) as Record<string, unknown>;
    return { host: String(host), pid: Number(pid) };
  } catch {
    return { host: 'unknown', pid: 0 };
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
