// Hot dialect: what requests are as they were sent, beyond the proxies that handed them on: how much work, and how large.
import type { MessageSizes } from '../../model/settings/connections.ts';
import { CALL, type CallTable, Field } from '../calls.ts';
import type { CallSites } from '../call-sites.ts';
import type { MarkedCalls } from './marked-calls.ts';
import type { RequestClasses } from './request-classes.ts';

const NONE = -1;

/** Work and size of a request of some class are those of its source, also behind a gateway; a call that is made for it has its own. */
export class SentAs {
  readonly #calls: CallTable;
  readonly #sites: CallSites;
  readonly #marks: MarkedCalls;
  readonly #classes: RequestClasses;

  constructor(calls: CallTable, sites: CallSites, marks: MarkedCalls, classes: RequestClasses) {
    this.#calls = calls;
    this.#sites = sites;
    this.#marks = marks;
    this.#classes = classes;
  }

  /** How many times the usual work it is. */
  workOf(row: number): number {
    return this.#sites.work[this.#siteOf(row)];
  }

  /** `usual` is what whoever serves it says; undefined: too small to matter. */
  sizesOf(row: number, usual: MessageSizes | undefined): MessageSizes | undefined {
    const own = this.#sites.sizes[this.#siteOf(row)];
    if (own === undefined) return usual;
    return {
      requestBytes: own.requestBytes ?? usual?.requestBytes ?? 0,
      responseBytes: own.responseBytes ?? usual?.responseBytes ?? 0,
    };
  }

  #siteOf(row: number): number {
    const { ints } = this.#calls;
    let at = CALL * row;
    while (this.#sites.isUpstream(ints[at + Field.Site]) && ints[at + Field.Parent] !== NONE)
      at = CALL * ints[at + Field.Parent];
    const site = ints[at + Field.Site];
    if (!this.#sites.isUpstream(site)) return site;
    // The proxy does not wait for it any more.
    const of = this.#marks.classes[at / CALL];
    return of === NONE ? site : this.#classes.site[of];
  }
}
