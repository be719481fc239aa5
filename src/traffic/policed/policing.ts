// The policies of a run: both halves of calls with them, where any is used.
import type { Engine } from '../../engine/engine.ts';
import type { Family } from '../../lib/family.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallSites } from '../call-sites.ts';
import type { CallTable } from '../calls.ts';
import type { Policy, PolicyContext } from '../policies/policy.ts';
import type { TrafficSettings } from '../settings.ts';
import { AttemptNotes } from './attempt-notes.ts';
import { Places } from './places.ts';
import type { PolicedCallers } from './policed-callers.ts';
import { ServerChains } from './server-chains.ts';

export class Policing {
  readonly places: Places;
  callers: PolicedCallers | undefined;
  servers: ServerChains | undefined;

  /** Throws an InputError where a policy is wrong, before anything runs. */
  constructor(
    engine: Engine,
    family: Family<PolicyContext, Policy>,
    { traffic, behaviors, routePolicies }: TrafficSettings,
  ) {
    this.places = new Places(engine, family);
    for (const { name, policies } of traffic) for (const use of policies) this.places.check(name, use, 'caller');
    for (const { image, policies, calls } of behaviors) {
      for (const use of policies) this.places.check(image, use, 'server');
      for (const call of calls) for (const use of call.policies) this.places.check(image, use, 'caller');
    }
    for (const { name, policies } of routePolicies) for (const use of policies) this.places.check(name, use, 'caller');
  }

  govern(
    engine: Engine,
    calls: CallTable,
    sites: CallSites,
    behaviors: Behaviors,
    callers: PolicedCallers,
  ): ServerChains {
    this.callers = callers;
    this.servers = new ServerChains(
      engine,
      this.places,
      behaviors,
      new AttemptNotes(engine, calls, sites),
      callers.notes,
    );
    return this.servers;
  }

  /** A process of the pod starts. */
  started(pod: PodRow): void {
    this.callers?.chains.forget(pod);
    this.servers?.forget(pod);
  }
}

/** Whether the scenario has any policy. */
export function hasPolicies({ traffic, behaviors, routePolicies }: TrafficSettings): boolean {
  return (
    routePolicies.length > 0 ||
    traffic.some(({ policies }) => policies.length > 0) ||
    behaviors.some(({ policies, calls }) => policies.length > 0 || calls.some((call) => call.policies.length > 0))
  );
}
