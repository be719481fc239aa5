// What a policy from outside is held to: answers that are times or one of the two words, true or false, and a subset of the endpoints.
import { type FieldRule, showNumber, type MethodRule } from '../../lib/contract.ts';
import type { FamilyContract } from '../../lib/family.ts';
import type { EndpointSubset } from '../../model/endpoints.ts';
import { type Attempt, type Policy, type PolicyContext, REJECTED, WAITS } from './policy.ts';

const verdict: MethodRule<[Attempt], number> = {
  call(method, args, fail) {
    const answer = method(...args);
    if (typeof answer === 'number' && (answer >= 0 || answer === REJECTED || answer === WAITS)) return answer;
    return fail(
      `returned ${showNumber(answer)}, expected microseconds to wait, ${REJECTED} for no, or ${WAITS} to wait for resume`,
    );
  },
};

const yesOrNo = <Args extends readonly unknown[]>(): MethodRule<Args, boolean> => ({
  call(method, args, fail) {
    const answer = method(...args);
    return typeof answer === 'boolean' ? answer : fail(`returned ${showNumber(answer)}, expected true or false`);
  },
});

const told: MethodRule<[Attempt], void> = {
  call(method, args) {
    method(...args);
  },
};

const amount: FieldRule = {
  check: (value) => (typeof value === 'number' && value >= 0 ? undefined : 'a number from 0 on'),
};

const count: MethodRule<[], number> = {
  call(method, args, fail) {
    const answer = method(...args);
    return typeof answer === 'number' && answer >= 0
      ? answer
      : fail(`returned ${showNumber(answer)}, expected a number from 0 on`);
  },
};

const part: FieldRule = { check: (value) => (typeof value === 'object' ? undefined : 'an object') };

export const policyContract: FamilyContract<PolicyContext, Policy> = {
  nowUs: (context) => context.nowUs(),
  built: () => {
    return {
      begun: told,
      admit: verdict,
      connects: verdict,
      withdrawn: told,
      ended: told,
      gaveUp: told,
      concluded: told,
      mayRetry: yesOrNo(),
      serves: yesOrNo(),
      retryUs: {
        call(method, args, fail) {
          const answer = method(...args);
          if (typeof answer === 'number' && (answer >= 0 || answer === -1)) return answer;
          return fail(`returned ${showNumber(answer)}, expected microseconds, or -1 for no more attempts`);
        },
      },
      uses: {
        call(method, args, fail) {
          const answer = method(...args) as EndpointSubset | undefined;
          if (typeof answer === 'object' && answer.number === args[0].number) return answer;
          return fail('returned something else than some of the endpoints that it was given');
        },
      },
      waitsUs: amount,
      deadlineUs: amount,
      hedging: part,
      fallback: part,
      state: count,
      limit: count,
      ejectedEndpoints: count,
      used: count,
      bound: count,
    };
  },
};
