// Rows of a table over time, of which there may be so many that only those of every second, fourth … interval are kept.

const MOST_ROWS = 200_000;

export class ThinnedRows<Row> {
  /** Every how many intervals there are rows. */
  every = 1;
  #rows: { readonly interval: number; readonly row: Row }[] = [];
  #intervals = 0;

  /** The interval ends now: these are its rows, which are not asked for where they would be left out. Those of the last one of the run are kept in any case. */
  sample(last: boolean, rows: () => Iterable<Row>): void {
    this.#intervals += 1;
    if (this.#intervals % this.every !== 0 && !last) return;
    for (const row of rows()) this.#rows.push({ interval: this.#intervals, row });
    while (this.#rows.length > MOST_ROWS) {
      this.every *= 2;
      this.#rows = this.#rows.filter(({ interval }) => interval % this.every === 0);
    }
  }

  *rows(): Generator<Row> {
    for (const { row } of this.#rows) yield row;
  }
}
