// The traces that `wavetank import` knows.
import { family } from '../../lib/family.ts';
import type { ImportSources } from './importer.ts';
import { openb } from './openb.ts';

export const importers = family<ImportSources, string>('imports', 'Traces that become scenarios.', [openb]);
