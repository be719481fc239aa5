// `behaviors[].gateway`: proxies in pods that route requests by Ingresses, or by Gateways and their HTTPRoutes.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { bufferSize as buffer } from '../../lib/bytes.ts';
import { duration, parseDurationUs } from '../../lib/units.ts';
import type { Behavior } from '../../model/settings/behavior.ts';
import {
  gatewayKinds,
  type GatewaySpec,
  kindDefaults,
  reloadCauses,
  retryCauses,
} from '../../model/settings/gateway.ts';
import { familyUse } from './family-use.ts';
import { field, ratio, someCount, text } from './field.ts';

const MOST_WORKERS = 1024;
const OF_KIND = 'Default: that of its kind.';

export const gateway = (balancers: FamilySchema) =>
  z
    .strictObject({
      kind: field(
        z.enum(gatewayKinds),
        'Which proxy and controller it is like: how it balances, tries again, and takes up what changes.',
      ),
      controller: field(
        text,
        `The \`spec.controller\` of its IngressClasses, the \`spec.controllerName\` of its GatewayClasses. ${OF_KIND}`,
      ).optional(),
      workers: field(
        someCount.max(MOST_WORKERS),
        'Workers of its process. Each works on one request at a time, `requests.service` when it comes and `response` when the backend has answered; the others that it has wait for it.',
      ),
      response: field(distribution, 'Work on the answer of a backend.'),
      balancer: field(
        familyUse('balancer', balancers),
        `Balancer of each backend, where no annotation of an Ingress chooses one. ${OF_KIND}`,
      ).optional(),
      timeout: field(
        duration,
        `Limit for one attempt at a backend (\`proxy_read_timeout\`); 0 is none. ${OF_KIND}`,
      ).optional(),
      tries: field(
        someCount,
        `Attempts for one request, the first one included (\`proxy_next_upstream_tries\`). ${OF_KIND}`,
      ).optional(),
      retryOn: field(
        z.array(z.enum(retryCauses)),
        `After which ends of an attempt another backend is tried (\`proxy_next_upstream\`); \`error\` is a connection refused or broken. ${OF_KIND}`,
      ).optional(),
      buffers: field(
        z.strictObject({
          request: field(buffer, `Of a request (\`proxy_request_buffering\`). ${OF_KIND}`).optional(),
          response: field(buffer, `Of an answer (\`proxy_buffering\`). ${OF_KIND}`).optional(),
        }),
        'What it takes up at once from a slow client, or for one (`traffic[].bandwidth`): its backend keeps a place for the rest.',
      ).default({}),
      tls: field(
        z.strictObject({
          handshake: field(duration, 'Work of a handshake, on the worker that has the connection.'),
          reuse: field(ratio, 'Part of the requests that come by connections that are there already.'),
        }),
        'At hosts with a certificate: `tls` of an Ingress, a listener with protocol HTTPS.',
      ),
      sync: field(
        z.strictObject({
          period: field(duration, `From one look at what has changed to the next one, at least. ${OF_KIND}`).optional(),
          takes: field(duration, `From a look until new endpoints and weights are in effect. ${OF_KIND}`).optional(),
        }),
        'How its controller takes up what changes.',
      ).default({}),
      reload: field(
        z.strictObject({
          on: field(
            z.enum(reloadCauses),
            `What is taken up by new workers: rules (\`routes\`), rules and endpoints (\`endpoints\`), or nothing (\`never\`). ${OF_KIND}`,
          ).optional(),
          takes: field(duration, `From the look until new workers take what comes. ${OF_KIND}`).optional(),
          work: field(duration, `Work for it, beside the workers in the same container. ${OF_KIND}`).optional(),
          drain: field(
            duration,
            `How long old workers finish what they have; then they close their connections. 0: as long as it takes. ${OF_KIND}`,
          ).optional(),
        }),
        'New workers in place of the old ones.',
      ).default({}),
    })
    .transform(
      ({ kind, controller, balancer, timeout, tries, retryOn, buffers, tls, sync, reload, ...rest }): GatewaySpec => {
        const usual = kindDefaults[kind];
        return {
          ...rest,
          kind,
          controller: controller ?? usual.controller,
          balancer: balancer ?? { name: usual.balancer, args: {} },
          balancesByWorker: usual.balancesByWorker,
          lastingBalancers: usual.lastingBalancers,
          timeoutUs: timeout ?? us(usual.timeout),
          tries: tries ?? usual.tries,
          retryOn: retryOn ?? usual.retryOn,
          buffers: {
            requestBytes: buffers.request ?? usual.buffers.requestBytes,
            responseBytes: buffers.response ?? usual.buffers.responseBytes,
          },
          tls: { handshakeUs: tls.handshake, reuse: tls.reuse },
          syncPeriodUs: sync.period ?? us(usual.syncPeriod),
          syncUs: sync.takes ?? us(usual.sync),
          reload: {
            on: reload.on ?? usual.reloadOn,
            takesUs: reload.takes ?? us(usual.reloadTakes),
            workUs: reload.work ?? us(usual.reloadWork),
            drainUs: reload.drain ?? us(usual.drain),
          },
        };
      },
    );

function us(text: string): number {
  return parseDurationUs(text) ?? 0;
}

/** A proxy has workers of its own kind, and calls what its routes say. */
export function refuseBesideGateway(
  { requests: served, calls, database }: Pick<Behavior, 'requests' | 'calls' | 'database'>,
  collects: boolean,
  context: z.RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message: `does not go with \`gateway\`: ${message}` });
  if (calls.length > 0) refuse(['calls'], 'its routes say what it calls');
  if (database !== undefined) refuse(['database'], 'a proxy keeps no data');
  if (served.wait !== undefined)
    refuse(['requests', 'service'], 'give a distribution; `response` is the work on answers');
  if (served.model !== undefined) refuse(['requests', 'model'], '`gateway.workers` are event loops');
  if (served.order === 'preemptivePriority') refuse(['requests', 'order'], 'a worker does not interrupt what it does');
  if (collects) refuse(['gc'], 'workers do not collect garbage');
}
