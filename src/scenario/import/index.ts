// The traces that `wavetank import` knows.
import { family } from '../../lib/family.ts';
import type { Imported, ImportSources } from './importer.ts';
import { alibaba } from './alibaba.ts';
import { cluster } from './cluster.ts';
import { jaeger } from './jaeger.ts';
import { mubench } from './mubench.ts';
import { openb } from './openb.ts';

export const importers = family<ImportSources, string | Imported | Promise<Imported>>(
  'imports',
  'Clusters, measurements and traces that become scenarios.',
  [cluster, openb, jaeger, mubench, alibaba],
);
