// The address of a queue: a URL of Redis or Valkey, whose password is never printed.
import { InputError } from '../../lib/errors.ts';

export interface QueueAddress {
  /** With user and password. Not to be printed, and not to be recorded. */
  readonly url: string;
  /** Without: `redis://queue.example:6379`. */
  readonly shown: string;
}

/** Where a URL with a password is better kept than on a command line, which other users of the machine see. */
const VARIABLE = 'WAVETANK_QUEUE';

/** An empty text is what the environment says: `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS. Throws an InputError, which does not quote the password. */
export function readAddress(given: string, environment: NodeJS.ProcessEnv = process.env): QueueAddress {
  const text = given === '' ? (environment[VARIABLE] ?? '') : given;
  if (text === '') throw new InputError(`--queue: expected redis://host:port, or ${VARIABLE} in the environment`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || !/^\/?\d*$/.test(url.pathname)) {
    throw new InputError(
      '--queue: expected redis://host:port, or rediss:// with TLS, perhaps with user:password@ before the host',
    );
  }
  const database = url.pathname.length > 1 ? url.pathname : '';
  return { url: url.href, shown: `${url.protocol}//${url.hostname}:${url.port || '6379'}${database}` };
}
