// A client of the recordings: writes and reads of four kinds at a fixed pace, pinned to one API server or through the balancer.
import { Refused } from '../../../src/api/refused.ts';
import type { ApiServer } from '../../../src/api/server.ts';
import type { ApiServers } from '../../../src/api/servers/api-servers.ts';
import { read, ReadOf } from '../../../src/api/requests/read.ts';
import { createObject } from '../../../src/api/requests/create-object.ts';
import { updateObject } from '../../../src/api/requests/update-object.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { KubeObject } from '../../../src/model/object-store.ts';
import type { ObjectRow } from '../../../src/model/rows.ts';
import type { Figures } from './etcd-run.ts';
import { engineTimers, type Timers } from './timers.ts';

export type ApiOp = 'patch' | 'get' | 'get-rv0' | 'list' | 'list-rv0';

const READS: Readonly<Record<string, number>> = {
  get: ReadOf.Newest,
  'get-rv0': ReadOf.CachedObject,
  list: ReadOf.NewestList,
  'list-rv0': ReadOf.CachedList,
};

const CYCLE_US = 1e6;

interface Asked {
  readonly op: ApiOp;
  readonly sentMs: number;
  endMs: number;
  outcome: string;
}

const configMap = (name: string, value: number): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { value: String(value) },
  }) as unknown as KubeObject;

export class ApiProbe {
  readonly asked: Asked[] = [];
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #bucket: number;
  readonly #reply: number;
  readonly #timers: Timers;
  readonly #name: string;
  #row: ObjectRow = -1;
  /** By request: which of `asked` it is, to learn how it failed. */
  readonly #byRequest = new Map<number, number>();

  constructor(
    engine: Engine,
    api: ApiServer,
    path: ApiServers,
    machine: string | undefined,
    ops: readonly ApiOp[],
    name: string,
  ) {
    this.#engine = engine;
    this.#api = api;
    this.#name = name.replace('test.', '');
    this.#bucket = api.limits({ qps: 0, burst: 1 }, name, { user: 'probe', retries: 0 });
    if (machine !== undefined) path.connections.pin(this.#bucket, machine);
    this.#timers = engineTimers(engine, name);
    this.#reply = api.reply((token, result) => this.#answered(token, result));
    const before = path.onFailure;
    path.onFailure = (request, how) => {
      before?.(request, how);
      const at = this.#byRequest.get(request);
      if (at !== undefined && this.asked[at].endMs < 0) this.asked[at].outcome = how;
    };
    const request = createObject(api.requests, configMap(this.#name, 0), -1);
    api.submit(
      this.#bucket,
      request,
      api.reply((_token, row) => {
        this.#row = row as ObjectRow;
        ops.forEach((op, at) => {
          const turn = (): void => {
            this.#send(op);
            this.#timers.after(CYCLE_US, turn);
          };
          this.#timers.after(Math.round((at * CYCLE_US) / ops.length), turn);
        });
      }),
    );
  }

  #send(op: ApiOp): void {
    const token = this.asked.push({ op, sentMs: this.#engine.now / 1000, endMs: -1, outcome: '' }) - 1;
    const { requests } = this.#api;
    const request =
      op === 'patch'
        ? updateObject(requests, this.#row, configMap(this.#name, token))
        : read(requests, this.#row, READS[op]);
    this.#byRequest.set(request, token);
    this.#api.submit(this.#bucket, request, this.#reply, token);
  }

  #answered(token: number, result: number): void {
    const { [token]: asked } = this.asked;
    asked.endMs = this.#engine.now / 1000;
    if (result >= 0) asked.outcome = '';
    else if (result === Refused.TooManyRequests) asked.outcome = '429';
    else if (asked.outcome === '') asked.outcome = `code ${result}`;
  }

  figures(figures: Figures, path: string, zeroMs: number): void {
    for (const op of new Set(this.asked.map((one) => one.op))) {
      const of = this.asked.filter((one) => one.op === op && one.endMs >= 0 && one.sentMs >= zeroMs);
      const failed = of.filter(({ outcome }) => outcome !== '');
      const at = `${path}/${op}`;
      figures.set(`${at}/failed`, failed.length);
      const outcomes: Record<string, number> = {};
      for (const { outcome } of failed) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (failed.length > 0) {
        figures.set(`${at}/outcomes`, outcomes);
        figures.set(`${at}/failed_from_ms`, failed[0].sentMs - zeroMs);
        figures.set(`${at}/failed_to_ms`, (failed.at(-1)?.sentMs ?? 0) - zeroMs);
        figures.set(`${at}/failed_max_ms`, Math.max(...failed.map(({ sentMs, endMs }) => endMs - sentMs)));
      }
      const good = of.filter(({ outcome }) => outcome === '');
      figures.set(`${at}/max_ok_ms`, Math.max(0, ...good.map(({ sentMs, endMs }) => endMs - sentMs)));
      const ends = this.asked
        .filter((one) => one.op === op && one.outcome === '' && one.endMs >= zeroMs - 1000)
        .map(({ endMs }) => endMs)
        .sort((a, b) => a - b);
      let longest = 0;
      for (let i = 1; i < ends.length; i += 1) longest = Math.max(longest, ends[i] - ends[i - 1]);
      figures.set(`${at}/longest_time_without_success_ms`, longest);
    }
  }
}
