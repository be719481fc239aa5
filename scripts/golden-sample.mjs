// Makes the committed sample of the golden records: `node scripts/golden-sample.mjs [FOLDER]`, by default ../shared/data/golden.
// Of each file it takes records until every field, enumerated value, feature and mutation is touched, then more up to the file's share.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = resolve(process.argv[2] ?? join(ROOT, '../shared/data/golden'));
const TARGET = join(ROOT, 'test/golden/sample');

/** Compressed bytes that a file may take in the sample; 1.3 MB in all, far from the 2 MB that a clone should cost at most. */
const SHARES = {
  'argo-rollouts/basic_canary.jsonl.gz': 12_000,
  'argo-rollouts/bluegreen_replicas.jsonl.gz': 2_000,
  'argo-rollouts/sequences.jsonl.gz': 30_000,
  'argo-rollouts/traffic_canary.jsonl.gz': 12_000,
  'parsers/durations.jsonl.gz': 4_000,
  'parsers/field_selectors.jsonl.gz': 5_000,
  'parsers/int_or_percent.jsonl.gz': 4_000,
  'parsers/label_selector_objects.jsonl.gz': 12_000,
  'parsers/label_selectors.jsonl.gz': 25_000,
  'parsers/quantities.jsonl.gz': 40_000,
  'parsers/quantity_ops.jsonl.gz': 20_000,
  'deployment/steps.jsonl.gz': 130_000,
  'deployment/rollouts.jsonl.gz': 60_000,
  'deployment/cleanup.jsonl.gz': 15_000,
  'replicaset/deletion_order.jsonl.gz': 40_000,
  'replicaset/slow_start.jsonl.gz': 2_000,
  'statefulset/steps.jsonl.gz': 25_000,
  'workload-series/statefulset.jsonl.gz': 15_000,
  'workload-series/statefulset_maxunavailable_gate.jsonl.gz': 15_000,
  'job/timelines.jsonl.gz': 6_000,
  'workload-series/job_terminating.jsonl.gz': 2_000,
  'cronjob/next_times.jsonl.gz': 4_000,
  'cronjob/most_recent.jsonl.gz': 4_000,
  'cronjob/sync.jsonl.gz': 4_000,
  'api/create.jsonl.gz': 160_000,
  'api/update.jsonl.gz': 60_000,
  'scheduler/decisions.jsonl.gz': 290_000,
  'scheduler/sequences.jsonl.gz': 150_000,
  'scheduler/queue.jsonl.gz': 40_000,
  'scheduler/preemption.jsonl.gz': 100_000,
  'daemonset/should_run.jsonl.gz': 4_000,
  'daemonset/rolling_update.jsonl.gz': 8_000,
  'workload-series/daemonset.jsonl.gz': 6_000,
  'disruption/pdb_status.jsonl.gz': 12_000,
  'eviction/eviction.jsonl.gz': 6_000,
  'eviction/priority_admission.jsonl.gz': 8_000,
  'eviction/pod_node_selector.jsonl.gz': 3_000,
  'eviction/default_storage_class.jsonl.gz': 3_000,
  'admission/limit_range.jsonl.gz': 15_000,
  'admission/quota_usage.jsonl.gz': 15_000,
  'admission/default_tolerations.jsonl.gz': 2_000,
  'nodelifecycle/toleration_deadline.jsonl.gz': 8_000,
  'nodelifecycle/zone_state.jsonl.gz': 3_000,
  'endpointslice/conditions.jsonl.gz': 2_000,
  'endpointslice/packing.jsonl.gz': 5_000,
  'endpointslice/topology_hints.jsonl.gz': 8_000,
  'proxy/endpoints.jsonl.gz': 20_000,
  'proxy/traffic_distribution.jsonl.gz': 8_000,
  'hpa/single.jsonl.gz': 40_000,
  'hpa/series.jsonl.gz': 40_000,
  'cluster-autoscaler/binpacking.jsonl.gz': 5_000,
  'cluster-autoscaler/drainability.jsonl.gz': 5_000,
  'cluster-autoscaler/eligibility.jsonl.gz': 5_000,
  'cluster-autoscaler/expander.jsonl.gz': 5_000,
  'cluster-autoscaler/runs.jsonl.gz': 9_000,
  'cluster-autoscaler/utilization.jsonl.gz': 5_000,
  'vpa/capping.jsonl.gz': 5_000,
  'vpa/eviction_limits.jsonl.gz': 5_000,
  'vpa/histogram.jsonl.gz': 5_000,
  'vpa/recommendations.jsonl.gz': 5_000,
  'vpa/update_priority.jsonl.gz': 5_000,
  'kubelet/cpu_cgroup.jsonl.gz': 3_000,
  'kubelet/crashloop_backoff.jsonl.gz': 25_000,
  'kubelet/pods.jsonl.gz': 70_000,
  'traffic/concurrency-limits/limits.jsonl.gz': 6_000,
  'traffic/envoy/circuit.jsonl.gz': 1_500,
  'traffic/envoy/outlier.jsonl.gz': 5_000,
  'traffic/envoy/retries.jsonl.gz': 1_500,
  'traffic/gobreaker/breaker.jsonl.gz': 4_000,
  'traffic/grpc/outlier.jsonl.gz': 4_000,
  'traffic/grpc/retry_throttle.jsonl.gz': 1_000,
  'traffic/resilience4j/circuitbreaker.jsonl.gz': 4_000,
  'traffic/resilience4j/intervals.jsonl.gz': 1_500,
  'traffic/resilience4j/ratelimiter.jsonl.gz': 2_000,
  'traffic/retry-budget/finagle.jsonl.gz': 2_000,
  'traffic/token-bucket/xtime_rate.jsonl.gz': 3_000,
};

