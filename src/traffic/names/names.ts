// Names of Services as programs look them up: each lookup is queries to cluster DNS, which are calls like any other.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Random } from '../../engine/random.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { NameKind } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { DnsSpec } from '../../model/settings/dns.ts';
import { CLUSTER_DOMAIN, DnsServer, type Question } from './dns-servers.ts';
import { type Answer, type Lookup, type LookupResult, type Query, Rcode, recordTypes } from './resolvers/contract.ts';
import { type PodResolvConf, resolvConf } from './resolv-conf.ts';
import { resolvers } from './resolvers/index.ts';

/** From a program to the cache on its node and back, µs. */
const NODE_LOCAL_US = 100;

/** Whose lookup it is, and of what. */
export interface Wanted {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly node: NodeRow;
  /** Of the pod. */
  readonly namespace: string;
  readonly service: { readonly namespace: string; readonly name: string };
  /** What its pod says of DNS. */
  readonly spec: Pick<PodSpec, 'dnsPolicy' | 'dnsConfig' | 'hostNetwork'>;
  /** As the Service's name is known in this moment. */
  kind(): NameKind;
}

/** A query that goes to a server; whoever carries it tells what came of it. */
export interface Asked {
  readonly wanted: Wanted;
  readonly query: Query;
  /** Undefined for what the cache of a node asks for itself. */
  readonly lookup: Lookup | undefined;
}

/** What came of a query: an answer by the pod of a server, its failure, a port that nobody listens on, or nothing. */
export type Fate = { readonly server: PodRow; readonly epoch: number } | 'failed' | 'refused' | 'lost';

/** What was counted since the run began. */
export interface NameCounts {
  lookups: number;
  failed: number;
  queries: number;
  /** Answered on the node, or by a program's own memory. */
  fromNode: number;
  fromProgram: number;
  upstream: number;
}

interface Known {
  readonly epoch: number;
  readonly untilUs: Map<string, number>;
}

export class Names {
  readonly counts: NameCounts = { lookups: 0, failed: 0, queries: 0, fromNode: 0, fromProgram: 0, upstream: 0 };
  /** Of lookups that found something, µs, since they were taken last. */
  #durations = new Histogram();
  readonly #engine: Engine;
  readonly #settings: DnsSpec;
  readonly #carry: (asked: Asked) => void;
  readonly #samplers = new Samplers();
  readonly #upstream: number;
  readonly #random: Random;
  readonly #nodes = new Map<NodeRow, DnsServer>();
  readonly #servers = new Map<PodRow, { readonly epoch: number; readonly server: DnsServer }>();
  readonly #known = new Map<PodRow, Known>();
  readonly #confs = new WeakMap<Wanted['spec'], { readonly namespace: string; readonly conf: PodResolvConf }>();
  readonly #later = new Map<number, () => void>();
  #laters = 0;
  readonly #onLater: number;

