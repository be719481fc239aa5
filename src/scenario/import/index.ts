// The traces that `wavetank import` knows.
import { family } from '../../lib/family.ts';
import type { Imported, ImportSources } from './importer.ts';
import { accessLog } from './access-log.ts';
import { alibaba } from './alibaba.ts';
import { alibaba2018 } from './alibaba-2018.ts';
import { autoscaler } from './autoscaler.ts';
import { azureFunctions } from './azure-functions.ts';
import { azureVm } from './azure-vm.ts';
import { borg } from './borg.ts';
import { cluster } from './cluster.ts';
import { jaeger } from './jaeger.ts';
import { k6 } from './k6.ts';
import { mubench } from './mubench.ts';
import { openb } from './openb.ts';
import { otlp } from './otlp.ts';
import { philly } from './philly.ts';
import { prometheus } from './prometheus.ts';
import { swf } from './swf.ts';

export const importers = family<ImportSources, string | Imported | Promise<Imported>>(
  'imports',
  'Clusters, measurements and traces that become scenarios.',
  [
    cluster,
    prometheus,
    autoscaler,
    accessLog,
    k6,
    jaeger,
    otlp,
    mubench,
    alibaba,
    openb,
    azureFunctions,
    azureVm,
    borg,
    philly,
    alibaba2018,
    swf,
  ],
);
