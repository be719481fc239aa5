// The clock on the wall, and a way to wait by it. Tests have one that they move by hand.

export interface Clock {
  /** Milliseconds since some moment; it never goes back. */
  now(): number;
  /** Calls `act` once, after so many milliseconds or, with 0, as soon as whatever waits has had its turn. Gives what withdraws it. */
  after(ms: number, act: () => void): () => void;
}

export const wallClock: Clock = {
  now: () => performance.now(),
  after(ms, act) {
    if (ms <= 0) {
      const turn = setImmediate(act);
      return () => clearImmediate(turn);
    }
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
