// Queues of a broker: every message is consumed once by each group, however consumers come and go, and waits as theory says.
import { describe, expect, it } from 'vitest';
import type { BrokerSpec, ConsumerGroup, MessageQueueSpec } from '../../src/model/settings/message-queues.ts';
import type { Brokers } from '../../src/traffic/message-queues/brokers.ts';
import { MessageList } from '../../src/traffic/message-queues/message-list.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { mmc } from '../theory/formulas.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;
const exponential = (mean: number) => ({ type: 'exponential', mean }) as const;

function group(more: Partial<ConsumerGroup> = {}): ConsumerGroup {
  return {
    name: 'workers',
    namespace: 'default',
    image: 'worker',
    batch: 1,
    latency: constant(0),
    maxDeliveries: Infinity,
    assignor: 'range',
    rebalanceUs: 3e6,
    staticMembership: false,
    sessionTimeoutUs: 10e6,
    ...more,
  };
}

interface Options {
  readonly broker?: Partial<BrokerSpec>;
  readonly rate: string | undefined;
  readonly partitions?: number;
  readonly workers: number;
  readonly groups?: readonly ConsumerGroup[];
  readonly worker?: Parameters<typeof behavior>[1];
}

function rigOf({ broker, rate, partitions = 0, workers, groups = [group()], worker = {} }: Options): TrafficRig {
  const arrivals = rate === undefined ? undefined : { name: 'poisson', args: { rate } };
  const kept: BrokerSpec = {
    namespace: 'default',
    image: 'kafka',
    replicas: 3,
    acks: 'all',
    minInSync: 1,
    replicationLagUs: 0,
    failoverUs: 9e6,
    deliveryTimeoutUs: 120e6,
    ...broker,
  };
  const queue: MessageQueueSpec = {
    name: 'orders',
    partitions,
    arrivals,
    startUs: 0,
    groups,
    ...(broker === undefined ? {} : { broker: kept }),
  };
  return new TrafficRig({
    services: { worker: workers, web: 1, db: 1, ...(broker === undefined ? {} : { kafka: 3 }) },
    behaviors: [
      behavior('worker', { service: exponential(100_000), concurrency: 1, queue: 100, ...worker }),
      {
        ...behavior('web', { service: constant(1000), concurrency: 1000, errorRate: 0.2 }),
        publishes: [{ queue: 'orders', count: 3, probability: 0.5 }],
      },
      behavior('db', { service: constant(1000), concurrency: 1000 }),
      behavior('kafka', { compute: 'podShared', processors: 1 }),
    ],
    traffic: rate === undefined ? [source('people', 'web', '100/s', { stopUs: 60e6 })] : [],
    messageQueues: [queue],
  });
}

const groupOf = (rig: TrafficRig, index = 0) => {
  const found = rig.traffic.messageQueues?.groups[index];
  if (found === undefined) throw new Error('no group');
  return found;
};
const podsOf = (rig: TrafficRig) => (rig.pods.get('worker') ?? []) as PodRow[];

describe('competing consumers', () => {
  it.each([
    [1, 0.7],
    [4, 0.8],
  ])('%i of them are M/M/c at %d', (c, rho) => {
    const rig = rigOf({ rate: `${(10 * c * rho).toFixed(3)}/s`, workers: c });
    rig.engine.run(100e6);
    const group = groupOf(rig);
    const { count, sum } = group.durations;
    rig.engine.run(4000e6);
    rig.traffic.check();
    const mean = (group.durations.sum - sum) / (group.durations.count - count) / 100_000;
    // 27,000 and 125,000 messages: a standard error of 2.6 % and 1.3 %.
    expect(Math.abs(mean / mmc(c, rho).mean - 1)).toBeLessThan(c === 1 ? 0.1 : 0.05);
  });

  it('work on a batch at a time, and take the next one only after it', () => {
    // Ten messages of 0.1 s, one after the other: a second a batch, and 5 ms there; 20 batches of 1.005 s for 200 messages.
    const rig = rigOf({
      rate: '1000/s',
      workers: 1,
      groups: [group({ batch: 10, latency: constant(5000) })],
      worker: { service: constant(100_000) },
    });
    rig.engine.run(30e6);
    rig.traffic.check();
    expect(groupOf(rig).acknowledged).toBeGreaterThanOrEqual(290);
    expect(groupOf(rig).acknowledged).toBeLessThanOrEqual(298);
    expect(groupOf(rig).inFlight).toBeLessThanOrEqual(10);
  });
});

