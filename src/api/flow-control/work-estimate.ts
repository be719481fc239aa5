// How many seats a request takes: lists by the bytes that are held for them, writes by the watchers that must be notified afterwards.
import type { RequestInfo } from './request-info.ts';
import { ONE_SEAT, type Work } from './ticket.ts';

/** A list holds so many bytes for each seat; from the cache it is streamed and holds no more than a million. */
const BYTES_PER_SEAT = 100_000;
const MOST_STREAMED_BYTES = 1_000_000;
const MOST_LIST_SEATS = 100;
const WATCHERS_PER_SEAT = 10;
/** What a seat is busy with for these watchers, after the answer. */
const TELLING_US = 5000;
const MOST_MUTATING_SEATS = 10;

/** What the API server knows of the objects of a resource. */
export interface ResourceSize {
  readonly objects: number;
  readonly averageBytes: number;
}

/** What estimates are made from. */
export interface Estimates {
  /** Undefined for a resource of which nothing is known. */
  sizeOf(info: RequestInfo): ResourceSize | undefined;
  /** Watches that would hear of a write. */
  watchersOf(info: RequestInfo): number;
}

/** `widest`: the most seats that the level gives to one request, 0 where it does not say. */
export function workOf(info: RequestInfo, widest: number, estimates: Estimates): Work {
  switch (info.verb) {
    case 'list':
    case 'watch':
      return workOfList(info, widest, estimates.sizeOf(info));
    case 'create':
    case 'update':
    case 'patch':
    case 'delete':
      return workOfWrite(widest, estimates.watchersOf(info));
    default:
      return ONE_SEAT;
  }
}

function workOfList({ name }: RequestInfo, widest: number, size: ResourceSize | undefined): Work {
  if (size === undefined) return ONE_SEAT;
  const bytes = Math.min(MOST_STREAMED_BYTES, (name === '' ? size.objects : 1) * size.averageBytes);
  return { ...ONE_SEAT, initialSeats: atMost(Math.ceil(bytes / BYTES_PER_SEAT), widest, MOST_LIST_SEATS) };
}

function workOfWrite(widest: number, watchers: number): Work {
  if (watchers < WATCHERS_PER_SEAT) return ONE_SEAT;
  const wanted = Math.ceil(watchers / WATCHERS_PER_SEAT);
  const finalSeats = atMost(wanted, widest, MOST_MUTATING_SEATS);
  // Fewer seats for longer: the work is the same.
  return { initialSeats: 1, finalSeats, additionalUs: Math.floor((wanted * TELLING_US) / finalSeats) };
}

function atMost(seats: number, widest: number, most: number): number {
  const limit = widest === 0 ? most : Math.min(widest, most);
  return Math.max(1, Math.min(seats, limit));
}
