// What a run of a model is, and the figures that are read off it.
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import type { Wanted } from './probe.ts';
import { type Figure, meanOver, quantileUs, type Sample } from './sample.ts';
import {
  exponential,
  fleet,
  lognormal,
  MANY,
  type SourceOptions,
  type Station,
  station,
  time,
  UNIT_US,
} from './scenarios.ts';

/** One run, from which any number of figures is read. */
export interface RunSpec {
  /** Equal for equal runs; it is also the seed. */
  readonly key: string;
  readonly load: () => LoadedScenario;
  /** Undefined for a fleet of machines. */
  readonly wanted: Wanted | undefined;
  /** In units of theory's time: what is left out at the beginning, and the shortest batch. */
  readonly warmup: number;
  readonly batch: number;
  /** Requests, or failures of machines, per unit of time. */
  readonly rate: number;
  /** Requests, or failures, at least and at most. */
  readonly atLeast: number;
  readonly atMost: number;
  /** Requests without which its figures and their errors mean nothing, where these are very many. */
  readonly needs?: number;
  /** Quantities of known mean that explain a part of the noise. */
  readonly controls?: readonly { readonly figure: Figure; readonly mean: number }[];
}

/** How a value of the tables is measured: the run and the figure; or why there is none. */
export type Measurement =
  | { readonly run: RunSpec; readonly figure: Figure; readonly judged?: false; readonly because?: string }
  | { readonly run: undefined; readonly because: string };

export interface Params {
  readonly [name: string]: number | string;
}

/** What may be planted into a model: all services take so much longer, another order of waiting, another balancer. */
export interface Planted {
  readonly stretch?: number;
  readonly order?: string;
  readonly balancer?: unknown;
}

export const CUSTOMERS = 'customers';

export const none = (because: string): Measurement => ({ run: undefined, because });

// Runs

export interface QueueOptions extends Partial<Station> {
  readonly rate: number;
  /** Utilisation: how long what has happened is remembered. */
  readonly rho: number;
  readonly scv?: number;
  readonly wanted?: Wanted;
  readonly atMost?: number;
  readonly needs?: number;
  readonly atLeast?: number;
  readonly warmup?: number;
  readonly batch?: number;
  readonly controls?: RunSpec['controls'];
  readonly sources?: readonly SourceOptions[];
}

/** Relaxation time of M/M/1, as a multiple of the service time: 1/(1-√rho)² (Morse 1955). With more slots it is shorter. */
export function relaxation(rho: number, slots: number, scv: number): number {
  return Math.max(10, (1 + scv) / (1 - Math.sqrt(Math.min(rho, 0.999))) ** 2 / Math.min(slots, 50));
}

export function queueRun(key: string, of: QueueOptions, planted: Planted): RunSpec {
  const { rate, rho, scv = 1, wanted = { queues: true }, atMost = 6e7, atLeast = 0 } = of;
  const slots = of.slots ?? 1;
  const relaxed = relaxation(rho, slots, scv);
  const stretch = planted.stretch ?? 1;
  const full: Station = {
    pods: 1,
    slots,
    room: MANY,
    ...of,
    service: of.service ?? exponential(stretch),
    sources: of.sources ?? [{ name: CUSTOMERS, rate }],
    ...(planted.order === undefined ? {} : { order: planted.order }),
    ...(planted.balancer === undefined ? {} : { balancer: planted.balancer }),
  };
  return {
    key: `${key}${JSON.stringify(planted) === '{}' ? '' : JSON.stringify(planted)}`,
    load: () => station(key, full),
    wanted,
    warmup: of.warmup ?? 20 * relaxed,
    batch: of.batch ?? Math.max(5 * relaxed, 1000 / rate),
    rate,
    atLeast,
    atMost,
    ...(of.controls === undefined ? {} : { controls: of.controls }),
    ...(of.needs === undefined ? {} : { needs: of.needs }),
  };
}

