// What all resolvers have in common: the names to try, which of them is next, and one end.
import { candidatesOf } from './candidates.ts';
import type { Answer, Lookup, LookupError, LookupHost, Query, RecordType, ResolvConf } from './contract.ts';

export abstract class CandidateLookup implements Lookup {
  protected readonly conf: ResolvConf;
  protected readonly host: LookupHost;
  protected readonly types: readonly RecordType[];
  protected names: readonly string[];
  /** Index of the name as it was given. */
  protected readonly asGiven: number;
  /** Of the name that is tried. */
  protected at = 0;
  protected over = false;
  /** Names asked for so far, where each begins with another server (`rotate`). */
  #rotations = 0;

  constructor(conf: ResolvConf, name: string, types: readonly RecordType[], host: LookupHost) {
    this.conf = conf;
    this.host = host;
    this.types = types;
    const { names, asGiven } = candidatesOf(name, conf.search, conf.ndots);
    this.names = names;
    this.asGiven = asGiven;
  }

  abstract start(): void;
  abstract answered(query: Query, answer: Answer): void;

  /** The server that is first in turn. */
  protected firstServer(): number {
    if (!this.conf.rotate) return 0;
    const first = this.#rotations;
    this.#rotations += 1;
    return first % this.conf.servers;
  }

  protected end(types: readonly RecordType[], error: LookupError | undefined): void {
    this.over = true;
    this.host.ended({ types, error });
  }
}

/** What stops a wait that there is not. */
export const noWait = (): void => undefined;
