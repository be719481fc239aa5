// The options of `wavetank import`: each kind takes some of them.
import type { Argv } from 'yargs';

export interface ImportOptions {
  readonly name?: string;
  readonly desired?: boolean;
  readonly namespace?: string | readonly string[];
  readonly scheduler?: string;
  readonly every?: string;
  readonly order?: string;
  readonly column?: string;
  readonly speed?: string;
  readonly rate?: string;
  readonly pods?: string;
  readonly from?: string;
  readonly until?: string;
  readonly range?: string;
  readonly step?: string;
  readonly by?: string;
  readonly metric?: string;
}

const OPTIONS = {
  name: 'name of the scenario',
  namespace: 'only what is in this namespace; may be repeated',
  scheduler: 'openb: scheduler plugin that scores alone (default: FGD)',
  every: 'openb: pods arrive this far apart, such as 1s, and stay',
  order: 'openb: CSV file with the order in which they come, as indexes of the pods sorted by name',
  column: 'openb: column of that file (default: the second)',
  speed: 'times of the trace are divided by it',
  rate: 'requests to a call graph (default: 10/s)',
  pods: 'most pods of a trace, or functions, chosen by a hash of their names (default: 10000; openb: 100000; 20 functions)',
  from: 'what came before this time of the trace is left out, such as 2d',
  until: 'what came later is left out; prometheus: the date at which the range ends (default: now)',
  range: 'prometheus: how long before (default: 1h)',
  step: 'prometheus: from one sample to the next (default: 15s)',
  by: 'prometheus: the label that says whose a request was (default: service, app, deployment, workload or job)',
  metric: 'autoscaler: the metric that counts requests a second, where an autoscaler has several',
} as const satisfies Partial<Record<keyof ImportOptions, string>>;

/** Their names. */
export const importNames: ReadonlySet<string> = new Set([...Object.keys(OPTIONS), 'desired']);

export function importOptions(argv: Argv): Argv {
  const declared = Object.entries(OPTIONS).reduce(
    (one, [option, describe]) => one.option(option, { describe, type: 'string', requiresArg: true }),
    argv,
  );
  return declared.option('desired', {
    describe: 'cluster: what is wanted of it; without it the state as it is, running pods included',
    type: 'boolean',
  });
}

export const importExamples = [
  [
    'a cluster as it is',
    'kubectl get all,nodes,cm,secrets,pvc,pv,hpa,pdb,controllerrevisions -A -o yaml | wavetank import cluster - --out mine',
  ],
  ['only what is wanted of it', 'wavetank import cluster dump.yaml --desired --out mine'],
  [
    'pods come and go as they did',
    'wavetank import openb openb_node_list_gpu_node.csv openb_pod_list_default.csv --out openb.yaml',
  ],
  [
    'as in the FGD study: pods arrive one by one, and stay',
    'wavetank import openb NODES.csv PODS.csv --every 10ms --order arrivals_default.csv --column seed42',
  ],
  [
    'services that call each other, from traces',
    'wavetank import jaeger edges.csv --rate 50/s --out social-network.yaml',
  ],
  ['what Prometheus has measured in the last hour', 'wavetank import prometheus http://localhost:9090 --out measured'],
  ['the load that an autoscaler saw', 'wavetank import autoscaler range.json --out crowd'],
  ['services that call each other, from OpenTelemetry', 'wavetank import otlp traces.json --rate 50/s --out shop.yaml'],
  ['requests as an access log has them', 'wavetank import access-log access.log --out recorded'],
  ['the load of a k6 script', 'wavetank import k6 load.js --out load.yaml'],
  [
    '5000 virtual machines of the second day',
    'wavetank import azure-vm vmtable.csv --from 1d --until 2d --pods 5000 --out vms',
  ],
] as const;
