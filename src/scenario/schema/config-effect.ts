// `behaviors[].config`: what values of ConfigMaps and Secrets do to processes.
import { z } from 'zod';
import type { ConfigEffect } from '../../model/settings/config-effect.ts';
import { field, text } from './field.ts';

export const configEffect = z
  .strictObject({
    configMap: field(text, 'The ConfigMap, in the namespace of the pod.').optional(),
    secret: field(text, 'Instead of `configMap`: the Secret.').optional(),
    key: field(text, 'The key.'),
    value: field(
      z.string(),
      'The value with which the effect applies. Default: it applies while the key, or the whole object, is missing.',
    ).optional(),
    slows: field(
      z.number().positive().meta({ type: 'number above 0' }),
      'How many times longer work takes in its pod while it has the value.',
    ).default(1),
    exitCode: field(
      z.int().min(0).max(255).meta({ type: 'whole number up to 255' }),
      'The process exits with this code when it reads the value. Default: it keeps running.',
    ).optional(),
  })
  .transform(({ configMap, secret, key, value, slows, exitCode }, context): ConfigEffect => {
    const name = configMap ?? secret;
    if (name === undefined || (configMap !== undefined && secret !== undefined)) {
      context.addIssue({ code: 'custom', message: 'needs either `configMap` or `secret`' });
      return z.NEVER;
    }
    return { kind: configMap === undefined ? 'Secret' : 'ConfigMap', name, key, value, slows, exitCode };
  });
