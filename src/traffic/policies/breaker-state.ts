// The states of a circuit breaker.
export const BreakerState = { Closed: 0, Open: 1, HalfOpen: 2 } as const;
export const breakerStateNames = ['closed', 'open', 'half-open'] as const;
