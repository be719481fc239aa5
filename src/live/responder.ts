// An answer on its way to a client: written as fast as the client takes it, within bounds.
import type { ServerResponse } from 'node:http';
import type { ApiResponder } from '../http-api/exchange.ts';
import type { Backlogs } from './backlogs.ts';

export class Responder implements ApiResponder {
  readonly #response: ServerResponse;
  readonly #backlogs: Backlogs;

  constructor(response: ServerResponse, backlogs: Backlogs) {
    this.#response = response;
    this.#backlogs = backlogs;
    response.once('close', () => backlogs.closed(response));
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (!this.closed) this.#response.writeHead(status, headers);
  }

  /** False when nothing more can be written: the client has gone, or took too little and was cut off. */
  write(chunk: string | Uint8Array): boolean {
    if (this.closed) return false;
    this.#response.write(chunk);
    return this.#backlogs.written(this.#response, Buffer.byteLength(chunk));
  }

  end(chunk?: string | Uint8Array): void {
    if (this.closed) return;
    if (chunk !== undefined && !this.write(chunk)) return;
    this.#response.end();
  }

  get closed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }
}
