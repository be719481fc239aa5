// Hot dialect: the pods that a scheduler has seen, counted by shape: what the next ones will be like.
import { grown, nextCapacity } from '../../model/columns.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { GpuDevices } from './devices.ts';
import { type PodShape, TypicalPods } from './typical-pods.ts';

/** Typical pods are found again when the pods seen have become so many times as many. */
const GROWTH = 1.1;

export class GpuWorkload {
  /** Pods seen, each once. */
  seen = 0;
  readonly #devices: GpuDevices;
  /** By class: pods seen. */
  readonly #counts: number[] = [];
  /** By pod: its epoch plus one when it was seen. */
  #epochs = new Int32Array(0);
  #typical: TypicalPods | undefined;
  #typicalOf = 0;
  readonly #shapeOf: PodShape[] = [];

  constructor(devices: GpuDevices) {
    this.#devices = devices;
  }

  /** A pod that is to be scheduled; one that is seen again counts once. */
  note({ row, epoch, podClass }: PodInfo): void {
    while (row >= this.#epochs.length) this.#epochs = grown(this.#epochs, nextCapacity(this.#epochs.length));
    if (this.#epochs[row] === epoch + 1) return;
    this.#epochs[row] = epoch + 1;
    this.seen += 1;
    const { id, gpu, shape } = podClass;
    for (let i = this.#counts.length; i <= id; i += 1) {
      this.#counts[i] = 0;
      this.#shapeOf[i] = NOTHING;
    }
    if (this.#counts[id] === 0) {
      const { count = 0, milli = 0, model = '' } = gpu ?? {};
      this.#shapeOf[id] = { cpuMilli: shape.cpuMilli, count, milli, model, pods: 0 };
    }
    this.#counts[id] += 1;
  }

  /** The typical pods for a plugin that scores by them: brought up to date now and then, so that its scores can be remembered. */
  typical(touch: () => void): TypicalPods {
    if (this.#typical === undefined || this.seen >= this.#typicalOf * GROWTH) {
      this.#typical = this.typicalNow();
      this.#typicalOf = this.seen;
      touch();
    }
    return this.#typical;
  }

  /** The typical pods of all that have been seen. */
  typicalNow(): TypicalPods {
    const byShape = new Map<string, PodShape>();
    for (let id = 0; id < this.#counts.length; id += 1) {
      if (this.#counts[id] === 0) continue;
      const shape = this.#shapeOf[id];
      const key = `${shape.cpuMilli} ${shape.milli} ${shape.count} ${shape.model}`;
      byShape.set(key, { ...shape, pods: (byShape.get(key)?.pods ?? 0) + this.#counts[id] });
    }
    return new TypicalPods([...byShape.values()], (request) => this.#devices.compile(request));
  }
}

const NOTHING: PodShape = { cpuMilli: 0, count: 0, milli: 0, model: '', pods: 0 };