/** Recordings that are taken whole, but for their `summary.json` over all runs. */
const TIMELINES = [
  'scale-up/n50-nodes10-default-qps',
  'rollout/n10-25pct-25pct-ready5-min0',
  'rollout/n10-25pct-25pct-ready5-min10',
  'rollout-control/n10-failed-deadline60',
  'rollout-control/n15-pause-at-3s-for-20s',
  'rollout-control/n20-undo-after-3s',
  'node-loss/1-of-10-returns-after-100s',
  'node-loss/zone-of-5-full-disruption-toleration-30s',
  'workloads/statefulset-5-partition-3',
  'disruption/preempt-40-low-by-12-high',
];

/** A string value counts as enumerated where its field has at most this many different values in the file. */
const MOST_VALUES = 40;
/** Longer texts (messages, whole manifests) count as one value. */
const LONGEST_VALUE = 40;

let total = 0;
rmSync(TARGET, { recursive: true, force: true });
for (const [path, share] of Object.entries(SHARES)) {
  const lines = gunzipSync(readFileSync(join(SOURCE, path)))
    .toString('utf8')
    .split('\n')
    .filter(Boolean);
  const { chosen, features } = choose(lines, share);
  const bytes = compress(chosen.map((index) => lines[index]));
  mkdirSync(dirname(join(TARGET, path)), { recursive: true });
  writeFileSync(join(TARGET, path), bytes);
  total += bytes.length;
  console.log(`${path}: ${chosen.length} of ${lines.length} records, ${features}, ${bytes.length} bytes`);
}
for (const path of TIMELINES.map((name) => join('timelines', name))) {
  const files = readdirSync(join(SOURCE, path), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => relative(join(SOURCE, path), join(file.parentPath, file.name)))
    .filter((file) => file !== 'summary.json')
    .sort();
  let bytes = 0;
  for (const file of files) {
    const read = readFileSync(join(SOURCE, path, file));
    const target = join(TARGET, path, `${file.replace(/\.gz$/, '')}.gz`);
    const packed = pack(file.endsWith('.gz') ? gunzipSync(read) : read);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, packed);
    bytes += packed.length;
  }
  total += bytes;
  console.log(`${path}: ${files.length} files, ${bytes} bytes`);
}
console.log(`${total} bytes in all`);

