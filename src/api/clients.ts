// The clients of the API server: a token bucket, a name and a login for each.
import type { ClientLimits } from '../model/settings/control-plane.ts';
import { TokenBuckets } from './token-buckets.ts';

/** What a client's name does not say. */
export interface Login {
  /** As whom it authenticates. */
  readonly user?: string;
  readonly groups?: readonly string[];
  /** How often it sends a request again that was answered with 429; client-go does ten times. */
  readonly retries?: number;
}

const NOTHING_SAID: Login = {};

export class Clients {
  readonly buckets = new TokenBuckets();
  readonly #names: string[] = [];
  readonly #logins: Login[] = [];

  /** The bucket of a new client. */
  add({ qps, burst }: ClientLimits, name: string, login = NOTHING_SAID): number {
    this.#names.push(name);
    this.#logins.push(login);
    return this.buckets.add(qps, burst);
  }

  /** Empty for one without a name, and for a bucket that nobody has. */
  nameOf(bucket: number): string {
    return this.#names[bucket] ?? '';
  }

  loginOf(bucket: number): Login {
    return this.#logins[bucket];
  }
}
