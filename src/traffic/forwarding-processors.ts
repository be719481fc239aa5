// Hot dialect: hands all work on to other processors, for those that stand before them and change one thing.
import type { PodClass } from '../model/pod-class.ts';
import type { Processors } from '../model/ports/processors.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ComputeName } from '../model/settings/traffic.ts';

export class ForwardingProcessors implements Processors {
  protected readonly processors: Processors;

  constructor(processors: Processors) {
    this.processors = processors;
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    this.processors.open(pod, epoch, node, container, compute, processors);
  }

  begin(pod: PodRow, item: number, workUs: number, cpuUs: number): void {
    this.processors.begin(pod, item, workUs, cpuUs);
  }

  suspend(item: number): void {
    this.processors.suspend(item);
  }

  resume(item: number): void {
    this.processors.resume(item);
  }

  resize(pod: PodRow, podClass: PodClass): void {
    this.processors.resize(pod, podClass);
  }

  stop(pod: PodRow): void {
    this.processors.stop(pod);
  }

  undisturbedUs(pod: PodRow, workUs: number): number {
    return this.processors.undisturbedUs(pod, workUs);
  }

  throttledUs(pod: PodRow): number {
    return this.processors.throttledUs(pod);
  }

  beside(done: (item: number) => void): Processors {
    return this.processors.beside(done);
  }
}
