// What nodes and messages cost beyond a price per hour: prices that change, power, carbon.

/** A value that holds from a time on until the next one, of a zone, of a region, or of all of them (empty). */
export interface Step {
  readonly place: string;
  /** Since 1970, or since midnight in UTC. */
  readonly fromSeconds: number;
  readonly value: number;
}

/** What a CSV file says over time, in the order of time for each place. */
export interface Steps {
  readonly file: string;
  /** Times are those of a day, and come again on each. */
  readonly daily: boolean;
  readonly steps: readonly Step[];
}

/** Prices of a byte that a message takes from zone to zone, in the currency of the nodes. */
export interface EgressPrices {
  readonly otherZone: number;
  readonly otherRegion: number;
}
