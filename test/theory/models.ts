// Which scenario is which model of the tables.
import { network, repairmen, retrials, sharedLoop } from './closed-loops.ts';
import type { Wanted } from './probe.ts';
import {
  CUSTOMERS,
  type Describe,
  fleetRun,
  fractionOver,
  law,
  meanTime,
  meanWait,
  type Measurement,
  none,
  type Params,
  type Planted,
  queueRun,
  ratio,
  read,
  relaxation,
  type RunSpec,
  totalTime,
  units,
} from './runs.ts';
import { type Figure, meanOver, type Sample } from './sample.ts';
import { exponential, MANY, type Station, time, UNIT_US } from './scenarios.ts';

export function measurement(model: string, params: Params, metric: string, planted: Planted = {}): Measurement {
  const of = MODELS[model];
  return of === undefined ? none('there is no scenario for this model') : of(params, metric, planted);
}

const mm1: Describe = ({ lam }, metric, planted) => {
  const rho = Number(lam);
  // At 0.99 one run of four pods, each an M/M/1 of its own, serves every table that has it.
  return rho > 0.98
    ? split({ lam }, metric, planted)
    : read(queueRun(`M/M/1 ${rho}`, { rate: rho, rho }, planted), metric);
};

/** Random balancing splits a Poisson process into Poisson processes: each pod is M/M/1. */
const split: Describe = ({ lam }, metric, planted) => {
  const rho = Number(lam);
  if (rho > 0.995) return none('a relative standard error of 1 % needs 4e10 requests (4.4/(1-rho)² / 0.01²)');
  const pods = 4;
  // 1 % at 0.99 takes 4.4e8 requests; a batch is a few relaxation times of 4e4.
  const long = rho > 0.98 ? { atMost: 9e8, needs: 1e8, warmup: 4e5, batch: 1e5 } : {};
  return read(queueRun(`Random ${pods} pods ${rho}`, { rate: pods * rho, rho, pods, ...long }, planted), metric);
};

const mmc: Describe = ({ c, rho }, metric, planted) => {
  const slots = Number(c);
  const run = queueRun(`M/M/${c} ${rho}`, { rate: slots * Number(rho), rho: Number(rho), slots }, planted);
  return read(run, metric, slots);
};

const loss: Describe = ({ c, a }, metric, planted) => {
  const slots = Number(c);
  const run = queueRun(`M/M/${c}/${c} ${a}`, { rate: Number(a), rho: 0.5, slots, room: 0 }, planted);
  return read(run, metric, slots);
};

const mmck: Describe = ({ c, K, lam }, metric, planted) => {
  const slots = Number(c);
  const rho = Math.min(0.9, Number(lam) / slots);
  const run = queueRun(`M/M/${c}/${K} ${lam}`, { rate: Number(lam), rho, slots, room: Number(K) - slots }, planted);
  return read(run, metric, slots);
};

const mg1: Describe = ({ rho, dist }, metric, planted) => {
  const { service, scv } = law(String(dist), planted.stretch ?? 1);
  const rate = Number(rho);
  const heavy = scv > 1;
  const controls = [
    { figure: (sample: Sample) => units(sample.sum('work') / sample.sum('arrived')), mean: 1 },
    { figure: (sample: Sample) => sample.sum('work²') / sample.sum('arrived') / UNIT_US ** 2, mean: 1 + scv },
    { figure: (sample: Sample) => sample.sum('arrived') / units(totalTime(sample)), mean: rate },
  ];
  const options = heavy ? { wanted: { queues: true, works: [] }, controls, atLeast: scv > 5 ? 4e6 : 0 } : {};
  return read(queueRun(`M/${dist}/1 ${rho}`, { rate, rho: rate, scv, service, ...options }, planted), metric);
};

const sharing: Describe = ({ rho, dist = 'M' }, metric, planted) => {
  const { service, scv } = law(String(dist), planted.stretch ?? 1);
  const rate = Number(rho);
  const bins = [
    ['T_of_x0_1', 0.1, 0, 0.2],
    ['T_of_x1', 1, 0.8, 1.2],
    ['T_of_x10', 10, 8, 1e9],
  ] as const;
  const works = bins.map(([, , low, high]) => [low * UNIT_US, high * UNIT_US] as const);
  const station = { rate, rho: rate, scv, service, slots: MANY, compute: 'podShared' };
  const run = queueRun(
    `M/${dist}/1-PS ${rho}`,
    { ...station, wanted: { queues: true, works }, warmup: 1e4, batch: Math.max(1e3, 5 * relaxation(rate, 1, scv)) },
    planted,
  );
  const bin = bins.findIndex(([name]) => name === metric);
  // The mean time of a request in proportion to its work is the same for all works: a bin of any width gives it.
  if (bin >= 0)
    return { run, figure: (sample) => (bins[bin][1] * sample.sum(`time ${bin}`)) / sample.sum(`work ${bin}`) };
  return read(run, metric);
};