describe('a group whose every pod gets each message', () => {
  const everyPod = [group({ everyPod: true })];

  it('does everything as often as it has pods, one beside the other', () => {
    const rig = rigOf({
      rate: '5/s',
      workers: 3,
      groups: everyPod,
      worker: { service: constant(100_000), concurrency: 100 },
    });
    rig.engine.run(60e6);
    rig.traffic.check();
    const { copies, acknowledged, lag, durations } = groupOf(rig);
    expect(copies).toBe(3 * rig.traffic.messageQueues!.published[0]);
    expect(copies).toBeGreaterThan(750);
    expect(acknowledged + lag).toBe(copies);
    // Nobody waits for anybody: 0.1 s each.
    expect(durations.sum / durations.count).toBeCloseTo(100_000, 6);
  });

  it('draws the work of each copy by itself', () => {
    const rig = rigOf({
      rate: '5/s',
      workers: 2,
      groups: everyPod,
      worker: { service: exponential(100_000), concurrency: 100 },
    });
    const endedUs: number[] = [];
    const own = groupOf(rig);
    const ended = own.ended.bind(own);
    own.ended = (...of) => {
      endedUs.push(rig.engine.now);
      ended(...of);
    };
    rig.engine.run(20e6);
    expect(endedUs.length).toBeGreaterThan(150);
    expect(new Set(endedUs).size).toBeGreaterThan(0.99 * endedUs.length);
  });

  it('does what its dead pods had no more, and nothing while there is none', () => {
    const rig = rigOf({
      rate: '5/s',
      workers: 2,
      groups: everyPod,
      worker: { service: constant(2e6), concurrency: 100 },
    });
    rig.engine.run(10e6);
    for (const pod of podsOf(rig)) rig.kill(pod);
    const { copies, acknowledged } = groupOf(rig);
    rig.engine.run(20e6);
    rig.traffic.check();
    expect(groupOf(rig).copies).toBe(copies);
    expect(groupOf(rig).acknowledged).toBe(acknowledged);
    expect(groupOf(rig).lost).toBe(copies - acknowledged);
    expect(groupOf(rig).lost).toBeGreaterThan(10);
  });
});

describe('partitions', () => {
  it('are consumed in order, each by one member, whatever is left over', () => {
    const rig = rigOf({ rate: '50/s', partitions: 7, workers: 3, worker: { service: constant(10_000) } });
    rig.engine.run(2.9e6);
    expect(groupOf(rig).acknowledged).toBe(0);
    rig.engine.run(60e6);
    rig.traffic.check();
    expect(groupOf(rig).lag).toBeLessThan(10);
    // Three members joined at the same instant, before they were divided once.
    expect(groupOf(rig).rebalances).toBe(3);
  });

  it('rest while their consumer is dead and not missed; then what it had comes again', () => {
    const rig = rigOf({ rate: '40/s', partitions: 4, workers: 4, worker: { service: constant(20_000) } });
    rig.engine.run(30e6);
    expect(groupOf(rig).lag).toBeLessThan(10);
    const [pod] = podsOf(rig);
    rig.kill(pod);
    rig.engine.run(39.9e6);
    rig.traffic.check();
    // A quarter of 40 a second for ten seconds.
    expect(Math.abs(groupOf(rig).lag - 99)).toBeLessThan(25);
    expect(groupOf(rig).members).toBe(4);
    rig.engine.run(60e6);
    rig.traffic.check();
    expect(groupOf(rig).members).toBe(3);
    expect(groupOf(rig).lag).toBeLessThan(10);
  });

  it('are given up at once by one that is told to end', () => {
    const rig = rigOf({ rate: '40/s', partitions: 4, workers: 4, worker: { service: constant(20_000) } });
    rig.engine.run(30e6);
    rig.terminate(podsOf(rig)[0]);
    rig.engine.run(30.1e6);
    expect(groupOf(rig).members).toBe(3);
    // Three seconds of nobody, 40 a second.
    rig.engine.run(32.9e6);
    expect(Math.abs(groupOf(rig).lag - 116)).toBeLessThan(40);
    rig.engine.run(45e6);
    rig.traffic.check();
    expect(groupOf(rig).lag).toBeLessThan(10);
  });
});

