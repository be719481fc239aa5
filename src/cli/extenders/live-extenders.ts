// Scheduler extenders that answer over HTTP while a run waits: a thread of its own makes the requests, so that simulated time stands still.
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ExtenderCalls } from '../../model/ports/extenders.ts';
import type { ExtenderAnswer } from '../../model/settings/extenders.ts';

/** DefaultExtenderTimeout. */
const TIMEOUT_MS = 5000;

/** In Go's words where kube-scheduler has some. */
const ASK = `
const { workerData: { port, flag } } = require('node:worker_threads');
port.on('message', async ({ url, body, timeout }) => {
  let said;
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeout) });
    if (answer.status === 200) said = { answer: await answer.json() };
    else {
      const verb = url.slice(url.lastIndexOf('/') + 1);
      said = { error: 'failed ' + verb + ' with extender at URL ' + url + ', code ' + answer.status };
    }
  } catch (error) {
    said = { error: 'Post "' + url + '": ' + (error.cause?.message || error.message) };
  }
  port.postMessage(said);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
`;

export class LiveExtenders implements ExtenderCalls {
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new MessageChannel();
  readonly #worker: Worker;

  constructor() {
    const workerData = { port: this.#channel.port2, flag: this.#flag };
    this.#worker = new Worker(ASK, { eval: true, workerData, transferList: [this.#channel.port2] });
  }

  post(url: string, body: object): ExtenderAnswer {
    Atomics.store(this.#flag, 0, 0);
    this.#channel.port1.postMessage({ url, body: JSON.stringify(body), timeout: TIMEOUT_MS });
    // Twice the time, in case the thread cannot even say so.
    if (Atomics.wait(this.#flag, 0, 0, 2 * TIMEOUT_MS) === 'timed-out') return { error: `Post "${url}": no answer` };
    const received = receiveMessageOnPort(this.#channel.port1);
    return received?.message ?? { error: `Post "${url}": no answer` };
  }

  async close(): Promise<void> {
    this.#channel.port1.close();
    await this.#worker.terminate();
  }
}
