// Asks a running simulation for its time, or orders it to go on otherwise.
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { InputError } from '../lib/errors.ts';
import type { Access } from './kubeconfig.ts';
import { TIME_PATH, type TimeAnswer, type TimeOrder } from './time-api.ts';

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Throws an InputError where nobody answers, somebody else does, or the order makes no sense. */
export async function askTime(access: Access, order?: TimeOrder): Promise<TimeAnswer> {
  const { status, text } = await ask(access, order);
  const value = parsed(text);
  if (status === 200 && value !== undefined && 'simulated_seconds' in value) return value as TimeAnswer;
  const { message } = (value ?? {}) as { readonly message?: string };
  const what = status === 404 || message === undefined ? 'no `wavetank up` answers there' : message;
  throw new InputError(`${access.server}: ${what}`);
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function ask({ server, authority, token }: Access, order: TimeOrder | undefined): Promise<Answered> {
  const url = new URL(TIME_PATH, server);
  const body = order === undefined ? '' : JSON.stringify(order);
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(order === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const options = { method: order === undefined ? 'GET' : 'POST', headers, agent: false as const };
  return new Promise((done, fail) => {
    const unreachable = (error: Error): void =>
      fail(new InputError(`${server}: nobody answers (${error.message}): is \`wavetank up\` running?`));
    const asked =
      url.protocol === 'https:' ? requestSecure(url, { ...options, ca: authority }) : requestPlain(url, options);
    asked.on('error', unreachable);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', unreachable);
      response.on('end', () => done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    asked.end(body);
  });
}