export function fleetRun(
  key: string,
  machines: number,
  up: number,
  repair: number,
  crews: number | undefined,
  atLeast = 2e5,
): RunSpec {
  const rate = machines / (up + repair);
  return {
    key,
    load: () => fleet(key, { machines, up, repair, crews }),
    wanted: undefined,
    warmup: 5 * up,
    batch: Math.max(2000 / rate, 20 * repair),
    rate,
    atLeast,
    atMost: 4e6,
  };
}

// Figures

export const units = (us: number): number => us / UNIT_US;
export const ratio =
  (part: string, whole: string): Figure =>
  (sample) =>
    sample.sum(part) / sample.sum(whole);
export const meanTime =
  (of: string): Figure =>
  (sample) =>
    units(sample.sum(`time of ${of} sum`) / sample.sum(`time of ${of} count`));
export const meanWait: Figure = (sample) => units(sample.sum('wait sum') / sample.sum('wait count'));
export const fractionOver =
  (name: string, holds: (value: number) => boolean): Figure =>
  (sample) =>
    meanOver(sample.histogram(name), (value) => (holds(value) ? 1 : 0));
const quantile =
  (name: string, q: number): Figure =>
  (sample) =>
    units(quantileUs(sample.histogram(name), q));
/** Requests that end well in a unit of time; the time of each of the pods is counted. */
export const served =
  (pods = 1): Figure =>
  (sample) =>
    (pods * sample.sum(`ok ${CUSTOMERS}`)) / units(totalTime(sample));

export function totalTime(sample: Sample): number {
  let total = 0;
  for (const weight of sample.histogram('level').values()) total += weight;
  return total;
}

/** Figures of one queue by their names in the tables. */
function queueFigure(metric: string, slots: number): Figure | undefined {
  const percent = /^(T|Wq)_p(\d\d)\.?(\d?)$/.exec(metric);
  if (percent !== null) {
    const q = Number(`0.${percent[2]}${percent[3]}`);
    return quantile(percent[1] === 'T' ? `time of ${CUSTOMERS}` : 'wait', q);
  }
  const atLeast = /^(?:s|P_n_ge_)(\d+)$/.exec(metric);
  if (atLeast !== null) return fractionOver('level', (level) => level >= Number(atLeast[1]));
  const level = (sample: Sample): number => meanOver(sample.histogram('level'), (value) => value);
  switch (metric) {
    case 'W':
      return meanTime(CUSTOMERS);
    case 'Wq':
    case 'Wq_AllenCunneen':
    case 'Wq_Sakasegawa':
      return meanWait;
    case 'L':
      return level;
    case 'Lq':
      return (sample) => meanOver(sample.histogram('level'), (value) => Math.max(0, value - slots));
    case 'sd':
      return (sample) => Math.sqrt(meanOver(sample.histogram('level'), (value) => value * value) - level(sample) ** 2);
    case 'P_wait':
      return ratio('waiting', 'arrived');
    case 'P_empty':
    case 'P0':
      return fractionOver('level', (value) => value === 0);
    case 'P_block':
    case 'B':
      return ratio(`overload ${CUSTOMERS}`, `begun ${CUSTOMERS}`);
    case 'thru':
    case 'carried':
      return served();
    default:
      return undefined;
  }
}

export function read(run: RunSpec, metric: string, slots = 1): Measurement {
  const figure = queueFigure(metric, slots);
  return figure === undefined ? none(`nothing measures ${metric}`) : { run, figure };
}

/** The law of service times by its name in the tables. */
export function law(name: string, stretch: number): { readonly service: unknown; readonly scv: number } {
  const mean = time(stretch);
  const erlang = /^E(\d)$/.exec(name);
  if (erlang !== null) return { service: { gamma: { shape: Number(erlang[1]), mean } }, scv: 1 / Number(erlang[1]) };
  const scv = Number(/_cs(\d+)$/.exec(name)?.[1] ?? 1);
  if (name.startsWith('H2')) return { service: { hyperexponential: { mean, scv } }, scv };
  if (name.startsWith('LN')) return { service: lognormal(scv, stretch), scv };
  return name === 'D' ? { service: mean, scv: 0 } : { service: exponential(stretch), scv: 1 };
}

/** How a metric of a model is measured. */
export type Describe = (params: Params, metric: string, planted: Planted) => Measurement;
