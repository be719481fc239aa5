// Which form of an answer a client wants, and in which one its body comes (apiserver's content negotiation). JSON and YAML are spoken; protobuf is read only.
import { Refusal } from '../api/resources/status.ts';

/** Of objects: as they are, as rows for people, or their metadata only. */
export type Form = 'object' | 'table' | 'metadata';

export interface Wanted {
  readonly form: Form;
  readonly yaml: boolean;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const REPRESENTATIONS = 'application/json, application/yaml, application/json;stream=watch';
const FORMS: Readonly<Record<string, Form>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata',
};

/** Throws a Refusal (406) where nothing of the header can be given. */
export function wanted(accept: string | undefined): Wanted {
  if (accept === undefined || accept.trim() === '') return { form: 'object', yaml: false };
  for (const { type, parameters } of ranges(accept)) {
    const yaml = type === 'application/yaml';
    if (!yaml && !isJson(type)) continue;
    const as = parameters.get('as');
    if (as === undefined) return { form: 'object', yaml };
    const form = FORMS[as];
    if (form !== undefined && parameters.get('g') === 'meta.k8s.io' && parameters.get('v') === 'v1')
      return { form, yaml };
  }
  throw notAcceptable();
}

function notAcceptable(): Refusal {
  const message = `406: Not Acceptable\n\nAvailable representations: ${REPRESENTATIONS}`;
  return new Refusal(406, 'NotAcceptable', message);
}

/** Whether the header asks for aggregated discovery: the version of it, undefined for the older lists. */
export function wantsAggregated(accept: string | undefined): boolean {
  for (const { type, parameters } of ranges(accept ?? '')) {
    if (!isJson(type)) continue;
    if (parameters.get('as') === undefined) return false;
    if (parameters.get('g') === 'apidiscovery.k8s.io' && parameters.get('v') === 'v2') return true;
  }
  return false;
}

/** The media type of a body, without its parameters; JSON where none is named. */
export function contentType(header: string | undefined): string {
  const type = (header ?? '').split(';', 1)[0].trim().toLowerCase();
  return type === '' ? 'application/json' : type;
}

/** In the order of preference; equal ones as they stand. */
function ranges(header: string): MediaRange[] {
  return header
    .split(',')
    .map((text) => {
      const [type, ...rest] = text.split(';').map((part) => part.trim());
      const parameters = new Map(
        rest.map((part) => {
          const at = part.indexOf('=');
          return at < 0 ? ([part, ''] as const) : ([part.slice(0, at).toLowerCase(), part.slice(at + 1)] as const);
        }),
      );
      return { type: type.toLowerCase(), parameters };
    })
    .sort((a, b) => quality(b) - quality(a));
}

function quality({ parameters }: MediaRange): number {
  const q = Number(parameters.get('q') ?? 1);
  return Number.isNaN(q) ? 0 : q;
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*';
}
