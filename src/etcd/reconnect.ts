// How long after a cut is healed the first packet arrives: TCP sends again ever more rarely, and connections are recreated after a while.
import type { Random } from '../engine/random.ts';

/** A connection that brought nothing for so long is closed, and another one dialled. */
const CLOSED_AFTER_US = 5e6;
const FIRST_RETRANSMISSION_US = 200_000;
const DIAL_US = 1_100_000;

/** `awayUs`: how long nothing arrived. */
export function reconnectUs(awayUs: number, random: Random): number {
  if (awayUs <= 0) return 0;
  if (awayUs > CLOSED_AFTER_US) return Math.round(random.uniform() * DIAL_US);
  // Sent again after 0.2, 0.6, 1.4, 3.0 s and so on.
  let at = FIRST_RETRANSMISSION_US;
  let step = FIRST_RETRANSMISSION_US;
  while (at < awayUs) {
    step *= 2;
    at += step;
  }
  return at - awayUs;
}
