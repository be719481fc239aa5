// Reviews: who asks, and what that user may do. Everybody who is let in is an administrator here.
import type { PlainObject } from '../model/objects/decode.ts';
import type { Call } from './call.ts';
import { knownFields, requireBody } from './writing/bodies.ts';

const GROUPS = ['system:masters', 'system:authenticated'];
const WHY = 'everybody who is let in is an administrator of the simulated cluster';

/** What the status of each kind says. */
const STATUSES: Readonly<Record<string, (user: string) => PlainObject>> = {
  SelfSubjectReview: (username) => ({ userInfo: { username, groups: GROUPS } }),
  SelfSubjectAccessReview: () => ({ allowed: true, reason: WHY }),
  SubjectAccessReview: () => ({ allowed: true, reason: WHY }),
  LocalSubjectAccessReview: () => ({ allowed: true, reason: WHY }),
  SelfSubjectRulesReview: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
};

/** False for a request that is about no review. They are answered at once: nothing is stored. */
export function answerReview({ exchange, resource, wanted }: Call): boolean {
  const statusOf = STATUSES[resource.kind];
  if (statusOf === undefined || !resource.apiVersion.startsWith('auth')) return false;
  const { spec = {} } = knownFields(exchange, resource, requireBody(exchange, resource.kind));
  const { kind, apiVersion } = resource;
  const isOfUser = kind === 'SelfSubjectReview';
  const asked = isOfUser ? {} : { spec };
  exchange.json(
    201,
    { kind, apiVersion, metadata: {}, ...asked, status: statusOf(exchange.request.user) },
    wanted.yaml,
  );
  return true;
}
