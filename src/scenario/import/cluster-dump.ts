// What kubectl prints of a cluster, as single objects: YAML or JSON of `kubectl get`, and the text or the folder of `kubectl cluster-info dump`.
import { InputError } from '../../lib/errors.ts';
import { InputDocument, valueAt } from '../document.ts';
import { documentsOf, expandList } from '../inputs.ts';
import type { Problems } from '../problems.ts';
import { MAX_FILE_BYTES } from '../source.ts';
import type { ImportSources } from './importer.ts';

const DUMPS = /\.(?:ya?ml|json)$/;
/** Between such lines `cluster-info dump` prints what containers have logged. */
const LOGS = /^==== (START|END) logs for container /;

/** All objects, each once, in the order of the files; `problems` gets what cannot be read. Throws an InputError for files without any. */
export function dumpedObjects(sources: ImportSources, problems: Problems): InputDocument[] {
  const { files } = sources;
  const documents: InputDocument[] = [];
  for (const named of files) {
    const all = sources.within(named);
    const dumps = all.length === 1 && all[0] === named ? all : all.filter((file) => DUMPS.test(file));
    if (dumps.length === 0) throw new InputError({ file: named, message: 'has no file of YAML or JSON' });
    for (const file of dumps) documents.push(...objectsOf(file, sources.lines(file), problems));
  }
  if (documents.length === 0 && !problems.any) {
    throw new InputError({
      file: files[0] ?? '',
      message: 'has no objects, expected what `kubectl get … -o yaml` prints',
    });
  }
  return withoutRepeated(documents);
}

function objectsOf(file: string, lines: Iterable<{ readonly text: string }>, problems: Problems): InputDocument[] {
  const kept: string[] = [];
  let inLogs = false;
  let size = 0;
  for (const { text } of lines) {
    const mark = LOGS.exec(text);
    if (mark !== null) inLogs = mark[1] === 'START';
    // A line in place of each keeps the numbers of the others.
    kept.push(mark !== null || inLogs ? '' : text);
    size += text.length + 1;
  }
  const isJson =
    kept
      .find((line) => line.trim() !== '')
      ?.trimStart()
      .startsWith('{') === true;
  if (isJson) return jsonDocuments(kept).flatMap(({ line, text }) => fromJson(file, line, text, problems));
  if (size > MAX_FILE_BYTES) {
    throw new InputError({ file, message: 'is larger than 32 MiB, which is the limit for YAML: use `-o json`' });
  }
  return documentsOf({ file, text: kept.join('\n') }, problems);
}

/** Documents one after the other: kubectl begins and ends each with a brace at the start of a line. */
function jsonDocuments(lines: readonly string[]): { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  let from = -1;
  lines.forEach((text, index) => {
    if (from < 0 && text.startsWith('{')) from = index;
    if (from < 0 || !(text.startsWith('}') || (from === index && text.trimEnd().endsWith('}')))) return;
    found.push({ line: from + 1, text: lines.slice(from, index + 1).join('\n') });
    from = -1;
  });
  if (from >= 0) found.push({ line: from + 1, text: lines.slice(from).join('\n') });
  return found;
}

function fromJson(file: string, line: number, text: string, problems: Problems): InputDocument[] {
  try {
    const value: unknown = JSON.parse(text);
    return expandList(new InputDocument({ place: () => ({ file, line }) }, value));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    problems.add({ file, line }, `not valid JSON: ${error.message}`);
    return [];
  }
}

/** `cluster-info dump` and several files may print an object more than once: the last one counts. */
function withoutRepeated(documents: readonly InputDocument[]): InputDocument[] {
  const byId = new Map<string, InputDocument>();
  for (const document of documents) {
    const id = [['apiVersion'], ['kind'], ['metadata', 'namespace'], ['metadata', 'name']];
    byId.set(JSON.stringify(id.map((path) => valueAt(document.value, path))), document);
  }
  return [...byId.values()];
}
