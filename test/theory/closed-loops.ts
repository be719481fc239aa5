// Scenarios of the models in which users wait for answers: closed loops, and loss systems that are tried again.
import { finiteSource, mva, retrial } from './closed-networks.ts';
import { CUSTOMERS, type Describe, law, queueRun, ratio, read, served } from './runs.ts';
import { exponential, MANY, time } from './scenarios.ts';

/** So many users at a time; whoever is answered thinks. */
const loop = (count: number, think: unknown) => [{ name: CUSTOMERS, rate: 0, users: { count, think } }];

export const repairmen: Describe = ({ N, c, Z }, metric, planted) => {
  const users = Number(N);
  const slots = Number(c);
  const { throughput } = finiteSource(users, slots, Number(Z));
  // What has happened is forgotten as everybody has thought and been served a few times.
  const turn = users / throughput;
  const options = { rate: throughput, rho: 0.5, slots, sources: loop(users, exponential(Number(Z))) };
  const run = queueRun(
    `M/M/${c}//${N} ${Z}`,
    { ...options, warmup: 20 * turn, batch: Math.max(5 * turn, 1000) },
    planted,
  );
  return read(run, metric, slots);
};

export const sharedLoop: Describe = ({ N, Z, dist }, metric, planted) => {
  const users = Number(N);
  const { throughput } = finiteSource(users, 1, Number(Z));
  const turn = users / throughput;
  const { service } = law(String(dist), planted.stretch ?? 1);
  // Everybody thinks for the same time where the service is of the same length, too.
  const think = dist === 'M' ? exponential(Number(Z)) : { uniform: { min: 0, max: time(2 * Number(Z)) } };
  const options = {
    rate: throughput,
    rho: 0.5,
    slots: MANY,
    compute: 'podShared',
    service,
    sources: loop(users, think),
  };
  const key = `M/${dist}/1//${N}-PS ${Z}`;
  return read(queueRun(key, { ...options, warmup: 20 * turn, batch: Math.max(10 * turn, 1000) }, planted), metric);
};

/** Each user goes from one station to the other and back, and thinks before each. */
export const network: Describe = ({ N, Z, D1, D2 }, metric, planted) => {
  const users = Number(N);
  const { throughput } = mva(users, Number(Z), [Number(D1), Number(D2)]);
  const turn = users / throughput;
  const stretch = planted.stretch ?? 1;
  const sources = [
    {
      name: CUSTOMERS,
      rate: 0,
      users: { count: users, think: exponential(Number(Z) / 2), session: ['first', 'second'] },
      classes: [{ name: 'first' }, { name: 'second', to: 'second' }],
    },
  ];
  const options = {
    rate: 2 * throughput,
    rho: 0.5,
    service: exponential(Number(D1) * stretch),
    second: exponential(Number(D2) * stretch),
    sources,
    wanted: { queues: true },
  };
  const run = queueRun(
    `closed ${N} ${Z} ${D1} ${D2}`,
    { ...options, warmup: 20 * turn, batch: Math.max(10 * turn, 1000) },
    planted,
  );
  return metric === 'thru' ? { run, figure: served(2) } : read(run, metric);
};

/** A customer comes with an arrival, tries until there is room, and leaves with the answer. */
export const retrials: Describe = ({ c, a, nu }, metric, planted) => {
  const slots = Number(c);
  const rate = Number(a);
  const { orbit } = retrial(slots, rate, Number(nu));
  const users = { think: exponential(1 / Number(nu)), leave: 1, leaveAfterFailure: 0 };
  const sources = [{ name: CUSTOMERS, rate, users }];
  // The orbit fills and empties over the time that its customers spend there, and as slowly as a queue of that load.
  const slow = (1 + orbit / rate) / (1 - rate / slots);
  const options = { rate, rho: 0.5, slots, room: 0, sources, warmup: 30 * slow, batch: Math.max(20 * slow, 1000) };
  const run = queueRun(`M/M/${c}/${c} retrial ${a} ${nu}`, options, planted);
  if (metric === 'E_attempts') return { run, figure: ratio(`begun ${CUSTOMERS}`, `ok ${CUSTOMERS}`) };
  return read(run, metric, slots);
};
