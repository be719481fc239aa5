// Resolvers of glibc, musl and Go: which queries they send to which server, in which order, and what comes of them.
import { it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import {
  type Answer,
  type LookupError,
  type Query,
  Rcode,
  type RecordType,
  recordTypes,
  type ResolvConf,
} from '../../src/traffic/names/resolvers/contract.ts';
import type { ResolverName } from '../../src/model/settings/dns.ts';
import { resolvers } from '../../src/traffic/names/resolvers/index.ts';
import { agree, eachRecord } from './harness.ts';

interface ResolverRecord {
  readonly client: ResolverName;
  readonly name: string;
  readonly family: '0' | '4' | '6';
  readonly mode: string;
  readonly ndots: number;
  readonly search: readonly string[];
  readonly nameservers: number;
  readonly options: readonly string[];
  readonly zone: Readonly<Record<string, readonly RecordType[]>>;
  readonly queries: readonly (readonly [number, string, RecordType, number, 'udp' | 'tcp'])[];
  readonly result: readonly string[];
  readonly ms: number;
  readonly sameSetInAllRuns: boolean;
}

const ADDRESSES: Readonly<Record<RecordType, string>> = { A: '10.9.8.7', AAAA: 'fd00::7' };
/** The servers of the recordings, on one machine, take about a millisecond. */
const ANSWER_US = 100;
const SLOW_US = 300e3;
/** Timers of the recordings, made on a busy machine, fire late: by up to a tenth of a second each. */
const LATE_MS = 60;
const LATE = 0.12;

const ERRORS: Readonly<Record<ResolverName, Readonly<Record<LookupError, string>>>> = {
  glibc: {
    noName: 'ERR Name or service not known',
    noData: 'ERR No address associated with hostname',
    again: 'ERR Temporary failure in name resolution',
    timeout: 'ERR Temporary failure in name resolution',
  },
  musl: {
    noName: 'ERR Name does not resolve',
    noData: 'ERR Name does not resolve',
    again: 'ERR Try again',
    timeout: 'ERR Try again',
  },
  go: { noName: 'no such host', noData: 'no such host', again: 'server misbehaving', timeout: 'i/o timeout' },
};

function confOf({ search, ndots, nameservers, options }: ResolverRecord): ResolvConf {
  const option = (name: string, otherwise: number): number => {
    const found = options.find((one) => one.startsWith(`${name}:`));
    return found === undefined ? otherwise : Number(found.slice(name.length + 1));
  };
  return {
    search,
    ndots,
    servers: nameservers,
    timeoutUs: option('timeout', 5) * 1e6,
    attempts: option('attempts', 2),
    rotate: options.includes('rotate'),
    oneAtATime: options.some((one) => one.startsWith('single-request')),
    tcp: options.includes('use-vc'),
  };
}

/** What the servers of the record answer; undefined: nothing. */
function serverOf({ mode, zone, search, name: asked }: ResolverRecord): (query: Query) => Answer | undefined {
  const seen = new Set<string>();
  const inSearch = (name: string): boolean =>
    asked === 'web' ? name === `web.${search[0]}` : search.some((domain) => name.endsWith(`.${domain}`));
  return ({ server, name, type, tcp }) => {
    const failing = mode === 'servfail' || (mode === 'servfail-aaaa' && type === 'AAAA');
    if (failing || (mode === 'servfail-search' && inSearch(name))) {
      return { rcode: Rcode.ServFail, has: false, truncated: false };
    }
    if (mode === 'refused') return { rcode: Rcode.Refused, has: false, truncated: false };
    if (mode === 'drop' || (mode === 'drop-aaaa' && type === 'AAAA')) return undefined;
    if (mode === 'drop-server1' && server === 0) return undefined;
    if (mode === 'drop-first' && !seen.has(`${name} ${type}`)) {
      seen.add(`${name} ${type}`);
      return undefined;
    }
    const records = zone[name];
    const rcode = records === undefined ? Rcode.NxDomain : Rcode.NoError;
    return { rcode, has: records?.includes(type) ?? false, truncated: mode === 'truncate' && !tcp };
  };
}

function play(record: ResolverRecord): { queries: Query[]; result: string[]; ms: number } {
  const engine = new Engine({ seed: 1 });
  const calls: (() => void)[] = [];
  const kind = engine.kind('call', (at) => calls[at]());
  const later = (delayUs: number, call: () => void): void => engine.after(delayUs, kind, calls.push(call) - 1, 0);
  const answer = serverOf(record);
  const queries: Query[] = [];
  let result: string[] | undefined;
  let ms = 0;
  const types = recordTypes.filter((type) => record.family === '0' || (type === 'A') === (record.family === '4'));
  const lookup = resolvers[record.client](confOf(record), record.name, types, {
    send(query) {
      queries.push(query);
      const given = answer(query);
      const delayUs = record.mode === 'slow' ? SLOW_US : ANSWER_US;
      if (given !== undefined) later(delayUs, () => lookup.answered(query, given));
    },
    wait(delayUs, due) {
      let waits = true;
      later(delayUs, () => {
        if (waits) due();
      });
      return () => {
        waits = false;
      };
    },
    ended({ types: found, error }) {
      ms = engine.now / 1000;
      result =
        error === undefined
          ? found.map((type) => ADDRESSES[type])
          : [record.client === 'go' ? `ERR lookup ${record.name} ${ERRORS.go[error]}` : ERRORS[record.client][error]];
    },
  });
  lookup.start();
  engine.run(120e6);
  if (result === undefined) throw new Error('the lookup did not end');
  return { queries, result, ms };
}

it('golden traffic/dns/resolver', () => {
  agree('traffic/dns/resolver', eachRecord<ResolverRecord>('traffic/dns/resolver.jsonl.gz'), (record) => {
    const { queries, result, ms } = play(record);
    const got = queries.map(({ server, name, type, tcp }) => `${server} ${name} ${type} ${tcp ? 'tcp' : 'udp'}`);
    const expected = record.queries.map(
      ([server, name, type, , transport]) => `${server} ${name} ${type} ${transport}`,
    );
    // Only glibc sends one after the other; where runs differ, only how many there are is the same.
    if (!record.sameSetInAllRuns) {
      if (got.length !== expected.length) return `expected ${expected.length} queries, got ${got.length}`;
    } else {
      const [left, right] = record.client === 'glibc' ? [expected, got] : [expected.toSorted(), got.toSorted()];
      if (left.join('\n') !== right.join('\n')) return `expected ${left.join(', ')}, got ${right.join(', ')}`;
    }
    const addresses = [record.result.toSorted().join(' '), result.toSorted().join(' ')];
    if (addresses[0] !== addresses[1]) return `expected ${addresses[0]}, got ${addresses[1]}`;
    if (Math.abs(ms - record.ms) > LATE_MS + LATE * record.ms) return `expected ${record.ms} ms, got ${ms}`;
    return undefined;
  });
});
