// What faults do to machines and containers, and what processes report: handed on to the parts of the kubelets that do it.
import type { Machinery, NodeTroubles } from '../model/ports/troubles.ts';
import type { PodExits } from '../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { NodeLevel } from './eviction/levels.ts';
import type { FoundContainer, FoundPods, FoundStatus } from './found-pods.ts';
import type { NodeAgents } from './node-agents.ts';
import type { NodeContact } from './node-contact.ts';
import type { Images } from './images/images.ts';
import type { NodeResources } from './node-resources.ts';
import type { NodePower } from './node-power.ts';
import type { NodeShutdowns } from './node-shutdowns.ts';
import type { ProcessEnds } from './process-ends.ts';

export abstract class KubeletMachinery implements PodExits, Machinery, NodeTroubles {
  contactChanged: NonNullable<NodeAgents['contactChanged']> = () => undefined;
  protected abstract readonly power: NodePower;
  protected abstract readonly shutdowns: NodeShutdowns;
  protected abstract readonly resources: NodeResources;
  protected abstract readonly images: Images;
  protected abstract readonly ends: ProcessEnds;
  protected abstract readonly contact: NodeContact;
  protected abstract readonly found: FoundPods;

  drained(pod: PodRow, epoch: number, container: number): void {
    this.ends.drained(pod, epoch, container);
  }

  crashContainer(pod: PodRow, epoch: number, container: number, exitCode: number): void {
    this.ends.crash(pod, epoch, container, exitCode);
  }

  levels(): Iterable<NodeLevel> {
    return this.resources.levels();
  }

  forgetBackOff(pod: PodRow, epoch: number, container: number): void {
    this.ends.forgetBackOff(pod, epoch, container);
  }

  holdsMore(pod: PodRow, epoch: number, container: number): void {
    this.ends.holdsMore(pod, epoch, container);
  }

  loseSandbox(pod: PodRow, epoch: number): void {
    this.ends.loseSandbox(pod, epoch);
  }

  findPod(pod: PodRow, containers: ReadonlyMap<string, FoundContainer>): FoundStatus {
    return this.found.find(pod, containers);
  }

  findImage(image: string, node: NodeRow): void {
    this.images.find(image, node);
  }

  crashNode(node: NodeRow): void {
    this.power.crash(node);
  }

  scrapNode(node: NodeRow): void {
    this.power.scrap(node);
  }

  shutDownNode(node: NodeRow, then: () => void): void {
    this.shutdowns.begin(node, then);
  }

  recoverNode(node: NodeRow): void {
    this.power.recover(node);
  }

  stopKubelet(node: NodeRow): void {
    this.power.stopKubelet(node);
  }

  startKubelet(node: NodeRow): void {
    this.power.startKubelet(node);
  }

  cutOff(node: NodeRow): void {
    this.contact.cut(node);
    this.contactChanged(node, false);
  }

  reconnect(node: NodeRow): void {
    this.contact.heal(node);
  }

  fillDisk(node: NodeRow, bytes: number): () => void {
    return this.resources.fillDisk(node, bytes);
  }

  troublePulls(matches: (image: string, node: NodeRow) => boolean, error: string, factor: number): () => void {
    return this.images.troubles.add({ matches, error, factor });
  }

  /** What kubelets that were cut off tried in vain. */
  get failedContacts(): NodeContact['failed'] {
    return this.contact.failed;
  }
}