function compress(lines) {
  return pack(`${lines.join('\n')}\n`);
}

function pack(text) {
  const bytes = gzipSync(text, { level: 9 });
  // The tenth byte names the operating system that packed it: unknown, so that the sample is the same everywhere.
  bytes[9] = 255;
  return bytes;
}

/** Indices of the records to keep, ascending: a cover of the features by the cheapest records first, then evenly spread ones. */
function choose(lines, share) {
  const features = featuresOf(lines);
  const picked = new Set();
  const covered = new Set();
  const gain = (index) => features[index].filter((feature) => !covered.has(feature)).length;
  const price = (index) => gain(index) / (lines[index].length + 200);
  // Gains only shrink, so a record that still leads after its price is renewed is the best one.
  const queue = lines.map((_, index) => ({ index, price: price(index) })).sort(byPrice);
  const order = [];
  while (queue.length > 0) {
    const best = queue.shift();
    best.price = price(best.index);
    if (best.price === 0) continue;
    if (queue.length > 0 && byPrice(best, queue[0]) > 0) {
      queue.splice(insertionPoint(queue, best), 0, best);
      continue;
    }
    order.push(best.index);
    picked.add(best.index);
    for (const feature of features[best.index]) covered.add(feature);
  }
  const cover = order.length;
  for (const index of spread(lines.length)) {
    if (!picked.has(index)) order.push(index);
  }
  const fitting = largestFitting(lines, order, share);
  const total = new Set(features.flat()).size;
  const kept = new Set(order.slice(0, fitting).flatMap((index) => features[index])).size;
  return {
    chosen: order.slice(0, fitting).sort((a, b) => a - b),
    features: `${kept} of ${total} features (${cover} records touch all)`,
  };
}

function byPrice(a, b) {
  return b.price - a.price || a.index - b.index;
}

function insertionPoint(queue, item) {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byPrice(queue[middle], item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 0..count-1 in an order whose beginnings are spread evenly: steps of the golden ratio. */
function spread(count) {
  return Array.from({ length: count }, (_, index) => ({ index, key: (index * 0.6180339887498949) % 1 }))
    .sort((a, b) => a.key - b.key || a.index - b.index)
    .map(({ index }) => index);
}

function largestFitting(lines, order, share) {
  let low = 1;
  let high = order.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const size = compress(
      order
        .slice(0, middle)
        .sort((a, b) => a - b)
        .map((index) => lines[index]),
    ).length;
    if (size <= share) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Per record: the numbers of the features that it has. */
function featuresOf(lines) {
  const records = lines.map((line) => leavesOf(JSON.parse(line)));
  const values = new Map();
  for (const leaves of records) {
    for (const [path, value] of leaves) {
      if (!values.has(path)) values.set(path, new Set());
      values.get(path).add(value);
    }
  }
  const numbers = new Map();
  return records.map((leaves) => {
    const own = new Set();
    for (const [path, value] of leaves) {
      own.add(path);
      if (values.get(path).size <= MOST_VALUES) own.add(`${path}=${value}`);
    }
    return [...own].map((feature) => {
      if (!numbers.has(feature)) numbers.set(feature, numbers.size);
      return numbers.get(feature);
    });
  });
}

/** [path, value] of every leaf; numbers are told apart only as negative, 0, 1 and more. */
function leavesOf(value, path = '', leaves = []) {
  if (Array.isArray(value)) {
    if (value.length === 0) leaves.push([path, 'empty list']);
    for (const item of value) leavesOf(item, `${path}[]`, leaves);
  } else if (typeof value === 'object' && value !== null) {
    if (Object.keys(value).length === 0) leaves.push([path, 'empty object']);
    for (const [key, item] of Object.entries(value)) leavesOf(item, `${path}.${key}`, leaves);
  } else if (typeof value === 'number') {
    leaves.push([path, value < 0 ? 'negative' : value > 1 ? 'number' : String(value)]);
  } else {
    const text = String(value);
    leaves.push([path, text.length <= LONGEST_VALUE ? text : 'text']);
  }
  return leaves;
}
