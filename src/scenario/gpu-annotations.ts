// GPU requests in the annotations of pods and pod templates: what a scheduler plugin would stumble over is reported at its line.
import { InputError } from '../lib/errors.ts';
import type { Path } from '../lib/path.ts';
import { GPU_COUNT, GPU_MILLI, gpuRequest } from '../model/parse/gpu-request.ts';
import { valueAt } from './document.ts';
import { isMapping } from './fill.ts';
import type { KubernetesObject, Scenario, ScenarioObject } from './scenario.ts';
import { templatePath } from './workloads.ts';

type Strings = Readonly<Record<string, string>>;

function annotationsOf(object: KubernetesObject): { readonly path: Path; readonly annotations: Strings } | undefined {
  const template = templatePath(object.kind);
  if (template === undefined) return undefined;
  const path = [...template, 'metadata', 'annotations'];
  const annotations = valueAt(object, path);
  return isMapping(annotations) ? { path, annotations: annotations as Strings } : undefined;
}

/** What is wrong with the request of an object's pods, with its path. */
export function gpuProblem(object: KubernetesObject): { readonly path: Path; readonly message: string } | undefined {
  const found = annotationsOf(object);
  if (found === undefined) return undefined;
  try {
    gpuRequest(found.annotations);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [{ path: key = '', message }] = error.problems;
    return { path: [...found.path, key], message };
  }
}

/** A note when pods ask for GPUs and the scheduler has no plugin that looks after them. */
export function ignoredGpuRequests(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  const asks = objects.some(({ object }) => {
    const { [GPU_COUNT]: count, [GPU_MILLI]: milli } = annotationsOf(object)?.annotations ?? {};
    return count !== undefined || milli !== undefined;
  });
  if (!asks || GPU_PLUGIN.test(JSON.stringify(scenario.scheduler))) return [];
  return [
    `pods ask for GPUs by ${GPU_COUNT} or ${GPU_MILLI}, which no scheduler plugin respects: enable GpuShare in a profile of spec.scheduler`,
  ];
}

/** A plugin that filters by GPUs, wherever the scheduler's settings name it. */
const GPU_PLUGIN = /"(GpuShare|FGD|BestFit|DotProd|GpuClustering|GpuPacking|Random)"/;
