// Texts of the input → documents, sorted into the Scenario document and Kubernetes objects; Lists are taken apart.
import { InputDocument, valueAt } from './document.ts';
import { isMapping } from './fill.ts';
import type { Problems } from './problems.ts';
import type { SourceText } from './scenario.ts';
import { API_VERSION } from './schema/schema.ts';
import { Source } from './source.ts';
import { parseYaml } from './yaml.ts';

export interface Inputs {
  readonly scenario: InputDocument | undefined;
  readonly objects: readonly InputDocument[];
}

/** All documents of the given texts. What is wrong goes to `problems`. */
export function readInputs(texts: readonly SourceText[], problems: Problems): Inputs {
  let scenario: InputDocument | undefined;
  const objects: InputDocument[] = [];
  for (const document of texts.flatMap((text) => documentsOf(text, problems))) {
    if (!isOurs(document.value)) objects.push(document);
    else if (!isScenario(document, problems)) continue;
    else if (scenario === undefined) scenario = document;
    else problems.add(document.place(['kind']), 'a second Scenario, expected at most one', 'kind');
  }
  return { scenario, objects };
}

/** The Kubernetes objects of a manifest that a scenario names. */
export function readManifest(text: SourceText, problems: Problems): InputDocument[] {
  return documentsOf(text, problems).filter((document) => {
    if (!isOurs(document.value)) return true;
    problems.add(document.place(['kind']), 'a manifest cannot hold a Scenario, expected Kubernetes objects', 'kind');
    return false;
  });
}

/** All documents of a text; lists are taken apart. What is wrong goes to `problems`. */
export function documentsOf({ file, text }: SourceText, problems: Problems): InputDocument[] {
  const documents = problems.attempt(() => parseYaml(new Source(file, text))) ?? [];
  for (const { value, oversights } of documents) {
    if (isOurs(value)) problems.addAll(oversights);
    // kubectl says nothing.
    else
      for (const { taken, message, ...place } of oversights)
        problems.warnings.push({ ...place, message: `${message}; ${taken}` });
  }
  return documents.flatMap((document) => expandList(new InputDocument(document, document.value)));
}

/** `kind: List` and the lists that `kubectl get` may print (`DeploymentList`) stand for their items. */
export function expandList(document: InputDocument): InputDocument[] {
  const { value } = document;
  if (!isMapping(value) || typeof value['kind'] !== 'string' || !value['kind'].endsWith('List')) return [document];
  const items = value['items'];
  if (!Array.isArray(items)) return [document];
  return items.flatMap((_, index) => {
    const item = document.part(['items', index]);
    const { kind } = value as { kind: string };
    // The items of a typed list carry no kind of their own where the list came from the API itself.
    if (kind !== 'List' && isMapping(item.value) && item.value['kind'] === undefined) {
      item.value = { apiVersion: value['apiVersion'], kind: kind.slice(0, -'List'.length), ...item.value };
    }
    return expandList(item);
  });
}

function isOurs(value: unknown): boolean {
  const version = valueAt(value, ['apiVersion']);
  if (typeof version === 'string' && version.split('/')[0] === 'wavetank') return true;
  return version === undefined && valueAt(value, ['kind']) === 'Scenario';
}

function isScenario(document: InputDocument, problems: Problems): boolean {
  const version = valueAt(document.value, ['apiVersion']);
  const kind = valueAt(document.value, ['kind']);
  if (version !== API_VERSION) {
    const got = version === undefined ? 'is required' : `unknown version ${JSON.stringify(version)}`;
    problems.add(document.place(['apiVersion']), `${got}, expected "${API_VERSION}"`, 'apiVersion');
    return false;
  }
  if (kind !== 'Scenario') {
    const got = kind === undefined ? 'is required' : `unknown kind ${JSON.stringify(kind)}`;
    problems.add(document.place(['kind']), `${got}, expected "Scenario"`, 'kind');
    return false;
  }
  return true;
}
