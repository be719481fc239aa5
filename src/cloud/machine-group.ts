// One group of rented machines: what has been asked for, what has come of it.
import type { Engine } from '../engine/engine.ts';
import type { Instance, NodeGroup, NodeTemplate } from '../model/ports/cloud.ts';
import type { NodeGroupSettings, ScaleUpFailure } from '../model/settings/node-groups.ts';

/** What is known of a group beside its machines. */
export interface GroupFacts {
  readonly id: string;
  /** What its nodes are, but for their names: one for each of its zones. */
  readonly templates: readonly NodeTemplate[];
  readonly hourlyCost: number;
  /** The names of its machines, by their ordinal. */
  name(ordinal: number): string;
}

/** Who books a machine's way to a node, and takes it away. */
export interface Machinist {
  made(instance: string, group: MachineGroup): void;
  ended(instance: string): void;
  /** Whether the provider refuses calls now. */
  refuses?(): boolean;
}

export class MachineGroup implements NodeGroup {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  /** Of the first zone, whichever the next machine would come to: so do providers tell of a group of several. */
  readonly template: NodeTemplate;
  readonly hourlyCost: number;
  target: number;
  readonly #engine: Engine;
  readonly #facts: GroupFacts;
  readonly #failures: readonly ScaleUpFailure[];
  readonly #machinist: Machinist;
  readonly #instances = new Map<string, Instance>();
  /** By machine: which of the group's zones it is in. */
  readonly #zones = new Map<string, number>();
  #made = 0;
  /** Machines that the provider has taken back. */
  reclaims = 0;

  /** `running`: machines that are there from the start. */
  constructor(
    engine: Engine,
    facts: GroupFacts,
    settings: Pick<NodeGroupSettings, 'min' | 'max' | 'failures'>,
    running: number,
    machinist: Machinist,
  ) {
    this.id = facts.id;
    this.min = settings.min;
    this.max = settings.max;
    [this.template] = facts.templates;
    this.hourlyCost = facts.hourlyCost;
    this.target = running;
    this.#engine = engine;
    this.#facts = facts;
    this.#failures = settings.failures;
    this.#machinist = machinist;
    for (; this.#made < running; this.#made += 1) {
      const name = facts.name(this.#made);
      this.#instances.set(name, { name, state: 'running', error: '' });
      this.#zones.set(name, this.#made % facts.templates.length);
    }
  }

  /** Of a machine of the group. */
  templateOf(instance: string): NodeTemplate {
    return this.#facts.templates[this.#zones.get(instance) ?? 0];
  }

  get instances(): readonly Instance[] {
    return [...this.#instances.values()];
  }

  has(instance: string): boolean {
    return this.#instances.has(instance);
  }

  increase(by: number): string {
    if (!(by > 0)) return `size increase must be positive, got ${by}`;
    if (this.target + by > this.max) return `size increase too large, desired: ${this.target + by}, max: ${this.max}`;
    const failure = this.#failure();
    if (failure === 'Refused') return 'the provider refused';
    this.target += by;
    for (let i = 0; i < by; i += 1) this.#make(failure);
    return '';
  }

  decreaseTarget(by: number): string {
    if (!(by > 0)) return `size decrease must be positive, got ${by}`;
    if (this.target - by < this.#instances.size) {
      return `attempt to delete existing nodes, target: ${this.target}, decrease: ${by}, existing: ${this.#instances.size}`;
    }
    // Groups keep to their least size whoever asks.
    if (this.target - by < this.min) return `size decrease too large, desired: ${this.target - by}, min: ${this.min}`;
    this.target -= by;
    return '';
  }

  deleteInstances(names: readonly string[]): string {
    const mine = names.filter((name) => this.#instances.has(name));
    if (this.target - mine.length < 0) return 'the group has no more machines';
    this.target -= mine.length;
    for (const name of mine) {
      this.#instances.delete(name);
      this.#zones.delete(name);
      this.#machinist.ended(name);
    }
    return '';
  }

  /** The provider takes a machine back; the group keeps its target. */
  reclaimed(name: string): void {
    if (!this.#instances.delete(name)) return;
    this.#zones.delete(name);
    this.reclaims += 1;
  }

  /** Asks for a machine in place of one that was taken back, if there is still one too few. False when there are none to be had now. */
  replace(): boolean {
    if (this.#instances.size >= this.target) return true;
    const failure = this.#failure();
    if (failure === 'Refused' || failure === 'OutOfResources') return false;
    this.#make(failure);
    return true;
  }

  #make(failure: ScaleUpFailure['kind'] | undefined): void {
    const name = this.#facts.name(this.#made);
    this.#made += 1;
    const error = failure === 'OutOfResources' ? 'OutOfResource' : '';
    this.#instances.set(name, { name, state: 'creating', error });
    if (error === '') this.#zones.set(name, this.#emptiestZone());
    if (failure === undefined) this.#machinist.made(name, this);
  }

  /** Where there are the fewest machines, the first of them: groups keep their zones balanced whenever they launch one. */
  #emptiestZone(): number {
    const counts = this.#facts.templates.map(() => 0);
    for (const zone of this.#zones.values()) counts[zone] += 1;
    return counts.indexOf(Math.min(...counts));
  }

  /** The machine has become a node. */
  registered(name: string): void {
    if (this.#instances.has(name)) this.#instances.set(name, { name, state: 'running', error: '' });
  }

  #failure(): ScaleUpFailure['kind'] | undefined {
    if (this.#machinist.refuses?.() === true) return 'Refused';
    const { now } = this.#engine;
    return this.#failures.find(({ fromUs, untilUs }) => now >= fromUs && now < untilUs)?.kind;
  }
}
