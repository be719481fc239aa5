// Hot dialect: rows of calls with the class and the key of the request from outside for which each of them is made.
import { grown } from '../../model/columns.ts';
import { CallTable } from '../calls.ts';

const NONE = -1;

export class MarkedCalls extends CallTable {
  /** By row; -1 for none. */
  classes = new Int32Array(64).fill(NONE);
  keys = new Int32Array(64).fill(NONE);

  override allocate(): number {
    const row = super.allocate();
    const old = this.keys.length;
    if (row >= old) {
      this.classes = grown(this.classes, 2 * old);
      this.keys = grown(this.keys, 2 * old);
    }
    this.classes[row] = NONE;
    this.keys[row] = NONE;
    return row;
  }

  override copyCall(from: number, to: number): void {
    super.copyCall(from, to);
    this.classes[to] = this.classes[from];
    this.keys[to] = this.keys[from];
  }
}
