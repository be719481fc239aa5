// v1.Status: what the API server says of a request that it refuses, and of some that it has done.
import type { Failure } from '../api/resources/status.ts';

/** What a request was about, as `details` names it. */
export interface About {
  readonly name: string;
  /** Empty for the core group. */
  readonly group: string;
  /** `pods`. */
  readonly plural: string;
  /** `Pod`. */
  readonly kind: string;
}

/** Reasons whose details name the object. */
const NAMES_OBJECT: ReadonlySet<string> = new Set([
  'NotFound',
  'AlreadyExists',
  'Conflict',
  'Forbidden',
  'Invalid',
  'Gone',
]);
/** Reasons whose details are there and empty. */
const EMPTY_DETAILS: ReadonlySet<string> = new Set(['MethodNotAllowed', 'NotAcceptable']);

export function failureStatus(failure: Failure, about: About | undefined): object {
  const { code, reason, message } = failure;
  const details = detailsOf(failure, about);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

export function successStatus(code: number, details?: object): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details === undefined ? {} : { details }),
    ...(code === 200 ? {} : { code }),
  };
}

function detailsOf({ reason, causes, retryAfterSeconds }: Failure, about: About | undefined): object | undefined {
  const names = NAMES_OBJECT.has(reason) && about !== undefined && !isUnnamed(reason, about);
  const details = {
    ...(names && about.name !== '' ? { name: about.name } : {}),
    ...(names && about.group !== '' ? { group: about.group } : {}),
    ...(names ? { kind: reason === 'Invalid' ? about.kind : about.plural } : {}),
    ...(causes.length === 0
      ? {}
      : {
          causes: causes.map((cause) => ({
            reason: cause.reason,
            message: cause.message,
            ...(cause.field === undefined ? {} : { field: cause.field }),
          })),
        }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
  return Object.keys(details).length > 0 || EMPTY_DETAILS.has(reason) ? details : undefined;
}

/** A path that names nothing has no object that could be named. */
function isUnnamed(reason: string, { plural }: About): boolean {
  return reason === 'NotFound' && plural === '';
}
