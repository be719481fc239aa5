// Hot dialect: candidate nodes as a batch plugin gets them.
import { grown } from '../../model/columns.ts';
import { type NodeRow, rowColumn } from '../../model/rows.ts';

/** Rows of nodes; a plugin looks at `rows[start] … rows[end - 1]` and answers at the same positions. */
export class NodeList {
  rows = rowColumn<NodeRow>();
  start = 0;
  end = 0;

  /** Room for `count` rows; what is there stays. */
  ensure(count: number): void {
    if (this.rows.length < count) this.rows = grown(this.rows, Math.max(count, this.rows.length * 2));
  }
}
