// Validation of probes and lifecycle hooks (pkg/apis/core/validation).
import type { Container, Lifecycle, LifecycleHandler, Probe } from 'kubernetes-types/core/v1.js';
import type { Errors } from './errors.ts';
import { nonNegative } from './meta.ts';
import { httpHeaderProblems, portNumberProblems } from './names.ts';
import { validatePortOrName } from './service.ts';

export interface HandlerContext {
  readonly graceSeconds: number;
}

export function validateProbes(container: Container, path: string, context: HandlerContext, errors: Errors): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle !== undefined) validateLifecycle(lifecycle, `${path}.lifecycle`, context, errors);
  if (livenessProbe !== undefined) validateProbe(livenessProbe, `${path}.livenessProbe`, context, errors, true);
  if (readinessProbe !== undefined) {
    const at = `${path}.readinessProbe`;
    validateProbe(readinessProbe, at, context, errors, false);
    if (readinessProbe.terminationGracePeriodSeconds !== undefined) {
      const seconds = readinessProbe.terminationGracePeriodSeconds;
      errors.invalid(`${at}.terminationGracePeriodSeconds`, seconds, 'must not be set for readinessProbes');
    }
  }
  if (startupProbe !== undefined) validateProbe(startupProbe, `${path}.startupProbe`, context, errors, true);
}

function validateProbe(probe: Probe, path: string, context: HandlerContext, errors: Errors, once: boolean): void {
  validateHandler(probe, path, context, errors);
  nonNegative(probe.initialDelaySeconds, `${path}.initialDelaySeconds`, errors);
  nonNegative(probe.timeoutSeconds, `${path}.timeoutSeconds`, errors);
  nonNegative(probe.periodSeconds, `${path}.periodSeconds`, errors);
  nonNegative(probe.successThreshold, `${path}.successThreshold`, errors);
  nonNegative(probe.failureThreshold, `${path}.failureThreshold`, errors);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0');
  }
  if (once && probe.successThreshold !== 1)
    errors.invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1');
}

function validateLifecycle(lifecycle: Lifecycle, path: string, context: HandlerContext, errors: Errors): void {
  const { postStart, preStop } = lifecycle;
  if (postStart !== undefined) validateHandler(postStart, `${path}.postStart`, context, errors);
  if (preStop !== undefined) validateHandler(preStop, `${path}.preStop`, context, errors);
}

function validateHandler(
  handler: Probe & LifecycleHandler,
  path: string,
  context: HandlerContext,
  errors: Errors,
): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks = {
    exec: () => {
      if ((exec?.command ?? []).length === 0) errors.required(`${path}.exec.command`);
    },
    httpGet: () => {
      validatePortOrName(httpGet?.port, `${path}.httpGet.port`, errors);
      if (httpGet?.scheme !== 'HTTP' && httpGet?.scheme !== 'HTTPS') {
        errors.notSupported(`${path}.httpGet.scheme`, httpGet?.scheme, ['HTTP', 'HTTPS']);
      }
      for (const { name } of httpGet?.httpHeaders ?? []) {
        errors.invalidEach(`${path}.httpGet.httpHeaders`, name, httpHeaderProblems(name));
      }
    },
    tcpSocket: () => validatePortOrName(tcpSocket?.port, `${path}.tcpSocket.port`, errors),
    grpc: () => errors.invalidEach(`${path}.grpc.port`, grpc?.port, portNumberProblems(grpc?.port ?? 0)),
    sleep: () => {
      const seconds = sleep?.seconds ?? 0;
      if (seconds >= 0 && seconds <= context.graceSeconds) return;
      const range = `must be non-negative and less than terminationGracePeriodSeconds (${context.graceSeconds})`;
      errors.invalid(`${path}.sleep`, seconds, range);
    },
  };
  const given = Object.entries({ exec, httpGet, tcpSocket, grpc, sleep }).filter(([, value]) => value !== undefined);
  for (const [index, [name]] of given.entries()) {
    if (index > 0) errors.forbidden(`${path}.${name}`, 'may not specify more than 1 handler type');
    else checks[name as keyof typeof checks]();
  }
  if (given.length === 0) errors.required(path, 'must specify a handler type');
}
