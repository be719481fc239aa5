// Hot dialect: messages that wait in order: when each was published, who it is, how often it was delivered in vain, and what it is about.
import { grown } from '../../model/columns.ts';

const CELLS = 4;

/** A ring of doubles, four a message. */
export class MessageList {
  length = 0;
  #cells = new Float64Array(CELLS * 16);
  #first = 0;

  /** Behind all others. */
  push(publishedUs: number, ordinal: number, key: number): void {
    this.#reserve();
    this.#set((this.#first + this.length) % this.#room, publishedUs, ordinal, 0, key);
    this.length += 1;
  }

  /** Before all others: it comes again. */
  putBack(publishedUs: number, ordinal: number, deliveries: number, key: number): void {
    this.#reserve();
    this.#first = (this.#first + this.#room - 1) % this.#room;
    this.#set(this.#first, publishedUs, ordinal, deliveries, key);
    this.length += 1;
  }

  /** Of the first one. */
  get publishedUs(): number {
    return this.#cells[CELLS * this.#first];
  }

  get ordinal(): number {
    return this.#cells[CELLS * this.#first + 1];
  }

  get deliveries(): number {
    return this.#cells[CELLS * this.#first + 2];
  }

  /** -1 for nothing in particular. */
  get key(): number {
    return this.#cells[CELLS * this.#first + 3];
  }

  /** Of the last one. */
  get lastPublishedUs(): number {
    return this.#cells[CELLS * ((this.#first + this.length - 1) % this.#room)];
  }

  /** The first one is gone. */
  shift(): void {
    this.#first = (this.#first + 1) % this.#room;
    this.length -= 1;
  }

  /** The last one is gone. */
  pop(): void {
    this.length -= 1;
  }

  get #room(): number {
    return this.#cells.length / CELLS;
  }

  #set(at: number, publishedUs: number, ordinal: number, deliveries: number, key: number): void {
    this.#cells[CELLS * at] = publishedUs;
    this.#cells[CELLS * at + 1] = ordinal;
    this.#cells[CELLS * at + 2] = deliveries;
    this.#cells[CELLS * at + 3] = key;
  }

  #reserve(): void {
    const room = this.#room;
    if (this.length < room) return;
    const cells = grown(this.#cells, 2 * CELLS * room);
    // What stood before the first one follows what stood behind it.
    cells.copyWithin(CELLS * room, 0, CELLS * this.#first);
    this.#cells = cells;
  }
}
