// The log of a container: what the model knows of its process, in lines. When it began, which probes failed, what requests it holds, and how it ended.
import type { Container } from 'kubernetes-types/core/v1.js';
import { badRequest, Refusal } from '../../api/resources/status.ts';
import { type Script, sleep } from '../../engine/script.ts';
import { CALENDAR_START_SECONDS, microTimestamp, timestamp } from '../../lib/timestamp.ts';
import { ContainerState, containerReasons } from '../../model/containers.ts';
import { EventSubject } from '../../model/event-log.ts';
import type { PodRow } from '../../model/rows.ts';
import { aboutOf, type Call, type Exchange, targetOf } from '../call.ts';
import type { Server } from '../server.ts';

/** How often a log that is followed is looked at, µs. */
const LOOK_US = 1e6;
/** Reasons of events that a process itself would have something to say about. */
const PROBES: ReadonlySet<string> = new Set(['Unhealthy', 'ProbeWarning']);

interface Line {
  readonly atUs: number;
  readonly text: string;
}

/** Which lines of a log are wanted. */
interface Wanted {
  readonly previous: boolean;
  readonly fromUs: number;
  readonly tail: number;
  readonly timestamps: boolean;
  readonly limitBytes: number;
}

/** A run of a container: µs, -1 for what has not happened. */
interface Process {
  readonly image: string;
  readonly startedUs: number;
  readonly finishedUs: number;
  readonly exitCode: number;
  readonly reason: string;
}

export function* answerLog(server: Server, call: Call): Script {
  const { exchange, path } = call;
  const answer = yield* server.resourcesOf(exchange.request.user).get(targetOf(call)).wait();
  if ('failure' in answer) {
    exchange.failure(answer.failure, aboutOf(call));
    return;
  }
  const pod = server.state.findPod(path.namespace ?? 'default', path.name);
  const { name, offset, image } = containerOf(server, call, pod);
  const wanted = wantedOf(exchange, server.nowUs);
  // A pod that is on no node has no log, and no error either.
  if (server.state.pods.node[pod] < 0) {
    exchange.text(200, '');
    return;
  }
  const epoch = server.state.pods.epoch[pod];
  const row = server.state.pods.firstContainer[pod] + offset;
  const process = processOf(server, row, image, wanted.previous);
  if (process === undefined) throw notStarted(server, row, name, path.name, wanted.previous);
  const lines = linesOf(server, pod, process).filter(({ atUs }) => atUs >= wanted.fromUs);
  const shown = [...lines, ...requestLines(server, pod, process)];
  const text = written(shown.slice(Math.max(0, shown.length - wanted.tail)), wanted);
  if (!exchange.flag('follow') || wanted.previous) {
    exchange.text(200, limited(text, wanted.limitBytes));
    return;
  }
  exchange.begin(200, 'text/plain; charset=utf-8');
  if (text !== '') exchange.responder.write(text);
  server.api.engine.spawn(
    'follow log',
    follow(server, exchange, { pod, epoch, row, process, lines: lines.length, wanted }),
  );
}

interface Followed {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly row: number;
  readonly process: Process;
  /** Sent so far. */
  readonly lines: number;
  readonly wanted: Wanted;
}

/** What comes, until the process ends or the client goes. */
function* follow(server: Server, { responder }: Exchange, followed: Followed): Script {
  const { pod, epoch, row, process, wanted } = followed;
  const { pods, containers } = server.state;
  let sent = followed.lines;
  for (;;) {
    yield* sleep(LOOK_US);
    if (responder.closed) return;
    const lives = pods.alive[pod] === 1 && pods.epoch[pod] === epoch;
    const runs =
      lives && containers.startedAt[row] === process.startedUs && containers.state[row] === ContainerState.Running;
    const now = lives ? (endedProcess(server, row, process) ?? process) : process;
    const lines = linesOf(server, pod, now).filter(({ atUs }) => atUs >= wanted.fromUs);
    const text = written(lines.slice(sent), wanted);
    sent = lines.length;
    if ((text !== '' && !responder.write(text)) || !runs) {
      responder.end();
      return;
    }
  }
}

/** The same run of the container, when it has ended meanwhile. */
function endedProcess(server: Server, row: number, { image, startedUs }: Process): Process | undefined {
  const [current, previous] = [false, true].map((isPrevious) => processOf(server, row, image, isPrevious));
  return [current, previous].find((one) => one?.startedUs === startedUs);
}

function containerOf(
  { state }: Server,
  { exchange, path }: Call,
  pod: PodRow,
): { readonly name: string; readonly offset: number; readonly image: string } {
  const { initContainers, containers } = state.classes.get(state.pods.podClass[pod]).runtime;
  const all: readonly Pick<Container, 'name' | 'image'>[] = [...initContainers, ...containers];
  const asked = exchange.query('container');
  if (asked === '' && containers.length > 1) {
    const inits = initContainers.length === 0 ? '' : ` or one of the init containers: [${namesOf(initContainers)}]`;
    const message = `a container name must be specified for pod ${path.name}, choose one of: [${namesOf(containers)}]${inits}`;
    throw badRequest(message);
  }
  const offset = asked === '' ? initContainers.length : all.findIndex(({ name }) => name === asked);
  if (offset < 0) throw badRequest(`container ${asked} is not valid for pod ${path.name}`);
  const { name, image = '' } = all[offset];
  return { name, offset, image };
}

