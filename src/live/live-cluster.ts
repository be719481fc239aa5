// A cluster that clients can talk to: one run, the API server's front, and the socket before it.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isIP, isIPv6 } from 'node:net';
import { HttpApi } from '../http-api/http-api.ts';
import type { ApiRequest, ApiResponder } from '../http-api/exchange.ts';
import type { Job } from '../scenario/scenario.ts';
import { type FinishedRun, type OpenRun, openRun, type SimulationOptions } from '../world/run.ts';
import type { PageParts } from '../view/document.ts';
import type { PageServer } from '../view/server.ts';
import type { Families } from '../world/families.ts';
import { answerStatus } from './answers.ts';
import { Backlogs } from './backlogs.ts';
import type { ServerCertificate } from './certificate.ts';
import { wallClock } from './clock.ts';
import { Guard } from './guard.ts';
import type { Access } from './kubeconfig.ts';
import { Listener } from './listener.ts';
import { LiveRun } from './live-run.ts';
import { endedAt, withoutEnd, withRequestsByHand } from './open-end.ts';
import { Recorder } from './recording/recorder.ts';
import { PortForward } from './requests/port-forward.ts';
import { ServiceProxy } from './requests/service-proxy.ts';
import { SimulatedRequests } from './requests/simulated-requests.ts';
import type { Speed } from './speed.ts';
import { TIME_PATH, TimeApi } from './time-api.ts';

/** As whom everybody with the token is known, as with kubeadm's admin.conf. */
const USER = 'kubernetes-admin';
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const ANYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export interface LiveClusterOptions {
  readonly job: Job;
  readonly simulation: SimulationOptions;
  readonly speed: Speed;
  /** Whether the run ends when the scenario does. */
  readonly untilEnd: boolean;
  /** Virtual time stands still when nobody has been connected for so long, ms; Infinity for never. */
  readonly idleMs: number;
  readonly address: string;
  readonly port: number;
  /** With a certificate and a token; else plain HTTP for everybody who can connect. */
  readonly secure: boolean;
  /** Hears of what a request could not be answered for: a bug. */
  readonly bug: (error: unknown) => void;
}

/** How it ended. */
export interface LiveOutcome {
  /** The job as one that was to last just as long. */
  readonly job: Job;
  readonly outcome: FinishedRun;
  /** What clients have changed. */
  readonly recorder: Recorder;
}

export class LiveCluster {
  readonly run: LiveRun;
  /** What clients have changed. */
  readonly recorder: Recorder;
  readonly #certificate: ServerCertificate | undefined;
  readonly #token: string | undefined;
  #server = '';
  readonly #job: Job;
  readonly #open: OpenRun;
  readonly #listener: Listener;
  readonly #families: Families;
  #page: PageServer | undefined;
  /** As soon as it is known where it listens. */
  #api: HttpApi | undefined;
  #ended: { readonly error?: unknown } | undefined;
  #onEnd: () => void = () => undefined;

  /** Listens, and begins. Throws an InputError for what is wrong with the scenario, the address or the port. */
  static async start(options: LiveClusterOptions): Promise<LiveCluster> {
    const { address, secure } = options;
    const hosts = [...new Set([...LOOPBACK, ...(ANYWHERE.has(address) ? [] : [address]), hostname()])];
    const certificate = secure ? await (await import('./certificate.ts')).makeCertificate(hosts) : undefined;
    const token = secure ? randomBytes(24).toString('base64url') : undefined;
    const cluster = new LiveCluster(options, hosts, certificate, token);
    await cluster.#listen(options);
    cluster.run.start();
    return cluster;
  }

