// How long TCP takes for a number of bytes: the congestion window doubles with each round trip, until it fills the way.

/** The least time until TCP sends again what was not acknowledged (RFC 6298 says 1 s, Linux 200 ms). */
const LEAST_RETRANSMISSION_US = 200e3;
/** More doublings than any run sees: 14,600 bytes × 2⁴⁰. */
const MOST_DOUBLINGS = 40;

/** How TCP sends: bytes that may be under way at first, whether an idle connection starts over, bytes per second of the way. */
interface Tcp {
  readonly initialWindowBytes: number;
  readonly slowStartAfterIdle: boolean;
  readonly nodeBandwidth: number;
}

/** One direction of a connection. A window is in bytes, the largest that the sender has reached. */
export interface Direction {
  windowBytes: number;
  lastSentUs: number;
}

/**
 * From the first byte sent to the last byte sent, µs, in an undisturbed connection: rounds of W, 2W, 4W … bytes, each of which lasts a round
 * trip, until a window takes longer to send than a round trip (slow start, RFC 5681; no losses, no delayed acknowledgements). With an unlimited
 * rate it is (k - 1) round trips for k = ⌈log2(bytes / W + 1)⌉ windows. Raises the window.
 */
export function sendingUs(direction: Direction, bytes: number, roundTripUs: number, bytesPerSecond: number): number {
  const bytesPerUs = bytesPerSecond / 1e6;
  let window = direction.windowBytes;
  let left = bytes;
  let us = 0;
  for (let round = 0; round < MOST_DOUBLINGS && left > window && window / bytesPerUs < roundTripUs; round += 1) {
    us += roundTripUs;
    left -= window;
    window *= 2;
  }
  // What was acknowledged by the end has raised it.
  direction.windowBytes = window;
  return us + left / bytesPerUs;
}

/** An idle connection halves its window with each retransmission time-out that passes (RFC 2861, tcp_slow_start_after_idle). */
export function afterIdle(direction: Direction, initialBytes: number, nowUs: number, roundTripUs: number): void {
  const timeoutUs = Math.max(LEAST_RETRANSMISSION_US, 2 * roundTripUs);
  const halvings = Math.floor((nowUs - direction.lastSentUs) / timeoutUs);
  if (halvings <= 0) return;
  direction.windowBytes = Math.max(initialBytes, direction.windowBytes / 2 ** Math.min(halvings, MOST_DOUBLINGS));
}

/** What a message takes from its first byte sent to its last byte sent, µs. */
export function messageUs(
  direction: Direction,
  tcp: Tcp,
  bytes: number,
  nowUs: number,
  roundTripUs: number,
  bytesPerSecond: number,
): number {
  if (tcp.slowStartAfterIdle) afterIdle(direction, tcp.initialWindowBytes, nowUs, roundTripUs);
  const us = sendingUs(direction, bytes, roundTripUs, bytesPerSecond);
  direction.lastSentUs = nowUs + us;
  return us;
}
