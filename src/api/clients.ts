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

/** Where requests of a process that may die come from. */
export interface ProcessSender {
  readonly name: string;
  /** Sends one again that was turned away; false: nobody is there any more who would, and the request is over. */
  resend(request: number, token: number): boolean;
  /** What has become of who asked. */
  stateOf(token: number): 'running' | 'stopped' | 'over' | undefined;
}

export class Clients {
  /** By the reply of their requests. */
  readonly processes = new Map<number, ProcessSender>();
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
