// The traces that `wavetank import` knows.
import { family } from '../../lib/family.ts';
import type { ImportSources } from './importer.ts';
import { alibaba } from './alibaba.ts';
import { jaeger } from './jaeger.ts';
import { mubench } from './mubench.ts';
import { openb } from './openb.ts';

export const importers = family<ImportSources, string>('imports', 'Traces that become scenarios.', [
  openb,
  jaeger,
  mubench,
  alibaba,
]);
