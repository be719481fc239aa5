// The states of a circuit breaker.
export const BreakerState = { Closed: 0, Open: 1, HalfOpen: 2 } as const;
