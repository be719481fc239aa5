// HOLD and M/M/1 on this engine: handlers of two ints through the handler table, the digest on.
import { Engine } from '../../src/engine/engine.ts';
import { contest, type Run } from './contestant.ts';

function hold(delaysUs: Float64Array, pending: number): Run {
  const engine = new Engine({ seed: 1 });
  let draw = 0;
  let left = 0;
  // Four kinds with a handler each: one alone would be inlined into the loop, which does not happen to a real model.
  const handlers = [
    (a: number, b: number) => {
      engine.after(delaysUs[draw++ & 0xffff], kinds[(a + draw) & 3], a, b);
      if (--left === 0) engine.stop();
    },
    (a: number, b: number) => {
      engine.after(delaysUs[draw++ & 0xffff], kinds[(a + draw) & 3], a, b);
      if (--left === 0) engine.stop();
    },
    (a: number, b: number) => {
      engine.after(delaysUs[draw++ & 0xffff], kinds[(a + draw) & 3], a, b);
      if (--left === 0) engine.stop();
    },
    (a: number, b: number) => {
      engine.after(delaysUs[draw++ & 0xffff], kinds[(a + draw) & 3], a, b);
      if (--left === 0) engine.stop();
    },
  ];
  const kinds = handlers.map((handler, number) => engine.kind(`hold ${number}`, handler));
  for (let i = 0; i < pending; i++) engine.after(delaysUs[draw++ & 0xffff], kinds[i & 3], i, 0);
  return {
    advance(events) {
      left = events;
      engine.run(Number.MAX_SAFE_INTEGER);
    },
    now: () => engine.now,
  };
}

function mm1(delaysUs: Float64Array): Run {
  const engine = new Engine({ seed: 1 });
  let draw = 0;
  let present = 0;
  let left = 0;
  const arrive = engine.kind('arrive', () => {
    engine.after(delaysUs[draw++ & 0xffff], arrive, 0, 0);
    if (present++ === 0) engine.after(0.75 * delaysUs[draw++ & 0xffff], depart, 0, 0);
  });
  const depart: number = engine.kind('depart', () => {
    if (--present > 0) engine.after(0.75 * delaysUs[draw++ & 0xffff], depart, 0, 0);
    if (--left === 0) engine.stop();
  });
  engine.after(0, arrive, 0, 0);
  return {
    advance(customers) {
      left = customers;
      engine.run(Number.MAX_SAFE_INTEGER);
    },
    now: () => engine.now,
  };
}

contest((model, delaysUs, pending) => (model === 'hold' ? hold(delaysUs, pending) : mm1(delaysUs)));
