// Hot dialect: what is counted of attempts by the revision of the pod that they were sent to, and which users met it.
import type { CounterRandom } from '../engine/counter.ts';
import { Histogram } from '../metrics/histogram.ts';
import { clientOf, clientsLuck, clientsOf } from '../model/clients.ts';
import type { ClassRow, PodRow } from '../model/rows.ts';
import type { SourceSpec } from '../model/settings/traffic.ts';
import { CALL, type CallTable, Field, Outcome } from './calls.ts';
import type { CallSites } from './call-sites.ts';

const NONE = -1;
/** Not asked for yet. */
const UNKNOWN = -2;
/** Users of a source are kept in pages of so many bits, made when one of them is met. */
const PAGE_SHIFT = 15;
const PAGE_WORDS = 2 ** PAGE_SHIFT / 32;

/** Numbers revisions from 0 on; the world implements it. */
export interface RevisionNumbers {
  /** The revision of a pod of that class, -1 for one that is not counted. Asked once for each class. */
  revisionOf(podClass: ClassRow, pod: PodRow): number;
}

/** Of one revision. What is counted by interval is set back by `take`. */
export class RevisionMeter {
  ended = 0;
  failed = 0;
  /** Users that met it for the first time. */
  newUsers = 0;
  /** How long attempts took that ended well. */
  readonly durations = new Histogram();
  /** When the first and the last of them was sent, µs. */
  firstSentUs = Infinity;
  lastSentUs = -Infinity;
  /** Of all sources, users that have not met it: without any left, nobody is looked up. */
  strangers: number;
  /** By source, by page. */
  readonly #met: (Uint32Array | undefined)[][] = [];

  constructor(users: number) {
    this.strangers = users;
  }

  /** Ends the interval. */
  take(): void {
    this.ended = 0;
    this.failed = 0;
    this.newUsers = 0;
    this.firstSentUs = Infinity;
    this.lastSentUs = -Infinity;
    this.durations.reset();
  }

  meet(source: number, client: number): void {
    const page = client >>> PAGE_SHIFT;
    const word = (client >>> 5) & (PAGE_WORDS - 1);
    const bit = 1 << (client & 31);
    const words = this.#met[source]?.[page] ?? this.#open(source, page);
    if ((words[word] & bit) !== 0) return;
    words[word] |= bit;
    this.newUsers += 1;
    this.strangers -= 1;
  }

  #open(source: number, page: number): Uint32Array {
    while (this.#met.length <= source) this.#met.push([]);
    const pages = this.#met[source];
    while (pages.length <= page) pages.push(undefined);
    const words = new Uint32Array(PAGE_WORDS);
    pages[page] = words;
    return words;
  }
}

export class RevisionMeters {
  /** By revision, as they are numbered. */
  readonly meters: RevisionMeter[] = [];
  readonly #numbers: RevisionNumbers;
  readonly #calls: CallTable;
  readonly #sites: CallSites;
  readonly #clients: readonly number[];
  readonly #users: number;
  readonly #luck: CounterRandom;
  /** By pod class: its revision. */
  readonly #revision: number[] = [];

  constructor(
    seed: number | string,
    numbers: RevisionNumbers,
    calls: CallTable,
    sites: CallSites,
    sources: readonly SourceSpec[],
  ) {
    this.#numbers = numbers;
    this.#calls = calls;
    this.#sites = sites;
    this.#clients = sources.map(clientsOf);
    this.#users = sources.reduce((sum, { clients }) => sum + clients, 0);
    this.#luck = clientsLuck(seed);
  }

  /** An attempt goes to a pod. Asks who the pod is while it is there. */
  sent(podClass: ClassRow, pod: PodRow): void {
    if (podClass < 0 || (podClass < this.#revision.length && this.#revision[podClass] !== UNKNOWN)) return;
    while (this.#revision.length <= podClass) this.#revision.push(UNKNOWN);
    const revision = this.#numbers.revisionOf(podClass, pod);
    this.#revision[podClass] = revision;
    while (this.meters.length <= revision) this.meters.push(new RevisionMeter(this.#users));
  }

  /** The attempt has ended for its caller. */
  settled(row: number, podClass: ClassRow, outcome: number, sentUs: number, tookUs: number): void {
    const revision = this.#revision[podClass];
    if (revision === NONE) return;
    const meter = this.meters[revision];
    meter.ended += 1;
    if (outcome === Outcome.Ok) meter.durations.record(tookUs);
    else meter.failed += 1;
    if (sentUs < meter.firstSentUs) meter.firstSentUs = sentUs;
    if (sentUs > meter.lastSentUs) meter.lastSentUs = sentUs;
    if (meter.strangers > 0) this.#meet(meter, row);
  }

  /** Whose request it is for which the call is made, however deep: a source's. */
  #meet(meter: RevisionMeter, row: number): void {
    const { ints } = this.#calls;
    let at = CALL * row;
    while (ints[at + Field.Parent] !== NONE) at = CALL * ints[at + Field.Parent];
    const source = this.#sites.sourceOf(ints[at + Field.Site]);
    // The request for which it was made is given up, and nobody waits.
    if (source < 0) return;
    const client = clientOf(this.#luck, this.#clients[source], ints[at + Field.Ordinal], ints[at + Field.Hop]);
    meter.meet(source, client);
  }
}