const md1: Describe = ({ rho }, metric, planted) => mg1({ rho, dist: 'D' }, metric, planted);

const priorities: Describe = ({ lam1, lam2 }, metric, planted) => {
  const [kind, what] = metric.split('_');
  const order = kind === 'NP' ? 'priority' : 'preemptivePriority';
  const sources = [
    { name: 'urgent', rate: Number(lam1), priority: 1 },
    { name: 'patient', rate: Number(lam2), priority: 0 },
  ];
  const rate = Number(lam1) + Number(lam2);
  const options = { rate, rho: rate, order, sources, wanted: {} };
  const run = queueRun(`M/M/1 ${order} ${lam1} ${lam2}`, options, planted);
  const figure = meanTime(what.endsWith('1') ? 'urgent' : 'patient');
  return { run, figure: kind === 'NP' ? (sample) => figure(sample) - 1 : figure };
};

const approximation: Describe = ({ c, rho, ca2, cs2 }, metric, planted) => {
  const slots = Number(c);
  const rate = slots * Number(rho);
  const gap = ca2 === 1 ? {} : { gap: { hyperexponential: { mean: time(1 / rate), scv: ca2 } } };
  const { service, scv } = law(cs2 === 0 ? 'D' : `H2_cs${cs2}`, planted.stretch ?? 1);
  const sources = [{ name: CUSTOMERS, rate, ...gap }];
  const run = queueRun(
    `G/G/${c} ${rho} ${ca2} ${cs2}`,
    { rate, rho: Number(rho), scv: scv + Number(ca2), slots, service, sources },
    planted,
  );
  return { run, figure: meanWait, judged: false, because: 'the formula is an approximation: shown, not judged' };
};

const endless: Describe = ({ a }, metric, planted) =>
  read(queueRun(`M/M/inf ${a}`, { rate: Number(a), rho: 0.5, slots: MANY }, planted), metric);

const supermarket: Describe = ({ lam, d }, metric, planted) => {
  const rho = Number(lam);
  if (d === 1) return split({ lam }, metric, planted);
  if (rho > 0.995) {
    return none(
      'the limit of many pods needs n(1-lambda) >> 1, 1e5 pods, and a start-up of 10/(1-lambda): 1e9 requests and more',
    );
  }
  // What n pods are off by grows from level to level by d: at 1000 pods s3 of d=4 is 12 % too large.
  const pods = rho > 0.6 ? 10_000 : 1000;
  const options = {
    pods,
    rate: pods * rho,
    rho,
    balancer: { JoinShortestQueue: { choices: d } },
    warmup: Math.max(50, 8 / (1 - rho)),
    // The whole of the pods forgets within some 1/(1-lambda): shorter batches depend on each other.
    batch: Math.max(5, 2 / (1 - rho)),
  };
  return read(queueRun(`JSQ(${d}) ${pods} pods ${rho}`, options, planted), metric);
};

const jsq: Describe = ({ n, rho }, metric, planted) => {
  const found = balancer({ n, rho, policy: 'jsq', T: 0 }, metric, planted);
  // Both queues are empty.
  if (metric !== 'P_empty' || found.run === undefined) return found;
  return { run: found.run, figure: fractionOver('all', (value) => value === 0) };
};

const sparrow: Describe = ({ rho, m, d }, metric, planted) => {
  if (m !== 1) {
    return none(
      metric === 'batch'
        ? 'placing the tasks of one job together (batch sampling) is no part of balancing requests'
        : 'the chance is below 1e-7: nobody can wait for it',
    );
  }
  const { run } = (metric === 'random' ? split : supermarket)({ lam: rho, d }, 'P_wait', planted);
  const waits = ratio('waiting', 'arrived');
  return run === undefined ? none('not simulated') : { run, figure: (sample) => 1 - waits(sample) };
};

