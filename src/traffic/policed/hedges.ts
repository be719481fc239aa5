// The attempts of one call that are under way at the same time, where it is hedged.

export interface Group {
  /** Rows of the attempts that have not ended; the first stands for the call. */
  readonly rows: number[];
  /** Attempts made so far. */
  made: number;
  /** Rises with each attempt: what was booked before does not hold. */
  epoch: number;
}