function namesOf(containers: readonly { readonly name: string }[]): string {
  return containers.map(({ name }) => name).join(' ');
}

/** Undefined where it has not begun, or has not run before. */
function processOf(
  { state: { containers } }: Server,
  row: number,
  image: string,
  previous: boolean,
): Process | undefined {
  const isWaiting = containers.state[row] === ContainerState.Waiting;
  const last = containers.last.get(row);
  // While a container waits to be started again its log is that of the last time, as the kubelet has it.
  if (previous || (isWaiting && last !== undefined)) {
    if (last === undefined || last.startedAt < 0) return undefined;
    const { startedAt: startedUs, finishedAt: finishedUs, exitCode, reason } = last;
    return { image, startedUs, finishedUs, exitCode, reason };
  }
  const startedUs = containers.startedAt[row];
  if (isWaiting || startedUs < 0) return undefined;
  const hasEnded = containers.state[row] === ContainerState.Terminated;
  return {
    image,
    startedUs,
    finishedUs: hasEnded ? containers.finishedAt[row] : -1,
    exitCode: containers.exitCode[row],
    reason: containerReasons[containers.reason[row]] ?? '',
  };
}

function notStarted(
  { state: { containers } }: Server,
  row: number,
  container: string,
  pod: string,
  previous: boolean,
): Refusal {
  if (previous) {
    return badRequest(`previous terminated container "${container}" in pod "${pod}" not found`);
  }
  const reason = containerReasons[containers.reason[row]] ?? '';
  const why =
    reason === 'ErrImagePull' || reason === 'ImagePullBackOff' || reason === 'ErrImageNeverPull'
      ? `trying and failing to pull image`
      : reason === ''
        ? 'ContainerCreating'
        : reason;
  return badRequest(`container "${container}" in pod "${pod}" is waiting to start: ${why}`);
}

/** In order of time. */
function linesOf(server: Server, pod: PodRow, { image, startedUs, finishedUs, exitCode, reason }: Process): Line[] {
  const lines = [{ atUs: startedUs, text: `started: image ${image}` }];
  const untilUs = finishedUs < 0 ? server.nowUs : finishedUs;
  lines.push(...probeLines(server, pod, startedUs, untilUs));
  if (finishedUs >= 0) {
    lines.push({ atUs: finishedUs, text: `exited with code ${exitCode}${reason === '' ? '' : ` (${reason})`}` });
  }
  return lines;
}

/** What it is doing, while it runs. */
function requestLines({ world, state, nowUs }: Server, pod: PodRow, { finishedUs }: Process): Line[] {
  const { containers } = world.traffic;
  if (finishedUs >= 0 || state.pods.alive[pod] === 0) return [];
  const held = containers.heldIn(pod);
  if (held === 0) return [];
  const waiting = containers.waitingIn(pod);
  return [{ atUs: nowUs, text: `requests: ${held - waiting} being served, ${waiting} waiting` }];
}

function probeLines({ state }: Server, pod: PodRow, fromUs: number, untilUs: number): Line[] {
  const { events, pods } = state;
  const identity = pods.identity[pod];
  const lines: Line[] = [];
  for (let index = events.length - 1; index >= 0 && events.recordedAt[index] >= fromUs; index -= 1) {
    if (events.subject[index] !== EventSubject.Pod || events.podOf(index) !== identity) continue;
    const { reason } = events.messages.get(events.message[index]);
    const atUs = events.recordedAt[index];
    if (PROBES.has(reason) && atUs <= untilUs) lines.push({ atUs, text: state.describeEvent(index).message });
  }
  return lines.reverse();
}

function written(lines: readonly Line[], { timestamps }: Wanted): string {
  return lines
    .map(({ atUs, text }) => `${timestamps ? `${microTimestamp(atUs)} ` : ''}${timestamp(atUs)} ${text}\n`)
    .join('');
}

function limited(text: string, bytes: number): string {
  return new TextEncoder().encode(text).length <= bytes ? text : text.slice(0, bytes);
}

function wantedOf(exchange: Exchange, nowUs: number): Wanted {
  const sinceSeconds = numberOf(exchange, 'sinceSeconds', 1);
  const sinceTime = exchange.query('sinceTime');
  const sinceTimeUs = sinceTime === '' ? undefined : (Date.parse(sinceTime) / 1000 - CALENDAR_START_SECONDS) * 1e6;
  if (sinceTimeUs !== undefined && Number.isNaN(sinceTimeUs)) {
    throw badRequest(`sinceTime: expected a time like "2026-01-31T12:00:00Z", got "${sinceTime}"`);
  }
  return {
    previous: exchange.flag('previous'),
    fromUs: sinceSeconds === undefined ? (sinceTimeUs ?? 0) : nowUs - sinceSeconds * 1e6,
    tail: numberOf(exchange, 'tailLines', 0) ?? Infinity,
    timestamps: exchange.flag('timestamps'),
    limitBytes: numberOf(exchange, 'limitBytes', 1) ?? Infinity,
  };
}

function numberOf(exchange: Exchange, name: string, least: number): number | undefined {
  const text = exchange.query(name);
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  const message = `Invalid value: ${text}: must be greater than ${least === 0 ? 'or equal to ' : ''}0`;
  throw new Refusal(422, 'Invalid', `PodLogOptions "" is invalid: ${name}: ${message}`, {
    causes: [{ field: name, reason: 'FieldValueInvalid', message }],
  });
}