  /** `carry` takes a query to the Service of the servers; what came of it goes to `heard`. */
  constructor(engine: Engine, settings: DnsSpec, carry: (asked: Asked) => void) {
    this.#engine = engine;
    this.#settings = settings;
    this.#carry = carry;
    this.#upstream = this.#samplers.add(settings.upstream.latency);
    this.#random = engine.stream('traffic/names');
    this.#onLater = engine.kind('dns.later', (id) => {
      const due = this.#later.get(id);
      this.#later.delete(id);
      due?.();
    });
  }

  /** Whether the program of the pod remembers the name. */
  knows({ pod, epoch, service }: Pick<Wanted, 'pod' | 'epoch' | 'service'>): boolean {
    if (this.#settings.programCacheUs === 0) return false;
    const known = this.#known.get(pod);
    if (known?.epoch !== epoch) return false;
    const knows = (known.untilUs.get(`${service.namespace}/${service.name}`) ?? 0) > this.#engine.now;
    if (knows) this.counts.fromProgram += 1;
    return knows;
  }

  lookUp(wanted: Wanted, ended: (found: boolean) => void): void {
    const startUs = this.#engine.now;
    const { resolver } = this.#settings;
    this.counts.lookups += 1;
    const sent: Query[] = [];
    const conf = this.#confOf(wanted);
    const lookup: Lookup = resolvers[resolver](conf, this.#nameOf(wanted), recordTypes, {
      send: (query) => {
        this.counts.queries += 1;
        // Both types at once, from one socket: in the node's table of connections the second may be taken for the first.
        const second = sent.at(-1)?.name === query.name && sent.at(-1)?.type !== query.type && !query.tcp;
        sent.push(query);
        if (conf.ofCluster[query.server]) this.#send({ wanted, query, lookup }, second && !conf.oneAtATime);
        else this.#denyOutside({ wanted, query, lookup });
      },
      wait: (delayUs, due) => this.#wait(delayUs, due),
      ended: (result) => {
        this.#remember(wanted, result);
        if (result.error === undefined) this.#durations.record(this.#engine.now - startUs);
        else this.counts.failed += 1;
        ended(result.error === undefined);
      },
    });
    lookup.start();
  }

  /** Pods of one class have the same. */
  #confOf({ namespace, spec }: Wanted): PodResolvConf {
    const known = this.#confs.get(spec);
    if (known?.namespace === namespace) return known.conf;
    const conf = resolvConf(this.#settings, namespace, spec);
    this.#confs.set(spec, { namespace, conf });
    return conf;
  }

  takeDurations(): Histogram {
    const taken = this.#durations;
    this.#durations = new Histogram();
    return taken;
  }

  /** What came of a query that was carried to a server. */
  heard(asked: Asked, fate: Fate): void {
    if (fate === 'lost') return;
    if (fate === 'failed' || fate === 'refused') {
      const rcode = fate === 'failed' ? Rcode.ServFail : Rcode.Refused;
      asked.lookup?.answered(asked.query, { rcode, has: false, truncated: false });
      return;
    }
    const { now } = this.#engine;
    const { answer, upstream } = this.#serverOf(fate.server, fate.epoch).ask(this.#questionOf(asked), now);
    if (this.#settings.nodeLocal) {
      this.#nodeOf(asked.wanted.node).keep(this.#questionOf(asked), asked.lookup === undefined, now);
    }
    if (upstream) {
      this.counts.upstream += 1;
      this.#answerLater(asked, answer, this.#samplers.draw(this.#upstream, this.#random));
    } else {
      asked.lookup?.answered(asked.query, answer);
    }
  }

  #send(asked: Asked, second: boolean): void {
    const { nodeLocal, loss, race } = this.#settings;
    if (nodeLocal) {
      // Over loopback nothing is lost, and the cache goes on by TCP.
      const kept = this.#nodeOf(asked.wanted.node).kept(this.#questionOf(asked), this.#engine.now);
      if (kept === undefined) {
        this.#carry(asked);
        return;
      }
      this.counts.fromNode += 1;
      this.#answerLater(asked, kept.answer, NODE_LOCAL_US);
      if (kept.refresh) this.#carry({ ...asked, lookup: undefined });
      return;
    }
    if (!asked.query.tcp) {
      if (loss > 0 && this.#random.uniform() < loss) return;
      if (race > 0 && second && this.#random.uniform() < race) return;
    }
    this.#carry(asked);
  }

  /** Servers of the node's own, and others outside, know no Services. */
  #denyOutside(asked: Asked): void {
    this.counts.upstream += 1;
    const nothing = { rcode: Rcode.NxDomain, has: false, truncated: false };
    this.#answerLater(asked, nothing, this.#samplers.draw(this.#upstream, this.#random));
  }

  #answerLater(asked: Asked, answer: Answer, delayUs: number): void {
    this.#wait(delayUs, () => asked.lookup?.answered(asked.query, answer));
  }

  #wait(delayUs: number, due: () => void): () => void {
    this.#laters = (this.#laters + 1) | 0;
    const id = this.#laters;
    this.#later.set(id, due);
    this.#engine.after(delayUs, this.#onLater, id, 0);
    return () => this.#later.delete(id);
  }

  #remember({ pod, epoch, service }: Wanted, { error }: LookupResult): void {
    const { programCacheUs } = this.#settings;
    if (programCacheUs === 0 || error !== undefined) return;
    let known = this.#known.get(pod);
    if (known?.epoch !== epoch) {
      known = { epoch, untilUs: new Map() };
      this.#known.set(pod, known);
    }
    known.untilUs.set(`${service.namespace}/${service.name}`, this.#engine.now + programCacheUs);
  }

  #questionOf({ wanted, query }: Asked): Question {
    return { name: query.name, type: query.type, whole: wholeName(wanted.service), kind: wanted.kind() };
  }

  #serverOf(pod: PodRow, epoch: number): DnsServer {
    let one = this.#servers.get(pod);
    if (one?.epoch !== epoch) {
      one = { epoch, server: new DnsServer(this.#settings.cache, this.#settings.upstream.ttl) };
      this.#servers.set(pod, one);
    }
    return one.server;
  }

  #nodeOf(node: NodeRow): DnsServer {
    let server = this.#nodes.get(node);
    if (server === undefined) {
      server = new DnsServer(this.#settings.cache, this.#settings.upstream.ttl);
      this.#nodes.set(node, server);
    }
    return server;
  }

  #nameOf({ namespace, service }: Wanted): string {
    const { names } = this.#settings;
    if (names === 'rooted') return `${wholeName(service)}.`;
    if (names === 'whole') return wholeName(service);
    return service.namespace === namespace ? service.name : `${service.name}.${service.namespace}`;
  }
}

function wholeName({ namespace, name }: Wanted['service']): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}
