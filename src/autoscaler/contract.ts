// What a node autoscaler from outside is held to: loops at an interval above 0, waiting for nothing but what `cluster` gives.
import type { Wait } from '../engine/script.ts';
import { type Fail, showNumber } from '../lib/contract.ts';
import type { FamilyContract } from '../lib/family.ts';
import { PluginError, thrown } from '../lib/plugin-error.ts';
import { show } from '../lib/show.ts';
import type { NodeGroup } from '../model/ports/cloud.ts';
import type { Steps } from './cluster/hands.ts';
import type { NodeAutoscaler, NodeAutoscalerContext } from './node-autoscaler.ts';

export const nodeAutoscalerContract: FamilyContract<NodeAutoscalerContext, NodeAutoscaler | undefined> = {
  nowUs: (context) => context.nowUs,
  mayBeNothing: true,
  built: () => ({
    intervalUs: {
      required: true,
      check: (value) =>
        typeof value === 'number' && Number.isInteger(value) && value > 0 ? undefined : 'whole microseconds above 0',
    },
    loop: {
      required: true,
      call(loop, args, fail) {
        const steps = loop(...args) as Partial<Iterator<unknown, void>> | undefined;
        if (steps === undefined) return undefined;
        if (typeof steps !== 'object' || typeof steps.next !== 'function') {
          return fail(`returned ${show(steps)}, expected nothing or a generator: \`*loop() { … }\``);
        }
        return guarded(steps as Iterator<unknown, void>, fail);
      },
    },
    whyKept: {
      about: (node) => `for node ${node}`,
      call(whyKept, args, fail) {
        const kept = whyKept(...args) as { readonly reason?: unknown } | undefined;
        if (kept === undefined) return undefined;
        const { reason } = typeof kept === 'object' && kept !== null ? kept : {};
        if (typeof reason !== 'string') return fail(`returned ${show(kept)}, expected nothing or { reason: 'why' }`);
        return { reason };
      },
    },
  }),
  context: (context, author) => ({
    get nowUs() {
      return context.nowUs;
    },
    get engine(): never {
      throw new PluginError(
        author,
        'create',
        'asked for context.engine, which is not for plugins: context.nowUs is the time',
      );
    },
    cluster: context.cluster,
    filters: context.filters,
    provider: {
      groups: context.provider.groups.map((group) => ({
        get id() {
          return group.id;
        },
        min: group.min,
        max: group.max,
        get target() {
          return group.target;
        },
        get instances() {
          return group.instances;
        },
        template: group.template,
        hourlyCost: group.hourlyCost,
        increase: (by) => group.increase(whole(by, 'increase')),
        decreaseTarget: (by) => group.decreaseTarget(whole(by, 'decreaseTarget')),
        deleteInstances: (names) => notOf(group, names) ?? group.deleteInstances(names),
      })),
      groupOf: (instance) => context.provider.groupOf(instance),
    },
  }),
};

function whole(by: unknown, method: string): number {
  if (Number.isInteger(by)) return by as number;
  throw new TypeError(`group.${method} was given ${showNumber(by)}, expected a number of machines`);
}

/** Why the names are not those of machines of the group. */
function notOf(group: NodeGroup, names: unknown): string | undefined {
  if (!Array.isArray(names))
    throw new TypeError(`group.deleteInstances was given ${show(names)}, expected a list of names of machines`);
  const other = names.find((name) => !group.instances.some((instance) => instance.name === name)) as unknown;
  return other === undefined ? undefined : `the group ${group.id} has no machine ${show(other)}`;
}

/** Steps of the plugin's: what it throws on its way is its fault. */
function* guarded(steps: Iterator<unknown, void>, fail: Fail): Steps {
  for (;;) {
    let step: IteratorResult<unknown, void>;
    try {
      step = steps.next();
    } catch (error) {
      if (error instanceof PluginError) throw error;
      return fail(thrown(error));
    }
    if (step.done === true) return;
    if (typeof step.value !== 'function') {
      fail(`yielded ${show(step.value)}, expected \`yield*\` of a method of \`cluster\``);
    }
    yield step.value as Wait;
  }
}
