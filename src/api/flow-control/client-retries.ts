// client-go and an answer 429: the request is sent again after the time in Retry-After, up to ten times, through the client's own limit each time.
import { Refused } from '../refused.ts';
import type { ApiServer } from '../server.ts';

const MOST_RETRIES = 10;

export class ClientRetries {
  readonly #api: ApiServer;
  readonly #kind: number;
  /** By request: how often it has been sent again. Rows of requests that were never refused are not in it. */
  readonly #retries = new Map<number, number>();

  constructor(api: ApiServer) {
    this.#api = api;
    this.#kind = api.engine.kind('api.retry', (request) => {
      const { bucket, reply, token } = api.requests;
      const process = api.clients.processes.get(reply[request]);
      if (process === undefined) api.submit(bucket[request], request, reply[request], token[request]);
      else if (!process.resend(request, token[request])) this.#retries.delete(request);
    });
  }

  /** Requests that wait for their next try. */
  waiting = 0;

  /** The request was answered with 429. Whether its client sends it again. */
  refused(request: number, retryAfterSeconds: number): boolean {
    const { clients, requests, engine } = this.#api;
    const retries = this.#retries.get(request) ?? 0;
    if (retries >= (clients.loginOf(requests.bucket[request]).retries ?? MOST_RETRIES)) {
      this.#retries.delete(request);
      this.#api.refuse(request, Refused.TooManyRequests);
      return false;
    }
    this.#retries.set(request, retries + 1);
    engine.after(retryAfterSeconds * 1e6, this.#kind, request, 0);
    return true;
  }

  /** The request is answered: its row may be another one's next. */
  answered(request: number): void {
    if (this.#retries.size > 0) this.#retries.delete(request);
  }
}
