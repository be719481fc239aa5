// What a balancer from outside is held to: it declares what it counts, and picks one of the endpoints that it is shown.
import { type Contract, type Fail, held, isBoolean, showNumber } from '../../lib/contract.ts';
import type { FamilyContract } from '../../lib/family.ts';
import type { Author } from '../../lib/plugin-error.ts';
import type { Balancer, BalancerContext, BalancerView } from './balancer.ts';
import type { Pool, PoolContext, Turn } from './pool.ts';

export const balancerContract: FamilyContract<BalancerContext, Balancer> = {
  nowUs: (context) => context.nowUs(),
  built: (_context, author) => {
    const view = new CheckedView();
    return {
      countsConnections: {
        ...isBoolean,
        required: true,
        take(value) {
          view.declare(value === true);
          return value;
        },
      },
      boardUs: {
        check: (value) => (Number.isInteger(value) && (value as number) > 0 ? undefined : 'whole microseconds above 0'),
        take(value) {
          view.hasBoard = true;
          return value;
        },
      },
      pool: {
        call: (make, [context], fail) => held(make(readable(context, fail)), poolContract(author), author, 'pool'),
      },
      choose: {
        required: true,
        call(choose, [shown], fail) {
          const chosen = choose(view.of(shown, fail));
          if (Number.isInteger(chosen) && (chosen as number) >= 0 && (chosen as number) < shown.count)
            return chosen as number;
          return fail(`returned ${showNumber(chosen)}, expected the number of an endpoint, 0 to ${shown.count - 1}`);
        },
      },
    };
  },
};

/** What a pool chooses is one of the endpoints of its last update. */
function poolContract(author: Author): Contract<Pool> {
  let count = 0;
  return {
    update: {
      required: true,
      call(update, [endpoints]) {
        count = endpoints.length;
        update(Object.freeze([...endpoints]));
      },
    },
    choose: {
      required: true,
      call(choose, args) {
        const turn = choose(...args);
        return turn === undefined ? undefined : held(turn, turnContract(count), author, 'choose');
      },
    },
  };
}

const turnContract = (count: number): Contract<Turn> => ({
  endpoint: {
    required: true,
    check: (value) =>
      Number.isInteger(value) && (value as number) >= 0 && (value as number) < count
        ? undefined
        : `the number of an endpoint, 0 to ${count - 1}`,
  },
  ended: { required: true },
});

function readable({ nowUs, random, zone }: PoolContext, fail: Fail): PoolContext {
  return {
    nowUs,
    random(n) {
      if (!Number.isInteger(n) || n < 1 || n > 2 ** 31)
        fail(`called context.random(${showNumber(n)}), expected a whole number of 1 to 2^31`);
      return random(n);
    },
    zone,
  };
}

/** The view, with every question to it checked. One is used for all calls. */
class CheckedView implements BalancerView {
  hasBoard = false;
  #view: BalancerView | undefined;
  #fail: Fail | undefined;
  #counts = true;

  of(view: BalancerView, fail: Fail): this {
    this.#view = view;
    this.#fail = fail;
    return this;
  }

  get count(): number {
    return this.#shown.count;
  }

  random(n: number): number {
    if (!Number.isInteger(n) || n < 1)
      this.#stop(`called view.random(${showNumber(n)}), expected a whole number from 1 on`);
    return this.#shown.random(n);
  }

  open(i: number): number {
    if (!this.#counts) this.#stop('called view.open without `countsConnections: true`');
    return this.#shown.open(this.#endpoint('open', i));
  }

  reported(i: number): number {
    this.#needBoard('reported');
    return this.#shown.reported(this.#endpoint('reported', i));
  }

  sent(i: number): number {
    this.#needBoard('sent');
    return this.#shown.sent(this.#endpoint('sent', i));
  }

  get memory(): number {
    return this.#shown.memory;
  }

  set memory(value: number) {
    if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
      this.#stop(`set view.memory to ${showNumber(value)}, expected a whole number of 32 bits`);
    }
    this.#shown.memory = value;
  }

  /** Whether the balancer declared that it counts connections. */
  declare(counts: boolean): void {
    this.#counts = counts;
  }

  get #shown(): BalancerView {
    return this.#view ?? this.#stop('used a view after its call');
  }

  #needBoard(method: string): void {
    if (!this.hasBoard) this.#stop(`called view.${method} without \`boardUs\``);
  }

  #endpoint(method: string, i: number): number {
    const { count } = this.#shown;
    if (Number.isInteger(i) && i >= 0 && i < count) return i;
    return this.#stop(`called view.${method}(${showNumber(i)}), expected an endpoint, 0 to ${count - 1}`);
  }

  #stop(what: string): never {
    if (this.#fail === undefined) throw new Error(what);
    return this.#fail(what);
  }
}