it('each group gets every message; what fails comes again, and is given up after so many times', () => {
  const groups = [group(), group({ name: 'audit', image: 'db' }), group({ name: 'nobody', image: 'none' })];
  const rig = rigOf({
    rate: '20/s',
    workers: 3,
    groups: [group({ maxDeliveries: 3 }), ...groups.slice(1)],
    worker: { errorRate: 0.5, service: constant(10_000) },
  });
  rig.engine.run(500e6);
  rig.traffic.check();
  const published = rig.traffic.messageQueues?.published[0] ?? 0;
  const workers = groupOf(rig);
  expect(groupOf(rig, 1).acknowledged).toBeGreaterThan(published - 5);
  expect(groupOf(rig, 2).lag).toBe(published);
  // Three failures in a row: one in eight, of 10,000 ± 100.
  expect(Math.abs(workers.givenUp / published - 1 / 8)).toBeLessThan(0.015);
  // 1/2 + 1/4 come again.
  expect(Math.abs(workers.redelivered / published - 3 / 4)).toBeLessThan(0.03);
});

it('requests publish when they are answered without an error', () => {
  const rig = rigOf({ rate: undefined, workers: 100 });
  rig.engine.run(100e6);
  rig.traffic.check();
  const ok = rig.traffic.meters.total(0, 0);
  // 4,800 requests ± 70, half of them with three messages: ± 1.5 %.
  expect(Math.abs((rig.traffic.messageQueues?.published[0] ?? 0) / ok - 1.5)).toBeLessThan(0.09);
  expect(groupOf(rig).lag).toBe(0);
});

it.each([
  [0, 1],
  [5, 4],
])('conserves messages whatever dies: %i partitions, batches of %i', (partitions, batch) => {
  const rig = new TrafficRig({
    nodes: 3,
    services: { worker: 5, db: 2 },
    behaviors: [
      behavior('worker', { service: exponential(30_000), concurrency: 2, queue: 10, errorRate: 0.1 }, [
        call('db', { timeoutUs: 50_000 }),
      ]),
      behavior('db', { service: exponential(10_000), concurrency: 2 }),
    ],
    traffic: [],
    messageQueues: [
      {
        name: 'orders',
        partitions,
        arrivals: { name: 'poisson', args: { rate: '60/s' } },
        startUs: 0,
        groups: [group({ batch, sessionTimeoutUs: 150_000, rebalanceUs: 50_000 })],
      },
    ],
  });
  const pods = podsOf(rig);
  for (let i = 1; i <= 400; i += 1) {
    rig.engine.run(i * 100_000);
    rig.traffic.check();
    const pod = pods[(i * 7) % pods.length];
    if (i % 3 === 0) rig.kill(pod);
    else if (i % 7 === 0) rig.terminate(pod);
    else rig.start(pod);
    if (i === 150) rig.crashNode(1 as never);
  }
  expect(groupOf(rig).acknowledged).toBeGreaterThan(40);
  expect(groupOf(rig).redelivered).toBeGreaterThan(8);
});

it('a list keeps its order as it grows and as messages come again', () => {
  const list = new MessageList();
  const expected: number[] = [];
  for (let i = 0; i < 500; i += 1) {
    list.push(i, i, -1);
    expected.push(i);
    if (i % 3 === 0) {
      expect(list.ordinal).toBe(expected[0]);
      list.shift();
      expected.shift();
    }
    if (i % 11 === 0) {
      list.putBack(-i, 1000 + i, 1, -1);
      expected.unshift(1000 + i);
    }
    expect(list.length).toBe(expected.length);
  }
  for (const ordinal of expected) {
    expect(list.ordinal).toBe(ordinal);
    list.shift();
  }
});

describe('messages with keys', () => {
  const keyed = (hotShare: number) => {
    const hot = hotShare === 0 ? [] : [{ share: hotShare, keys: 1, fromUs: 0, untilUs: Infinity }];
    return new TrafficRig({
      services: { worker: 4 },
      behaviors: [behavior('worker', { service: constant(20_000), concurrency: 1, queue: 100 })],
      traffic: [],
      messageQueues: [
        {
          name: 'orders',
          partitions: 8,
          arrivals: { name: 'poisson', args: { rate: '100/s' } },
          startUs: 5e6,
          keys: { count: 1e6, zipf: 0, hot },
          groups: [group()],
        },
      ],
    });
  };

  it('that are all alike are spread over partitions: four workers have room for 200 a second', () => {
    const rig = keyed(0);
    rig.engine.run(120e6);
    rig.traffic.check();
    expect(groupOf(rig).lag).toBeLessThan(20);
  });

  it('go to one partition, and so to one consumer: a hot key has room for 50 a second, whoever else is idle', () => {
    const rig = keyed(0.8);
    rig.engine.run(105e6);
    rig.traffic.check();
    // 80 a second for a worker that does 50, less what it does of other partitions: 30 a second and more for 100 s.
    const { lag, partitionLag } = groupOf(rig);
    expect(partitionLag).toBeGreaterThan(2800);
    expect(lag - partitionLag).toBeLessThan(1000);
  });
});

