// When a kubelet that was cut off from the API server reaches it again: its tries, one by one, and the handshakes that TCP repeats. Times in µs.

/** Limit of a request of the heartbeats' client, and what the kubelet waits between two looks at its node's status. */
const REQUEST_US = 10e6;
const STATUS_PERIOD_US = 10e6;
/** Tries in a row, of the lease (component-helpers/lease) and of the node's status. */
const TRIES = 5;
/** After that the lease is asked for with a back-off. */
const FIRST_BACKOFF_US = 200e3;
const LONGEST_BACKOFF_US = 7e6;
/** client-go's dialer, and the back-off of a watch that cannot be had. */
const DIAL_US = 30e6;
const WATCH_BACKOFF_US = 800e3;
const LONGEST_WATCH_BACKOFF_US = 30e6;
/** When Linux (since 6.5) sends the first packet of a connection: four times a second apart, then doubling. */
const HANDSHAKES_US = [0, 1, 2, 3, 4, 5, 7, 11, 19].map((seconds) => seconds * 1e6);
/** The least time after which TCP repeats what was sent on a connection that is open. */
const REPEAT_US = 200e3;

export interface CutOff {
  readonly fromUs: number;
  readonly untilUs: number;
  /** When it would have renewed its lease first, and looked at its status, from `fromUs` on. */
  readonly leaseUs: number;
  readonly statusUs: number;
  /** How many failures in a row of the node's status make it close its connections. */
  readonly failuresToClose: number;
  /** 0 to 1, for jitter. */
  readonly uniform: () => number;
}

export interface Contact {
  /** When its lease is renewed, its node's status written, and its watch of pods delivers again. */
  readonly leaseUs: number;
  readonly statusUs: number;
  readonly watchUs: number;
  /** Requests that failed, and how often it closed its connections. */
  readonly failures: number;
  readonly closings: number;
  /** When it closed them first; Infinity if it never did. */
  readonly closedUs: number;
}

/** A request from its start to its limit. */
interface Try {
  readonly fromUs: number;
  readonly untilUs: number;
  /** How many of the same kind in a row failed before it. */
  readonly index: number;
}

export function reconnect(cut: CutOff): Contact {
  const closedUs = Math.min(
    cut.statusUs + cut.failuresToClose * REQUEST_US,
    // The lease closes them at its second failure.
    cut.leaseUs + 2 * REQUEST_US,
  );
  if (cut.untilUs <= closedUs) return onOldConnection(cut);
  const leases = leaseTries(cut, closedUs);
  const statuses = statusTries(cut, closedUs);
  const { watchUs, dials } = watchAgain(cut, closedUs);
  const connectedUs = Math.min(
    watchUs,
    ...[...leases, ...statuses].filter(({ fromUs }) => fromUs >= closedUs).map((one) => handshakeUs(one, cut.untilUs)),
  );
  const failed = (tries: readonly Try[]): Try[] => tries.filter(({ untilUs }) => untilUs <= connectedUs);
  const closings = [
    ...failed(leases).filter(({ index }) => index > 0 && index < TRIES),
    // As often as there are tries after the first, whichever of them it begins with.
    ...failed(statuses).filter(({ index }) => index >= cut.failuresToClose - 1 && index < cut.failuresToClose + 3),
  ].length;
  return {
    leaseUs: servedUs(leases, connectedUs),
    statusUs: servedUs(statuses, connectedUs),
    watchUs,
    failures: failed(leases).length + failed(statuses).length + dials,
    closings,
    closedUs,
  };
}

/** What is on its way is repeated, at growing distances. */
function onOldConnection({ fromUs, untilUs, leaseUs, statusUs }: CutOff): Contact {
  const failures = [leaseUs, statusUs].filter((us) => us + REQUEST_US <= untilUs).length;
  return {
    leaseUs: repeatedUs(leaseUs, untilUs),
    statusUs: repeatedUs(statusUs, untilUs),
    watchUs: repeatedUs(fromUs, untilUs),
    failures,
    closings: 0,
    closedUs: Infinity,
  };
}

function repeatedUs(sentUs: number, healedUs: number): number {
  let atUs = sentUs;
  for (let gapUs = REPEAT_US; atUs < healedUs; gapUs *= 2) atUs += gapUs;
  return atUs;
}

/** Five in a row, then one after the other with a back-off. */
function leaseTries({ leaseUs, untilUs }: CutOff, closedUs: number): Try[] {
  const tries: Try[] = [];
  let fromUs = leaseUs;
  let backoffUs = FIRST_BACKOFF_US;
  for (let index = 0; ; index += 1) {
    const endUs = endOf(fromUs, closedUs);
    tries.push({ fromUs, untilUs: endUs, index });
    if (fromUs >= untilUs) return tries;
    fromUs = endUs;
    if (index < TRIES) continue;
    fromUs += backoffUs;
    backoffUs = Math.min(2 * backoffUs, LONGEST_BACKOFF_US);
  }
}

/** Five in a row, then a rest. */
function statusTries({ statusUs, untilUs, uniform }: CutOff, closedUs: number): Try[] {
  const tries: Try[] = [];
  let fromUs = statusUs;
  for (let index = 0; ; index = (index + 1) % TRIES) {
    const endUs = endOf(fromUs, closedUs);
    tries.push({ fromUs, untilUs: endUs, index });
    if (fromUs >= untilUs) return tries;
    fromUs = endUs;
    if (index === TRIES - 1) fromUs += STATUS_PERIOD_US * (1 + 0.04 * uniform());
  }
}

/** A try that is under way when the connections are closed fails then. */
function endOf(fromUs: number, closedUs: number): number {
  return fromUs < closedUs && fromUs + REQUEST_US > closedUs ? closedUs : fromUs + REQUEST_US;
}

/** The first handshake of a try that comes through. */
function handshakeUs({ fromUs, untilUs }: Try, healedUs: number): number {
  const atUs = HANDSHAKES_US.map((us) => fromUs + us).find((us) => us >= healedUs);
  return atUs === undefined || atUs >= untilUs ? Infinity : atUs;
}

/** A try that waits for a connection gets it at once; if none does, the next one finds it. */
function servedUs(tries: readonly Try[], connectedUs: number): number {
  const waiting = tries.some(({ fromUs, untilUs }) => fromUs <= connectedUs && untilUs > connectedUs);
  if (waiting) return connectedUs;
  return tries.find(({ fromUs }) => fromUs >= connectedUs)?.fromUs ?? connectedUs;
}

/** The watch dials for itself, with a back-off of its own. */
function watchAgain({ untilUs, uniform }: CutOff, closedUs: number): { watchUs: number; dials: number } {
  let fromUs = closedUs;
  let backoffUs = WATCH_BACKOFF_US;
  for (let dials = 0; ; dials += 1) {
    const atUs = handshakeUs({ fromUs, untilUs: fromUs + DIAL_US, index: 0 }, untilUs);
    if (atUs < Infinity) return { watchUs: atUs, dials };
    fromUs += DIAL_US + backoffUs * (1 + uniform());
    backoffUs = Math.min(2 * backoffUs, LONGEST_WATCH_BACKOFF_US);
  }
}
