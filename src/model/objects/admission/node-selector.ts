// PodNodeSelector: to which nodes the pods of a namespace are confined (plugin/pkg/admission/podnodeselector).
import { labelKeyProblems, labelValueProblems } from '../../parse/label-syntax.ts';

type Labels = Readonly<Record<string, string>>;

/** Selectors as texts: of namespaces by name, and `clusterDefaultNodeSelector` for those without an annotation. */
export type NodeSelectorConfig = Readonly<Record<string, string>>;

const ANNOTATION = 'scheduler.alpha.kubernetes.io/node-selector';
const DEFAULT = 'clusterDefaultNodeSelector';

/** `forbidden`: the pod is refused for that; `error`: a selector cannot be read. */
export type NodeSelectorAnswer =
  | { readonly selector: Labels }
  | { readonly forbidden: string }
  | { readonly error: string };

/** What becomes of the selector of a pod in a namespace with these annotations. The configuration allows a namespace some labels only. */
export function confinedSelector(
  selector: Labels,
  namespace: string,
  annotations: Labels,
  config: NodeSelectorConfig,
): NodeSelectorAnswer {
  const confined = parseLabels(annotations[ANNOTATION] ?? config[DEFAULT] ?? '');
  if ('error' in confined) return confined;
  const conflicts = Object.entries(confined.labels).some(([key, value]) => (selector[key] ?? value) !== value);
  if (conflicts) {
    return { forbidden: 'pod node label selector conflicts with its namespace node label selector' };
  }
  const merged = { ...confined.labels, ...selector };
  const allowed = parseLabels(config[namespace] ?? '');
  if ('error' in allowed) return allowed;
  const isAllowed =
    Object.keys(allowed.labels).length === 0 ||
    Object.entries(merged).every(([key, value]) => allowed.labels[key] === value);
  return isAllowed
    ? { selector: merged }
    : { forbidden: 'pod node label selector labels conflict with its namespace whitelist' };
}

/** `env=prod, disk = ssd`. */
function parseLabels(text: string): { readonly labels: Labels } | { readonly error: string } {
  const labels: Record<string, string> = {};
  for (const label of text === '' ? [] : text.split(',')) {
    const parts = label.split('=');
    if (parts.length !== 2) return { error: `invalid selector: [${parts.join(' ')}]` };
    const [key, value] = parts.map((part) => part.trim()) as [string, string];
    const problems = [...labelKeyProblems(key), ...labelValueProblems(value)];
    if (problems.length > 0) return { error: `invalid selector: ${label.trim()}: ${problems.join('; ')}` };
    labels[key] = value;
  }
  return { labels };
}