it.each([
  ['all', 0],
  ['leader', 1],
] as const)('brokers that die, with acks %s: conserves messages, and loses some only with leader', (acks, loses) => {
  const rig = new TrafficRig({
    services: { worker: 3, kafka: 3 },
    behaviors: [behavior('worker', { service: exponential(100_000), concurrency: 1, queue: 100 })],
    traffic: [],
    messageQueues: [
      {
        name: 'orders',
        partitions: 6,
        arrivals: { name: 'poisson', args: { rate: '60/s' } },
        startUs: 0,
        broker: {
          namespace: 'default',
          image: 'kafka',
          replicas: 2,
          acks,
          minInSync: 1,
          replicationLagUs: 500_000,
          failoverUs: 1e6,
          deliveryTimeoutUs: 120e6,
        },
        groups: [group({ rebalanceUs: 50_000 })],
      },
    ],
  });
  const kafka = (rig.pods.get('kafka') ?? []) as PodRow[];
  for (let i = 1; i <= 200; i += 1) {
    rig.engine.run(i * 500_000);
    rig.traffic.check();
    const pod = kafka[Math.floor(i / 10) % 3];
    if (i % 10 === 3) rig.kill(pod);
    else if (i % 10 === 9) rig.start(pod);
  }
  const { acknowledged, lost } = groupOf(rig);
  expect(acknowledged).toBeGreaterThan(1000);
  if (loses === 0) expect(lost).toBe(0);
  else expect(lost).toBeGreaterThan(20);
});

describe('brokers that work', () => {
  const work = { publish: constant(2000), replicate: constant(1000), deliver: constant(500) };
  const kafka = (rig: TrafficRig): number[] => rig.pods.get('kafka') ?? [];
  const cpuUs = (rig: TrafficRig): number[] =>
    kafka(rig).map((pod) => rig.compute.podUs(pod as PodRow, rig.state.pods.epoch[pod]));

  it('use CPU for what they lead, copy and deliver', () => {
    const rig = rigOf({
      rate: '60/s',
      partitions: 3,
      workers: 3,
      broker: { work },
      worker: { service: constant(100) },
    });
    rig.engine.run(100e6);
    rig.traffic.check();
    const { published } = rig.traffic.messageQueues!;
    expect(published[0]).toBeGreaterThan(5700);
    // Of each message one broker leads, two copy, and the leader delivers: 4.5 ms in all, a third of it each.
    const all = cpuUs(rig);
    expect(all.reduce((sum, us) => sum + us, 0) / published[0] / 4500).toBeCloseTo(1, 2);
    for (const us of all) expect(us / (published[0] * 1500)).toBeCloseTo(1, 1);
  });

  it('take no more than their processors can, and lose nothing of what publishers then keep', () => {
    // Each has one processor, and 1.5 ms of work per message: 666 a second.
    const rig = rigOf({
      rate: '1000/s',
      partitions: 3,
      workers: 3,
      broker: { work },
      worker: { service: constant(100) },
    });
    rig.engine.run(10e6);
    rig.traffic.check();
    const [{ buffered, expired }] = rig.traffic.messageQueues!.brokers as [Brokers];
    const published = rig.traffic.messageQueues!.published[0];
    // Without what they deliver they would take 750 a second, with all of it 666.
    expect(published / 10).toBeLessThan(750);
    expect(published / 10).toBeGreaterThan(600);
    expect([Math.abs(published + buffered - 10_000) < 400, expired]).toEqual([true, 0]);
    for (const us of cpuUs(rig)) expect(us / 10e6).toBeGreaterThan(0.97);
  });

  it('conserve messages whatever dies', () => {
    const rig = rigOf({
      rate: '200/s',
      partitions: 3,
      workers: 3,
      broker: { work, failoverUs: 1e6 },
      worker: { service: constant(1000) },
    });
    for (let second = 1; second < 40; second += 1) {
      const pod = kafka(rig)[second % 3] as PodRow;
      rig.engine.run(second * 1e6);
      if (second % 2 === 1) rig.kill(pod);
      else for (const one of kafka(rig)) rig.start(one as PodRow);
      rig.traffic.check();
    }
    rig.engine.run(60e6);
    rig.traffic.check();
    const { acknowledged, lost, givenUp } = groupOf(rig);
    const { published } = rig.traffic.messageQueues!;
    expect([lost, givenUp]).toEqual([0, 0]);
    expect(acknowledged).toBeGreaterThan(published[0] - 10);
    expect(published[0]).toBeGreaterThan(11_500);
  });
});
