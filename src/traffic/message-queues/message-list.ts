// Hot dialect: messages that wait in order: when each was published, who it is, and how often it was delivered in vain.
import { grown } from '../../model/columns.ts';

/** A ring of doubles, three a message. */
export class MessageList {
  length = 0;
  #cells = new Float64Array(3 * 16);
  #first = 0;

  /** Behind all others. */
  push(publishedUs: number, ordinal: number): void {
    this.#reserve();
    this.#set((this.#first + this.length) % this.#room, publishedUs, ordinal, 0);
    this.length += 1;
  }

  /** Before all others: it comes again. */
  putBack(publishedUs: number, ordinal: number, deliveries: number): void {
    this.#reserve();
    this.#first = (this.#first + this.#room - 1) % this.#room;
    this.#set(this.#first, publishedUs, ordinal, deliveries);
    this.length += 1;
  }

  /** Of the first one. */
  get publishedUs(): number {
    return this.#cells[3 * this.#first];
  }

  get ordinal(): number {
    return this.#cells[3 * this.#first + 1];
  }

  get deliveries(): number {
    return this.#cells[3 * this.#first + 2];
  }

  /** The first one is gone. */
  shift(): void {
    this.#first = (this.#first + 1) % this.#room;
    this.length -= 1;
  }

  get #room(): number {
    return this.#cells.length / 3;
  }

  #set(at: number, publishedUs: number, ordinal: number, deliveries: number): void {
    this.#cells[3 * at] = publishedUs;
    this.#cells[3 * at + 1] = ordinal;
    this.#cells[3 * at + 2] = deliveries;
  }

  #reserve(): void {
    const room = this.#room;
    if (this.length < room) return;
    const cells = grown(this.#cells, 6 * room);
    // What stood before the first one follows what stood behind it.
    cells.copyWithin(3 * room, 0, 3 * this.#first);
    this.#cells = cells;
  }
}
