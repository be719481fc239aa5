// Status writes of pods: one at a time for each pod, whoever had its row before.
import { expect, it } from 'vitest';
import type { ApiServer } from '../api/server.ts';
import { Refused } from '../api/refused.ts';
import { RequestArena } from '../api/requests/arena.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import { StatusWriter } from './status-writer.ts';

const POD = 0 as PodRow;
const NODE = 0 as NodeRow;

/** A server that keeps what it is sent, and answers when it is told to. */
function setUp() {
  const pods = { capacity: 1, epoch: [4], alive: [1], node: [NODE], state: [0] };
  const sent: { readonly bits: number; readonly answer: (result: number) => void }[] = [];
  const requests = new RequestArena({ now: 0 });
  let reply: (token: number, result: number) => void = () => undefined;
  const api = {
    requests,
    state: { pods, nodes: { capacity: 1, spec: [{ name: 'node-0' }] } },
    reply(handler: typeof reply) {
      reply = handler;
      return 0;
    },
    limits: () => 0,
    submit(_bucket: number, request: number, _reply: number, token: number) {
      sent.push({ bits: requests.b[request], answer: (result) => reply(token, result) });
    },
  } as unknown as ApiServer;
  let bits = 0;
  const truth = { statusBits: () => bits, restartsOf: () => 0, reasonOf: () => '', messageOf: () => '' };
  const writer = new StatusWriter(api, truth, { qps: 1, burst: 1 }, () => false);
  return {
    pods,
    sent,
    write: (next: number): void => {
      bits = next;
      writer.write(POD, NODE);
    },
  };
}

it('what changes meanwhile is written when the answer is there', () => {
  const { sent, write } = setUp();
  write(0);
  write(1);
  write(2);
  expect(sent.map(({ bits }) => bits)).toEqual([0]);
  sent[0].answer(0);
  expect(sent.map(({ bits }) => bits)).toEqual([0, 2]);
});

it('the answer to a pod that had the row before is none to the pod that has it now', () => {
  const { pods, sent, write } = setUp();
  write(0);
  pods.epoch[0] = 5;
  write(0);
  write(1);
  // The pod of before is gone. The second write is still on its way: a third one beside it could be committed before it.
  sent[0].answer(Refused.NotFound);
  expect(sent.map(({ bits }) => bits)).toEqual([0, 0]);
  sent[1].answer(0);
  expect(sent.map(({ bits }) => bits)).toEqual([0, 0, 1]);
});

it('one that was overtaken is made anew', () => {
  const { sent, write } = setUp();
  write(1);
  sent[0].answer(Refused.Conflict);
  expect(sent.map(({ bits }) => bits)).toEqual([1, 1]);
  sent[1].answer(0);
  expect(sent).toHaveLength(2);
});