  private constructor(
    { job, simulation, speed, untilEnd, idleMs }: LiveClusterOptions,
    hosts: readonly string[],
    certificate: ServerCertificate | undefined,
    token: string | undefined,
  ) {
    this.#job = withRequestsByHand(untilEnd ? job : withoutEnd(job));
    this.#open = openRun(this.#job, simulation);
    this.#families = simulation.families;
    const { world } = this.#open;
    this.recorder = new Recorder(world);
    const requests = new SimulatedRequests(world);
    const proxy = new ServiceProxy(world, requests);
    const clock = wallClock;
    const run = new LiveRun({
      run: this.#open,
      clock,
      speed,
      endUs: this.#job.loaded.scenario.durationUs,
      idleMs,
      pending: () => (this.#api?.pending ?? 0) + requests.pending,
    });
    const forward = new PortForward(world, requests, (ask) => {
      run.catchUp();
      ask();
      run.asked();
    });
    this.run = run;
    run.onEnd = (error) => {
      this.#ended = error === undefined ? {} : { error };
      this.#onEnd();
    };
    const backlogs = new Backlogs(clock);
    const time = new TimeApi(run, this.#job, backlogs);
    const answer = (request: ApiRequest, responder: ApiResponder): void => {
      if (request.path === TIME_PATH) {
        time.answer(request, responder);
        return;
      }
      run.catchUp();
      const api = this.#api;
      if (api === undefined || this.#ended !== undefined) {
        const message = `the simulation has ${api === undefined ? 'not begun' : 'ended'}`;
        answerStatus(responder, { code: 503, reason: 'ServiceUnavailable', message });
        return;
      }
      if (!proxy.answers(request, responder)) api.handle(request, this.recorder.heard(request, responder));
      run.asked();
    };
    this.#listener = new Listener({
      certificate,
      guard: new Guard(token, hosts),
      backlogs,
      user: USER,
      answer,
      upgrade: (request, socket, head) => forward.upgrades(request, socket, head),
      connected: () => run.connected(),
      disconnected: () => run.disconnected(),
    });
    this.#certificate = certificate;
    this.#token = token;
  }

  /** How clients reach it. */
  get access(): Access {
    return { server: this.#server, authority: this.#certificate?.authority, token: this.#token };
  }

  /** When the run has come to its end; what has gone wrong in it is thrown. */
  async ended(): Promise<void> {
    await new Promise<void>((done) => {
      this.#onEnd = done;
      if (this.#ended !== undefined) done();
    });
    if (this.#ended !== undefined && 'error' in this.#ended) throw this.#ended.error;
  }

  /** Serves a page in which it is watched, and things are done to it, on a port of its own; gives its address, which has a token in it. */
  async servePage(parts: PageParts, program: string, port: number): Promise<string> {
    const { serveLivePage } = await import('./page/live-page.ts');
    const { Acts } = await import('./page/acts.ts');
    const { run, recorder } = this;
    const { world } = this.#open;
    const { loaded, seed } = this.#job;
    const acts = new Acts({ run, world, recorder, loaded, families: this.#families });
    const { name: scenario } = loaded.scenario;
    this.#page = await serveLivePage({ run, world, acts, parts, scenario, seed, program, port });
    return this.#page.url;
  }

  /** Ends run and connections. */
  async close(): Promise<void> {
    this.run.stop();
    await this.#page?.close();
    await this.#listener.close();
  }

  /** What has come out by now. Once, after `close`. */
  finish(): LiveOutcome {
    const { nowUs } = this.run;
    const { durationUs } = this.#job.loaded.scenario;
    const job = nowUs === durationUs ? this.#job : endedAt(this.#job, nowUs);
    return { job, outcome: this.#open.finish(job), recorder: this.recorder };
  }

  async #listen({ address, port, secure, bug }: LiveClusterOptions): Promise<void> {
    const taken = await this.#listener.listen(port, address);
    const host = ANYWHERE.has(address) ? LOOPBACK[0] : address;
    this.#server = `${secure ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${taken}`;
    this.#api = new HttpApi(this.#open.world, { address: new URL(this.#server).host, onError: bug });
  }
}

/** Whether only programs of this machine reach that address. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