const roundRobin: Describe = ({ n, rho }, metric, planted) => balancer({ n, rho, policy: 'rr', T: 0 }, metric, planted);

const balancer: Describe = ({ n, rho, policy, T }, metric, planted) => {
  const pods = Number(n);
  const refresh = time(Number(T));
  const members: { readonly [name: string]: unknown } = {
    D2: { JoinShortestQueue: { choices: 2 } },
    D3: { JoinShortestQueue: { choices: 3 } },
    jsq: 'JoinShortestQueue',
    jiq: 'JoinIdleQueue',
    rr: 'RoundRobin',
    random: 'Random',
    stale: { LoadBoard: { refresh } },
    'stale+': { LoadBoard: { refresh, addOwn: true } },
    stale2: { LoadBoard: { refresh, choices: 2, replacement: true } },
  };
  const load = Number(rho);
  const alone = policy === 'rr' || policy === 'random';
  const options = {
    pods,
    rate: pods * load,
    rho: load,
    balancer: members[policy],
    // One balanced system of n pods forgets as a queue with n slots does.
    batch: Math.max(5 * relaxation(load, alone ? 1 : pods, 1), 2000 / pods, 10 * Number(T)),
    wanted: pods === 2 ? { queues: true, together: true } : {},
  };
  const name = `${policy} ${n} pods ${rho}${T === 0 ? '' : ` T ${T}`}`;
  return read(queueRun(name, options, planted), metric);
};

const repairs: Describe = ({ N, R, MTBF, MTTR }, metric) => {
  const machines = Number(N);
  const down: Figure = (sample) => meanOver(sample.histogram('down'), (value) => value);
  const run = fleetRun(`repair ${N} ${R} ${MTBF} ${MTTR}`, machines, Number(MTBF), Number(MTTR), Number(R));
  const figures: { readonly [name: string]: Figure } = {
    E_down: down,
    frac_up: (sample) => 1 - down(sample) / machines,
    P_all_up: fractionOver('down', (value) => value === 0),
    P_down_ge_2: fractionOver('down', (value) => value >= 2),
    repair_rate: (sample) => sample.sum('repairs') / units(sample.sum('time')),
    E_down_time: (sample) => units(sample.sum('outage')) / sample.sum('repairs'),
  };
  return { run, figure: figures[metric] };
};

const availability: Describe = ({ MTBF, MTTR }, metric) => {
  const machines = 100;
  const run = fleetRun(`availability ${MTBF} ${MTTR}`, machines, Number(MTBF), Number(MTTR), undefined);
  const down: Figure = (sample) => meanOver(sample.histogram('down'), (value) => value / machines);
  const minutes = 365.25 * 24 * 60;
  return { run, figure: metric === 'A' ? (sample) => 1 - down(sample) : (sample) => minutes * down(sample) };
};

const kOfN: Describe = ({ n, k, A }) => {
  const up = Number(A) / (1 - Number(A));
  const run = fleetRun(`k-of-n ${n} ${k} ${A}`, Number(n), up, 1, undefined);
  return { run, figure: fractionOver('down', (value) => value <= Number(n) - Number(k)) };
};

const jobs: Describe = ({ gpus, gpus_per_node, rf_per_1000_node_days: rf }) => {
  const machines = Number(gpus) / Number(gpus_per_node);
  // A machine that fails is replaced at once (in 36 ms).
  const run = fleetRun(`job ${gpus} ${rf}`, machines, 24_000 / Number(rf), 1e-5, undefined, 1e5);
  return {
    run: { ...run, warmup: 0, batch: 1000 / run.rate },
    figure: (sample) => units(sample.sum('time')) / sample.sum('failures'),
  };
};

