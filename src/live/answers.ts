// Answers that are made here and not by the simulated API server.
import type { ApiResponder } from '../http-api/exchange.ts';

export interface Failed {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

/** A failure as the API server words one. */
export function answerStatus(responder: ApiResponder, { code, reason, message }: Failed): void {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  answerJson(responder, code, status);
}

export function answerJson(responder: ApiResponder, code: number, value: unknown): void {
  const text = `${JSON.stringify(value)}\n`;
  responder.head(code, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
  responder.end(text);
}
