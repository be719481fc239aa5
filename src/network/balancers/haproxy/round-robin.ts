// HAProxy's `roundrobin`: fair queueing by weights that may change, in windows as long as the sum of the weights.
import type { Algorithm, BackendServer, Servers } from './backend.ts';
import { SortedTree } from './sorted-tree.ts';

const MOST_SCALED = 4096;
const KEY_STEP = 256;
const WEIGHT_SCALE = 16;

interface Place {
  readonly server: BackendServer;
  weight: number;
  /** Where its next turn is, and where the last one was; what the division left over. */
  next: number;
  last: number;
  rest: number;
  tree: SortedTree<Place> | undefined;
}

/** The active servers, or the backups. */
class FairTrees {
  #at: number;
  #window: number;
  #nextWindow: number;
  /** Those that had no turn in this window yet; those of this window; those of the next one. */
  #fresh = new SortedTree<Place>();
  readonly #current = new SortedTree<Place>();
  #later = new SortedTree<Place>();
  readonly #places = new Map<BackendServer, Place>();

  constructor(servers: readonly BackendServer[]) {
    let sum = 0;
    for (const server of servers) {
      const place: Place = { server, weight: server.scaledWeight, next: 0, last: 0, rest: 0, tree: undefined };
      this.#places.set(server, place);
      if (!server.up) continue;
      sum += place.weight;
      this.#put(place, this.#fresh);
    }
    this.#at = sum;
    this.#window = sum;
    this.#nextWindow = sum;
  }

  choose(): BackendServer | undefined {
    const full: Place[] = [];
    let switched = false;
    let found: Place | undefined;
    for (;;) {
      if (this.#window === 0) {
        this.#window = this.#nextWindow;
        this.#at = this.#nextWindow;
      }
      let place = this.#first();
      if (place === undefined && !switched) {
        switched = true;
        this.#switch();
        place = this.#first();
      }
      if (place === undefined) break;
      this.#advance(place);
      remove(place);
      this.#at += 1;
      if (!place.server.full) {
        found = place;
        break;
      }
      full.push(place);
    }
    if (found !== undefined) this.#enqueue(found);
    for (const place of full.reverse()) {
      if (switched) this.#put(place, this.#fresh);
      else this.#enqueue(place);
    }
    return found?.server;
  }

  joined(server: BackendServer): void {
    const place = this.#places.get(server);
    if (place === undefined) return;
    place.weight = server.scaledWeight;
    this.#nextWindow += place.weight;
    place.next = this.#at + Math.floor((this.#nextWindow + this.#window - this.#at) / place.weight);
    this.#enqueue(place);
  }

  left(server: BackendServer): void {
    const place = this.#places.get(server);
    if (place === undefined) return;
    this.#nextWindow -= place.weight;
    remove(place);
  }

  reweighed(server: BackendServer): void {
    const place = this.#places.get(server);
    if (place === undefined) return;
    this.#nextWindow += server.scaledWeight - place.weight;
    place.weight = server.scaledWeight;
    if (place.tree === this.#fresh) {
      remove(place);
      this.#put(place, this.#fresh);
      return;
    }
    if (place.tree === this.#later) place.next += this.#window;
    const step = Math.floor(this.#nextWindow / place.weight);
    place.next = Math.min(place.last + step, place.next);
    place.rest = 0;
    if (place.next < this.#at + 2) place.next = this.#at + step;
    remove(place);
    this.#enqueue(place);
  }

  #first(): Place | undefined {
    const now = this.#current.first();
    if (now !== undefined && now.next <= this.#at) return now;
    const fresh = this.#fresh.first();
    if (fresh === undefined) return now;
    fresh.next = 0;
    fresh.rest = 0;
    return fresh;
  }

  #switch(): void {
    [this.#fresh, this.#later] = [this.#later, this.#fresh];
    this.#window = this.#nextWindow;
    this.#at = this.#window;
  }

  #advance(place: Place): void {
    if (place.next === 0) place.next = this.#at;
    place.last = place.next;
    place.next += Math.floor(this.#nextWindow / place.weight);
    place.rest += this.#nextWindow % place.weight;
    if (place.rest >= place.weight) {
      place.rest -= place.weight;
      place.next += 1;
    }
  }

  #enqueue(place: Place): void {
    if (place.next >= 2 * this.#window || place.next >= this.#window + this.#nextWindow) {
      place.next -= this.#window;
      this.#put(place, this.#later);
      return;
    }
    const key = KEY_STEP * place.next + Math.floor((MOST_SCALED + place.rest - place.weight) / WEIGHT_SCALE);
    this.#current.add(key, place);
    place.tree = this.#current;
  }

  #put(place: Place, tree: SortedTree<Place>): void {
    tree.add(MOST_SCALED - place.weight, place);
    place.tree = tree;
  }
}

function remove(place: Place): void {
  place.tree?.remove(place);
  place.tree = undefined;
}

export function roundRobin(servers: Servers): Algorithm {
  const active = new FairTrees(servers.all.filter(({ line }) => !line.backup));
  const backups = new FairTrees(servers.all.filter(({ line }) => line.backup));
  return {
    queuesFirst: true,
    choose: () => servers.onlyBackup ?? (servers.onBackups ? backups : active).choose(),
    joined: (server) => (server.line.backup ? backups : active).joined(server),
    left: (server) => (server.line.backup ? backups : active).left(server),
    reweighed: (server) => (server.line.backup ? backups : active).reweighed(server),
  };
}
