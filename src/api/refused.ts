// Why the API server refuses a request, as a client's code sees it: the answer is a row (0 or more), or one of these.

export const Refused = { Conflict: -1, NotFound: -2, AlreadyExists: -3, Invalid: -4, Terminating: -5 } as const;