const fanOut: Describe = ({ n, p_slow }, metric) => {
  const count = Number(n);
  const slow = Number(p_slow);
  const run = (what: string, fan: Station['fan']): RunSpec =>
    queueRun(
      `fan-out ${what} ${n}`,
      {
        rate: 1,
        rho: 0.5,
        slots: MANY,
        service: 0,
        ...(fan === undefined ? {} : { fan }),
        wanted: {},
        batch: 500,
        atLeast: 2e4,
      },
      {},
    );
  if (metric === 'E_max_exp')
    return { run: run('max', { count, service: exponential() }), figure: meanTime(CUSTOMERS) };
  if (metric === 'P_any_slow') {
    const values = Array.from({ length: Math.round(1 / slow) }, (_, i) => (i === 0 ? time(1) : time(0.01)));
    const late = fractionOver(`time of ${CUSTOMERS}`, (us) => us > UNIT_US / 2);
    return { run: run('slow', { count, service: { empirical: { values } } }), figure: late };
  }
  // Calls that meet the limit with this chance each, let 99 of 100 requests meet it.
  const errorRate = 1 - 0.99 ** (1 / count);
  const each: Figure = (sample) => ratio(`ok ${CUSTOMERS}`, `begun ${CUSTOMERS}`)(sample) ** (1 / count);
  return { run: run('each', { count, service: time(0.01), errorRate }), figure: each };
};

const tries: Describe = ({ p_fail, max_retries }, metric, planted) => {
  const sources = [{ name: CUSTOMERS, rate: 1, retries: Number(max_retries) }];
  const options = {
    rate: 1,
    rho: 0.5,
    slots: MANY,
    service: time(0.01),
    errorRate: Number(p_fail),
    sources,
    wanted: {},
  };
  const run = queueRun(`retries ${p_fail}`, { ...options, batch: 5000, warmup: 10 }, planted);
  return { run, figure: ratio(metric === 'E_attempts' ? 'attempts' : `error ${CUSTOMERS}`, `begun ${CUSTOMERS}`) };
};

/** Requests that only ask where they are placed: pods are never full. */
const placement = (count: number, picks: NonNullable<Wanted['picks']>) => ({
  rate: count,
  rho: 0.5,
  pods: count,
  slots: MANY,
  service: time(0.01),
  wanted: { picks },
  warmup: 1,
});

/** Draws until half of the pods, and until all, have been reached; then again. */
const coupons: Describe = ({ n }, metric, planted) => {
  const count = Number(n);
  const picks = () => {
    const seen = new Set<number>();
    let draws = 0;
    return (pod: number, into: Sample): void => {
      draws += 1;
      if (seen.has(pod)) return;
      seen.add(pod);
      if (seen.size === Math.ceil(count / 2)) into.add('half', draws);
      if (seen.size < count) return;
      into.add('draws', draws);
      into.add('rounds', 1);
      seen.clear();
      draws = 0;
    };
  };
  const run = queueRun(`coupon ${n}`, { ...placement(count, picks), batch: 40 * Math.log(count) }, planted);
  return { run, figure: ratio(metric === 'E_draws' ? 'draws' : 'half', 'rounds') };
};

const balls: Describe = ({ m, n }, metric, planted) => {
  const count = Number(n);
  const picks = () => {
    const bins = new Map<number, number>();
    let thrown = 0;
    return (pod: number, into: Sample): void => {
      bins.set(pod, (bins.get(pod) ?? 0) + 1);
      thrown += 1;
      if (thrown < Number(m)) return;
      into.add('throws', 1);
      into.add('most', Math.max(...bins.values()));
      into.add('empty', count - bins.size);
      bins.clear();
      thrown = 0;
    };
  };
  const run = queueRun(`balls ${m} ${n}`, { ...placement(count, picks), batch: 1000 }, planted);
  return { run, figure: ratio(metric === 'E_max' ? 'most' : 'empty', 'throws') };
};

const MODELS: { readonly [model: string]: Describe | undefined } = {
  'M/M/1': mm1,
  'M/M/c': mmc,
  'M/M/c/c': loss,
  'M/M/c/K': mmck,
  'M/G/1': mg1,
  'M/G/1-PS': sharing,
  'M/D/1': md1,
  'M/M/1-prio': priorities,
  'G/G/c approx': approximation,
  'M/M/inf': endless,
  supermarket,
  'supermarket-tail': supermarket,
  'JSQ n=2 (CTMC)': jsq,
  'Sparrow zero-wait': sparrow,
  availability,
  'k-of-n': kOfN,
  'machine repair': repairs,
  'job MTTF = 24/(nodes*rf/1000) h': jobs,
  'fan-out': fanOut,
  retries: tries,
  coupon: coupons,
  'balls-in-bins (random placement)': balls,
  'round robin n M/M/1 = E_n/M/1': roundRobin,
  balancer,
  'M/M/c//N': repairmen,
  'closed network': network,
  'M/G/1//N-PS': sharedLoop,
  'M/M/c/c retrial': retrials,
};
