// What a policy from outside is held to: answers that are times or one of the two words, true or false, and a subset of the endpoints.
import { type Contract, type FieldRule, held, showNumber, type MethodRule } from '../../lib/contract.ts';
import type { FamilyContract } from '../../lib/family.ts';
import { type Author, PluginError } from '../../lib/plugin-error.ts';
import { show } from '../../lib/show.ts';
import type { EndpointSubset } from '../../model/endpoints.ts';
import {
  type Attempt,
  type Fallback,
  type Hedging,
  type Policy,
  type PolicyContext,
  REJECTED,
  WAITS,
} from './policy.ts';

const isDelay = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Number.MAX_SAFE_INTEGER;

const verdict: MethodRule<[Attempt], number> = {
  call(method, args, fail) {
    const answer = method(...args);
    if (isDelay(answer) || answer === REJECTED || answer === WAITS) return answer;
    return fail(
      `returned ${showNumber(answer)}, expected microseconds to wait, ${REJECTED} for no, or ${WAITS} to wait for resume`,
    );
  },
};

/** With an endpoint chosen, an attempt goes, waits for a connection, or does not go. */
const connection: MethodRule<[Attempt], number> = {
  call(method, args, fail) {
    const answer = method(...args);
    if (answer === 0 || answer === REJECTED || answer === WAITS) return answer;
    return fail(
      `returned ${showNumber(answer)}, expected 0 for yes, ${REJECTED} for no, or ${WAITS} to wait for resume`,
    );
  },
};

const yesOrNo = <Args extends readonly unknown[]>(): MethodRule<Args, boolean> => ({
  call(method, args, fail) {
    const answer = method(...args);
    return typeof answer === 'boolean' ? answer : fail(`returned ${showNumber(answer)}, expected true or false`);
  },
});

const notified: MethodRule<[Attempt], void> = {
  call(method, args) {
    method(...args);
  },
};

/** Of a time: Infinity is none. */
const limit: FieldRule = {
  check: (value) => (isDelay(value) || value === Infinity ? undefined : 'microseconds from 0 on'),
};

const count: MethodRule<[], number> = {
  call(method, args, fail) {
    const answer = method(...args);
    return typeof answer === 'number' && answer >= 0
      ? answer
      : fail(`returned ${showNumber(answer)}, expected a number from 0 on`);
  },
};

const delay: FieldRule = { check: (value) => (isDelay(value) ? undefined : 'microseconds from 0 on') };

const hedgingContract: Contract<Hedging> = {
  attempts: {
    required: true,
    check: (value) => (Number.isInteger(value) && (value as number) >= 1 ? undefined : 'a whole number from 1 on'),
  },
  delayUs: { ...delay, required: true },
  isFatal: { ...yesOrNo<[number]>(), required: true },
};

const fallbackContract: Contract<Fallback> = {
  takesUs: { ...delay, required: true },
  covers: { ...yesOrNo<[number]>(), required: true },
};

/** An object with parts of its own. */
function nested<Part extends object>(contract: Contract<Part>, author: Author): FieldRule {
  return { check: () => undefined, take: (value) => held(value, contract, author) };
}

function isAmong({ number, pods }: EndpointSubset, given: EndpointSubset): boolean {
  const known = new Set<number>(given.pods);
  return number === given.number && pods.every((pod) => known.has(pod));
}

export const policyContract: FamilyContract<PolicyContext, Policy> = {
  nowUs: (context) => context.nowUs(),
  built: (_context, author) => {
    return {
      begun: notified,
      admit: verdict,
      connects: connection,
      withdrawn: notified,
      ended: notified,
      gaveUp: notified,
      concluded: notified,
      mayRetry: yesOrNo(),
      retries: yesOrNo(),
      serves: yesOrNo(),
      needsQueue: { check: (value) => (value === true ? undefined : 'true, or nothing') },
      retryUs: {
        call(method, args, fail) {
          const answer = method(...args);
          if (isDelay(answer) || answer === -1) return answer;
          return fail(`returned ${showNumber(answer)}, expected microseconds, or -1 for no more attempts`);
        },
      },
      uses: {
        call(method, args, fail) {
          const answer = method(...args) as EndpointSubset | undefined;
          if (typeof answer === 'object' && isAmong(answer, args[0])) return answer;
          return fail('returned something else than some of the endpoints that it was given');
        },
      },
      waitsUs: limit,
      deadlineUs: limit,
      hedging: nested(hedgingContract, author),
      fallback: nested(fallbackContract, author),
      state: count,
      limit: count,
      ejectedEndpoints: count,
      used: count,
      bound: count,
    };
  },
  context: (context, author) => {
    const row = (method: string, value: unknown, what: string): void => {
      if (Number.isInteger(value) && (value as number) >= 0) return;
      throw new PluginError(author, method, `was given ${showNumber(value)}, expected ${what}`);
    };
    return {
      ...context,
      resume(ticket) {
        row('resume', ticket, 'the ticket of an attempt that waits');
        context.resume(ticket);
      },
      refuse(ticket) {
        row('refuse', ticket, 'the ticket of an attempt that waits');
        context.refuse(ticket);
      },
      ejected(endpoint, reason, times) {
        row('ejected', endpoint, 'the endpoint of an attempt');
        row('ejected', times, 'how often it was ejected');
        if (typeof reason !== 'string')
          throw new PluginError(author, 'ejected', `was given the reason ${show(reason)}, expected a text`);
        context.ejected(endpoint, reason, times);
      },
      returned(endpoint) {
        row('returned', endpoint, 'the endpoint of an attempt');
        context.returned(endpoint);
      },
    };
  },
};
