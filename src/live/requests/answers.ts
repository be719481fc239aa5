// What a simulated request comes to as an HTTP answer. What the program would have said is not simulated: what became of the request is told instead.
import { showDuration } from '../../world/expectations.ts';
import type { Ended } from './simulated-requests.ts';

/** Who says it to the client. */
export interface Said {
  /** The program has answered, well or badly. */
  answered(status: number, headers: Record<string, string>, text: string): void;
  /** It has not. */
  unreachable(why: string): void;
}

const STATUS = { ok: 200, error: 500, overload: 503 } as const;
const WHAT = {
  ok: 'answered',
  error: 'answered with an error',
  overload: 'turned the request away: it has more of them than it can take',
} as const;
/** As the kernel words it. */
const WHY = {
  timeout: 'i/o timeout',
  refused: 'connect: connection refused',
  reset: 'read: connection reset by peer',
} as const;

export function answerEnded({ outcome, tookUs, pod }: Ended, said: Said): void {
  if (outcome === 'timeout' || outcome === 'refused' || outcome === 'reset') {
    said.unreachable(`dial tcp: ${WHY[outcome]}`);
    return;
  }
  const text = `${pod ?? 'a system outside the cluster'} ${WHAT[outcome]}, after ${showDuration(tookUs)} of simulated time\n`;
  said.answered(
    STATUS[outcome],
    {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      'x-wavetank-seconds': String(tookUs / 1e6),
      ...(pod === undefined ? {} : { 'x-wavetank-pod': pod }),
    },
    text,
  );
}
