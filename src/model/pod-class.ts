// Pod classes: everything that pods of one template share, compiled once. Selectors are matched against a class, never a pod.
import type {
  Affinity,
  Container,
  PodSpec,
  PodTemplateSpec,
  Toleration,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1.js';
import { canonicalJson, Interner, type Labels, labelsKey } from './interner.ts';
import { isSidecar, listeningPorts } from './objects/pod-ports.ts';
import { type PodVolumes, podVolumes } from './storage/pod-volumes.ts';
import { type GpuRequest, gpuRequest } from './parse/gpu-request.ts';
import { podRequests, podRequestsNonZero, type QosClass, qosClass } from './resources.ts';
import type { ClassRow } from './rows.ts';

/** What the scheduler looks at. Interned apart: many classes share one shape. */
export interface SchedulingShape {
  readonly id: number;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  /** Extended resources and huge pages, base units. */
  readonly extended: Readonly<Record<string, number>>;
  /** With 100m and 200Mi for containers that request nothing: what scoring counts. */
  readonly nonZeroCpuMilli: number;
  readonly nonZeroMemoryBytes: number;
  readonly nodeSelector: Labels | undefined;
  readonly affinity: Affinity | undefined;
  readonly tolerations: readonly Toleration[];
  readonly spread: readonly TopologySpreadConstraint[];
  /** spec.nodeName of the template, empty for none. */
  readonly nodeName: string;
}

/** What the kubelet looks at. */
export interface RuntimeTemplate {
  readonly id: number;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  /** Those whose processes last: `containers`, then the sidecars among the init containers. The index of a process counts through both. */
  readonly lasting: readonly Container[];
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGraceUs: number;
  /** spec.activeDeadlineSeconds; Infinity for none. */
  readonly activeDeadlineUs: number;
  /** Types of the conditions that somebody else must set before the pod is ready. */
  readonly readinessGates: readonly string[];
}

export interface PodClass {
  readonly id: ClassRow;
  readonly namespace: string;
  readonly labels: Labels;
  readonly labelSet: number;
  readonly annotations: Labels;
  /** GPUs that its annotations ask for. */
  readonly gpu: GpuRequest | undefined;
  readonly shape: SchedulingShape;
  readonly runtime: RuntimeTemplate;
  readonly priority: number;
  readonly qos: QosClass;
  readonly schedulerName: string;
  /** Volumes that somebody acts on; undefined when there are none, as for most pods. */
  readonly volumes: PodVolumes | undefined;
  /**
   * Of a StatefulSet's pods: names of its claim templates. They have labels, a host name and claims of their own, which follow from the
   * names of the pods. Undefined for all others.
   */
  readonly claimTemplates: readonly string[] | undefined;
  /** The ports on which its containers listen (`objects/pod-ports.ts`); undefined for any port. */
  readonly ports: readonly number[] | undefined;
  /** Those of the template of a controller, which each of its pods begins with; undefined for none. */
  readonly finalizers: readonly string[] | undefined;
  /** The defaulted spec, for views and plugins. */
  readonly spec: PodSpec;
}

/** The classes of a run; the same template in the same namespace gives the same class. */
export class PodClasses {
  readonly #byKey = new Map<string, PodClass>();
  readonly #all: PodClass[] = [];
  readonly #shapes = new Map<string, SchedulingShape>();
  readonly #runtimes = new Map<string, RuntimeTemplate>();
  readonly labelSets: Interner<Labels>;

  constructor(labelSets: Interner<Labels> = new Interner(labelsKey)) {
    this.labelSets = labelSets;
  }

  get length(): number {
    return this.#all.length;
  }

  get(id: ClassRow): PodClass {
    return this.#all[id];
  }

  intern(
    namespace: string,
    template: PodTemplateSpec,
    claimTemplates?: readonly string[],
    finalizers?: readonly string[],
  ): PodClass {
    const { labels: ofTemplate, annotations: notes } = template.metadata ?? {};
    const own = claimTemplates === undefined ? [] : [claimTemplates];
    const kept = finalizers === undefined ? [] : [{ finalizers }];
    const key = canonicalJson([namespace, ofTemplate, notes, template.spec, ...own, ...kept]);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const spec = template.spec ?? { containers: [] };
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    const made: PodClass = {
      id: this.#all.length as ClassRow,
      namespace,
      labels,
      labelSet: this.labelSets.id(labels),
      annotations,
      gpu: gpuRequest(annotations),
      shape: this.#shape(spec),
      runtime: this.#runtime(spec),
      priority: spec.priority ?? 0,
      qos: qosClass(spec),
      schedulerName: spec.schedulerName ?? 'default-scheduler',
      volumes: podVolumes(spec, claimTemplates),
      claimTemplates,
      ports: listeningPorts(spec),
      finalizers,
      spec,
    };
    this.#all.push(made);
    this.#byKey.set(key, made);
    return made;
  }

  #shape(spec: PodSpec): SchedulingShape {
    const requests = podRequests(spec);
    const nonZero = podRequestsNonZero(spec);
    const { cpu = 0, memory = 0, 'ephemeral-storage': ephemeral = 0, ...extended } = requests;
    const shape: Omit<SchedulingShape, 'id'> = {
      cpuMilli: cpu,
      memoryBytes: memory,
      ephemeralBytes: ephemeral,
      extended,
      nonZeroCpuMilli: nonZero.cpu ?? 0,
      nonZeroMemoryBytes: nonZero.memory ?? 0,
      nodeSelector: spec.nodeSelector,
      affinity: spec.affinity,
      tolerations: spec.tolerations ?? [],
      spread: spec.topologySpreadConstraints ?? [],
      nodeName: spec.nodeName ?? '',
    };
    const key = canonicalJson(shape);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const made = { id: this.#shapes.size, ...shape };
    this.#shapes.set(key, made);
    return made;
  }

  #runtime(spec: PodSpec): RuntimeTemplate {
    const { containers, initContainers = [] } = spec;
    const runtime: Omit<RuntimeTemplate, 'id'> = {
      initContainers,
      containers,
      lasting: [...containers, ...initContainers.filter(isSidecar)],
      restartPolicy: (spec.restartPolicy ?? 'Always') as RuntimeTemplate['restartPolicy'],
      terminationGraceUs: (spec.terminationGracePeriodSeconds ?? 30) * 1e6,
      activeDeadlineUs: (spec.activeDeadlineSeconds ?? Infinity) * 1e6,
      readinessGates: (spec.readinessGates ?? []).map(({ conditionType }) => conditionType),
    };
    const key = canonicalJson(runtime);
    const known = this.#runtimes.get(key);
    if (known !== undefined) return known;
    const made = { id: this.#runtimes.size, ...runtime };
    this.#runtimes.set(key, made);
    return made;
  }
}
