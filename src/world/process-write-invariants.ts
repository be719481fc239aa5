// An invariant of processes that may die: whoever is dead or stopped sends no write, neither for the first time nor again after 429.
import type { ApiServer } from '../api/server.ts';
import { Verb } from '../api/requests/arena.ts';
import { InvariantError } from '../lib/assert.ts';

/** Watches every request that leaves a client from now on. */
export function watchWriters(api: ApiServer): void {
  const { path, clients, requests, engine } = api;
  if (path === undefined) return;
  api.path = {
    arrive(request) {
      const process = requests.verb[request] === Verb.Read ? undefined : clients.processes.get(requests.reply[request]);
      const state = process?.stateOf(requests.token[request]);
      if (process !== undefined && state !== 'running') {
        const is = state === 'stopped' ? 'stopped' : 'dead';
        throw new InvariantError(`at ${engine.now / 1e6} s: ${process.name} is ${is} and sends a write`);
      }
      path.arrive(request);
    },
    work: (request) => path.work(request),
    serverOf: (request) => path.serverOf(request),
    redial: (bucket) => path.redial(bucket),
    pin: (bucket, machine) => path.pin(bucket, machine),
  };
}
