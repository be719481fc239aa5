// Wrong scenarios and exactly what is said about each. The lines of a case begin at line 5 of s.yaml, below HEADER.
import { describe, expect, it } from 'vitest';
import { CONCURRENT_SYNCS } from '../../src/model/settings/concurrent-syncs.ts';
import { complaints, families, HEADER, load, schemaRefuses } from './tank.ts';

/** The members that a message lists. */
const names = {
  balancers: [...families.balancers.keys()].join(', '),
  arrivals: [...families.arrivals.keys()].join(', '),
  rollouts: [...families.rollouts.keys()].join(', '),
};

/** The body below `spec:`, and the lines that the command line prints. */
const cases: readonly (readonly [string, ...string[]])[] = [
  ['  warmup: 1m', 's.yaml:4:1: spec.duration: is required: a duration such as "250ms", "1m30s" or 0'],
  ['  duration: 5', 's.yaml:5:13: spec.duration: expected a duration such as "250ms", "1m30s" or 0, got 5'],
  [
    '  duration: 5 minutes',
    's.yaml:5:13: spec.duration: expected a duration such as "250ms", "1m30s" or 0, got "5 minutes"',
  ],
  ['  duration: 0', 's.yaml:5:13: spec.duration: expected a duration above 0'],
  ['  duration: -5m', 's.yaml:5:13: spec.duration: expected a duration such as "250ms", "1m30s" or 0, got "-5m"'],
  [
    '  duraton: 5m',
    's.yaml:4:1: spec.duration: is required: a duration such as "250ms", "1m30s" or 0',
    's.yaml:5:3: spec.duraton: unknown field "duraton" (did you mean "duration"?)',
  ],
  ['  duration: 5m\n  warmup: 5m', 's.yaml:6:11: spec.warmup: must be shorter than the duration'],
  ['  duration: 5m\n  interval: 0', 's.yaml:6:13: spec.interval: expected a duration above 0'],
  ['  duration: 5m\n  seed: abc', 's.yaml:6:9: spec.seed: expected a number, got "abc"'],
  ['  duration: 5m\n  seed: -1', 's.yaml:6:9: spec.seed: expected a number of at least 0, got -1'],
  ['  duration: 5m\n  seeds: 0', 's.yaml:6:10: spec.seeds: expected a number above 0, got 0'],
  ['  duration: 5m\n  seeds: 1.5', 's.yaml:6:10: spec.seeds: expected a whole number, got 1.5'],
  [
    '  duration: 5m\n  preset: idael',
    's.yaml:6:11: spec.preset: expected one of default, ideal, got "idael" (did you mean "ideal"?)',
  ],
  ['  duration: 5m\n  manifests: shop.yaml', 's.yaml:6:14: spec.manifests: expected a list, got "shop.yaml"'],
  [
    '  duration: 5m\n  manifests: [missing.yaml]',
    's.yaml:6:15: spec.manifests[0]: missing.yaml: files cannot be read here',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ count: 3 }] }',
    's.yaml:6:26: spec.cluster.nodePools[0].name: is required: text',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: Web }] }',
    's.yaml:6:34: spec.cluster.nodePools[0].name: expected a name of lower-case letters, digits, "-" and "."',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a, count: -1 }] }',
    's.yaml:6:44: spec.cluster.nodePools[0].count: expected a number of at least 0, got -1',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a }, { name: a }] }',
    's.yaml:6:47: spec.cluster.nodePools[1].name: duplicate "a"',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a, zones: [x, y] }] }',
    's.yaml:6:48: spec.cluster.nodePools[0].zones[1]: expected text, got true (quote it to make it text)',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a, zones: [] }] }',
    's.yaml:6:44: spec.cluster.nodePools[0].zones: must not be empty',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a, capacity: { cpus: 4 } }] }',
    's.yaml:6:49: spec.cluster.nodePools[0].capacity.cpus: unknown resource "cpus", expected one of cpu, memory, pods, ephemeral-storage, hugepages-<size>, <domain>/<name> (did you mean "cpu"?)',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a, capacity: { memory: 16GB } }] }',
    's.yaml:6:57: spec.cluster.nodePools[0].capacity.memory: expected a quantity such as "500m", 4 or "16Gi", got "16GB"',
  ],
  [
    '  duration: 5m\n  cluster: { nodePools: [{ name: a, taints: [{ key: k, effect: NoScheduling }] }] }',
    's.yaml:6:64: spec.cluster.nodePools[0].taints[0].effect: expected one of NoSchedule, PreferNoSchedule, NoExecute, got "NoScheduling" (did you mean "NoSchedule"?)',
  ],
  [
    '  duration: 5m\n  cluster: { version: 1.36 }',
    's.yaml:6:23: spec.cluster.version: expected text, got 1.36 (quote it to make it text)',
  ],
  ['  duration: 5m\n  cluster: 5', 's.yaml:6:12: spec.cluster: expected a mapping, got 5'],
  [
    '  duration: 5m\n  controlPlane: { etcd: { commit: 5 } }',
    's.yaml:6:35: spec.controlPlane.etcd.commit: expected a duration such as "250ms", "1m30s" or 0, got 5',
  ],
  [
    '  duration: 5m\n  controlPlane: { etcd: { commit: { lognormall: { median: 1ms, sigma: 1 } } } }',
    's.yaml:6:37: spec.controlPlane.etcd.commit.lognormall: unknown name "lognormall", expected one of constant, uniform, exponential, gamma, hyperexponential, lognormal, weibull, bathtub, pareto, empirical (did you mean "lognormal"?)',
  ],
  [
    '  duration: 5m\n  controlPlane: { etcd: { commit: { lognormal: { median: 1ms } } } }',
    's.yaml:6:37: spec.controlPlane.etcd.commit.lognormal.sigma: is required: a number',
  ],
  [
    '  duration: 5m\n  controlPlane: { etcd: { commit: { lognormal: { mean: 1ms, sigma: 1 } } } }',
    's.yaml:6:37: spec.controlPlane.etcd.commit.lognormal.median: is required: a duration such as "250ms", "1m30s" or 0',
    's.yaml:6:50: spec.controlPlane.etcd.commit.lognormal.mean: unknown field "mean", expected one of median, sigma (did you mean "median"?)',
  ],
  [
    '  duration: 5m\n  controlPlane: { etcd: { commit: { uniform: { min: 2ms, max: 1ms } } } }',
    's.yaml:6:46: spec.controlPlane.etcd.commit.uniform: min must not exceed max',
  ],
  [
    '  duration: 5m\n  controlPlane: { etcd: { commit: { lognormal: {}, uniform: {} } } }',
    's.yaml:6:35: spec.controlPlane.etcd.commit: expected a duration or a distribution by one name of constant, uniform, exponential, gamma, hyperexponential, lognormal, weibull, bathtub, pareto, empirical, got 2 keys',
  ],
  [
    '  duration: 5m\n  controlPlane: { apiserver: {} }',
    's.yaml:6:19: spec.controlPlane.apiserver: unknown field "apiserver", expected one of featureGates, apiServer, etcd, watch, clients, controllers, replicas, zones, leaderElection, processes, pods (did you mean "apiServer"?)',
  ],
  [
    '  duration: 5m\n  controlPlane: { clients: { scheduler: { qps: 0 } } }',
    's.yaml:6:48: spec.controlPlane.clients.scheduler.qps: expected a number above 0 or "unlimited"',
  ],
  [
    '  duration: 5m\n  controlPlane: { controllers: { concurrentSyncs: { deployments: 5 } } }',
    `s.yaml:6:53: spec.controlPlane.controllers.concurrentSyncs.deployments: unknown field "deployments", expected one of ${Object.keys(CONCURRENT_SYNCS).join(', ')} (did you mean "deployment"?)`,
  ],
  [
    '  duration: 5m\n  controlPlane: { controllers: { unhealthyZoneThreshold: 55 } }',
    's.yaml:6:58: spec.controlPlane.controllers.unhealthyZoneThreshold: expected a number of at most 1, got 55',
  ],
  [
    '  duration: 5m\n  scheduler: { tieBreak: last }',
    's.yaml:6:26: spec.scheduler.tieBreak: expected one of heap, random, first, ranked, got "last"',
  ],
  [
    '  duration: 5m\n  scheduler: { podInitialBackoff: 20s }',
    's.yaml:6:35: spec.scheduler.podInitialBackoff: must not exceed podMaxBackoff',
  ],
  [
    '  duration: 5m\n  scheduler: { percentageOfNodesToScore: 101 }',
    's.yaml:6:42: spec.scheduler.percentageOfNodesToScore: expected a number of at most 100, got 101',
  ],
  [
    '  duration: 5m\n  kubelet: { imagePull: { bandwidth: 25MB } }',
    's.yaml:6:38: spec.kubelet.imagePull.bandwidth: expected a transfer rate such as "25MB/s" or "unlimited", got "25MB"',
  ],
  [
    '  duration: 5m\n  kubelet: { imagePull: { imageSize: big } }',
    's.yaml:6:38: spec.kubelet.imagePull.imageSize: expected a size such as "120MB" or "1.5GiB", got "big"',
  ],
  [
    '  duration: 5m\n  network: { balancer: RoundRobbin }',
    's.yaml:6:24: spec.network.balancer: unknown balancer "RoundRobbin" (did you mean "RoundRobin"?)',
  ],
  [
    '  duration: 5m\n  network: { balancer: { Random: { seed: 5 } } }',
    's.yaml:6:36: spec.network.balancer.Random.seed: unknown field "seed", none is expected here',
  ],
  [
    '  duration: 5m\n  network: { policies: { web: [Fallback, { CoDel: {} }] } }',
    's.yaml:6:42: spec.network.policies.web[1]: CoDel looks at requests that wait at a server: put it into `policies` of the behavior',
  ],
  [
    '  duration: 5m\n  behaviors: [{ image: web, policies: [Fallback], calls: [{ service: shop/cart, policies: [{ QueueLimit: { length: 3 } }] }] }]',
    's.yaml:6:40: spec.behaviors[0].policies[0]: Fallback is one of callers: put it into `policies` of a call, a source or a route',
    's.yaml:6:92: spec.behaviors[0].calls[0].policies[0]: QueueLimit looks at requests that wait at a server: put it into `policies` of the behavior',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: u, to: web, arrivals: { poisson: { rate: 5/s } }, policies: [{ PrioritySheding: {} }] }]',
    's.yaml:6:84: spec.traffic[0].policies[0].PrioritySheding: unknown policy "PrioritySheding" (did you mean "PriorityShedding"?)',
  ],
  [
    '  duration: 5m\n  network: { balancers: { webb: Random } }',
    's.yaml:6:27: spec.network.balancers.webb: there is no Service default/webb in the input (did you mean "default/web"?)',
  ],
  [
    '  duration: 5m\n  scheduler: { profiles: [{ plugins: { score: { enabled: [{ name: NodeNam }] } } }] }',
    's.yaml:6:67: spec.scheduler.profiles[0].plugins.score.enabled[0].name: unknown plugin "NodeNam" (did you mean "NodeName"?)',
  ],
  [
    '  duration: 5m\n  rollouts: { wep: Recreate }',
    's.yaml:6:15: spec.rollouts.wep: there is no Deployment default/wep in the input (did you mean "default/web"?)',
  ],
  [
    '  duration: 5m\n  rollouts: { web: Recreat }',
    `s.yaml:6:20: spec.rollouts.web: unknown rollout "Recreat", expected one of ${names.rollouts} (did you mean "Recreate"?)`,
  ],
  ['  duration: 5m\n  behaviors: [{ startup: 1s }]', 's.yaml:6:15: spec.behaviors[0].image: is required: text'],
  [
    '  duration: 5m\n  behaviors: [{ image: shop/web:v1, requests: { errorRate: 2 } }]',
    's.yaml:6:60: spec.behaviors[0].requests.errorRate: expected a number of at most 1, got 2',
  ],
  [
    '  duration: 5m\n  behaviors: [{ image: shop/web:v1, crash: { exitCode: 1 } }]',
    's.yaml:6:37: spec.behaviors[0].crash.after: is required: a duration such as "250ms", "1m30s" or 0',
  ],
  [
    '  duration: 5m\n  behaviors:\n    - image: shop/web:v1\n      calls: [{ service: web, count: 0 }]',
    's.yaml:8:38: spec.behaviors[0].calls[0].count: expected a number above 0, got 0',
  ],
  [
    '  duration: 5m\n  behaviors:\n    - image: shop/web:v1\n      calls: [{ service: web, probability: often }]',
    's.yaml:8:44: spec.behaviors[0].calls[0].probability: expected a number, got "often"',
  ],
  [
    '  duration: 5m\n  behaviors:\n    - image: shop/web:v1\n      calls: [{ service: web, retries: { maximum: 1 } }]',
    's.yaml:8:42: spec.behaviors[0].calls[0].retries.maximum: unknown field "maximum", expected one of max, backoff, jitter',
  ],
  [
    '  duration: 5m\n  behaviors: [{ image: shop/web:v1, calls: [{ service: cart }] }]',
    's.yaml:6:56: spec.behaviors[0].calls[0].service: there is no Service default/cart in the input (did you mean "default/web"?)',
  ],
  ['  duration: 5m\n  behaviors: [{ image: a }, { image: a }]', 's.yaml:6:38: spec.behaviors[1].image: duplicate "a"'],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { constant: { rate: 5/s } }, timeout: soon }]',
    's.yaml:6:85: spec.traffic[0].timeout: expected a duration such as "250ms", "1m30s" or 0, got "soon"',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { constant: { rate: 5/s } }, start: 2m, stop: 1m }]',
    's.yaml:6:93: spec.traffic[0].stop: must be after the start',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: wbe, arrivals: { constant: { rate: 5/s } } }]',
    's.yaml:6:32: spec.traffic[0].to: there is no Service default/wbe in the input (did you mean "default/web"?)',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: ingress/web/x, arrivals: { constant: { rate: 5/s } } }]',
    's.yaml:6:32: spec.traffic[0].to: expected a Service such as "web", "shop/web", "web:http" or "web:8080", got "ingress/web/x"',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: "web:", arrivals: { constant: { rate: 5/s } } }]',
    's.yaml:6:32: spec.traffic[0].to: expected a Service such as "web", "shop/web", "web:http" or "web:8080", got "web:"',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web:8080, arrivals: { constant: { rate: 5/s } } }]',
    's.yaml:6:32: spec.traffic[0].to: Service default/web has no port "8080", expected one of 80 (did you mean "80"?)',
  ],
  [
    '  duration: 5m\n  behaviors: [{ image: shop/web, calls: [{ service: shop/cart:http }] }]',
    's.yaml:6:53: spec.behaviors[0].calls[0].service: Service shop/cart has no port "http", expected one of 80',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { poison: { rate: 5/s } } }]',
    `s.yaml:6:49: spec.traffic[0].arrivals.poison: unknown arrival process "poison", expected one of ${names.arrivals} (did you mean "poisson"?)`,
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5 } } }]',
    's.yaml:6:66: spec.traffic[0].arrivals.poisson.rate: expected a rate such as "500/s" or "30/m", got 5',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { poisson: { rat: 5/s } } }]',
    's.yaml:6:49: spec.traffic[0].arrivals.poisson.rate: is required: a rate such as "500/s" or "30/m"',
    's.yaml:6:60: spec.traffic[0].arrivals.poisson.rat: unknown field "rat", expected one of rate (did you mean "rate"?)',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: constant }]',
    's.yaml:6:47: spec.traffic[0].arrivals: constant needs arguments: rate is required: a rate such as "500/s" or "30/m"',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, users: { think: 1s } }]',
    `s.yaml:6:13: spec.traffic[0].arrivals: expected one arrival process by name (one of ${names.arrivals}), or \`users.count\`, got nothing`,
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } }, users: { count: 3, think: 1s } }]',
    's.yaml:6:91: spec.traffic[0].users.count: does not go with `arrivals`, by which users come: keep one',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } }, users: { think: 1s } }]',
    's.yaml:6:75: spec.traffic[0].users.leave: must be above 0 where users come by `arrivals`, or they would never leave',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, users: { count: 3, think: 0 } }]',
    's.yaml:6:63: spec.traffic[0].users.think: expected a duration or distribution above 0: it is waited for again and again',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web, users: { count: [{ at: 2m, users: 1 }, { at: 1m, users: 3 }], think: 1s } }]',
    's.yaml:6:53: spec.traffic[0].users.count: must be in the order of time',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: u, to: web, users: { count: 3, think: 1s, session: [home, bye] }, classes: [{ name: home }, { name: buy }] }]',
    's.yaml:6:79: spec.traffic[0].users.session[1]: there is no class "bye", expected one of home, buy (did you mean "buy"?)',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: u, to: web, users: { count: 3, think: 1s, session: { start: home, next: { home: { hme: 1, leave: 2 } } } }, classes: [{ name: home }, { name: home }] }]',
    's.yaml:6:108: spec.traffic[0].users.session.next.home.hme: there is no class "hme", expected one of home, home (did you mean "home"?)',
    's.yaml:6:163: spec.traffic[0].classes[1].name: duplicate "home"',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: u, to: web, arrivals: { poisson: { rate: 5/s } }, classes: [{ name: a, weight: 0 }] }]',
    's.yaml:6:80: spec.traffic[0].classes: have no weight, one at least must be above 0',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: u, to: web, arrivals: { poisson: { rate: 5/s } }, keys: { count: 0, zipf: 20 } }]',
    's.yaml:6:86: spec.traffic[0].keys.count: expected a number above 0, got 0',
    's.yaml:6:95: spec.traffic[0].keys.zipf: expected a number of at most 10, got 20',
  ],
  [
    '  duration: 5m\n  traffic: [{ name: users, to: web }]',
    `s.yaml:6:13: spec.traffic[0].arrivals: expected one arrival process by name (one of ${names.arrivals}), or \`users\` with a \`count\`, got nothing`,
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m }]',
    's.yaml:6:14: spec.timeline[0]: expected exactly one of setImage, scale, patch, label, annotate, rolloutRestart, rolloutUndo, rolloutPause, rolloutResume, rolloutStatus, rolloutHistory, argoRollouts, cordon, uncordon, drain, taint, delete, createDeployment, expose, apply, applyServerSide, staticPods, snapshotSave, snapshotRestore, defragment, alarmDisarm, fault, recover beside `at`',
  ],
  [
    '  duration: 5m\n  timeline: [{ scale: { deployment: web, replicas: 1 } }]',
    's.yaml:6:14: spec.timeline[0]: expected `at` or `when`',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, scale: { deployment: web, replicas: 1 }, rolloutRestart: { deployment: web } }]',
    's.yaml:6:14: spec.timeline[0]: expected exactly one of setImage, scale, patch, label, annotate, rolloutRestart, rolloutUndo, rolloutPause, rolloutResume, rolloutStatus, rolloutHistory, argoRollouts, cordon, uncordon, drain, taint, delete, createDeployment, expose, apply, applyServerSide, staticPods, snapshotSave, snapshotRestore, defragment, alarmDisarm, fault, recover beside `at`',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, scal: { deployment: web, replicas: 1 } }]',
    's.yaml:6:14: spec.timeline[0]: expected exactly one of setImage, scale, patch, label, annotate, rolloutRestart, rolloutUndo, rolloutPause, rolloutResume, rolloutStatus, rolloutHistory, argoRollouts, cordon, uncordon, drain, taint, delete, createDeployment, expose, apply, applyServerSide, staticPods, snapshotSave, snapshotRestore, defragment, alarmDisarm, fault, recover beside `at`',
    's.yaml:6:24: spec.timeline[0].scal: unknown field "scal" (did you mean "scale"?)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, scale: { deployment: wep, replicas: 1 } }]',
    's.yaml:6:45: spec.timeline[0].scale.deployment: there is no Deployment default/wep in the input (did you mean "default/web"?)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, scale: { deployment: web, namespace: shop, replicas: 1 } }]',
    's.yaml:6:45: spec.timeline[0].scale.deployment: there is no Deployment shop/web in the input (it is in another namespace: default/web)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, setImage: { deployment: web, container: nginx, image: x } }]',
    's.yaml:6:64: spec.timeline[0].setImage.container: there is no container "nginx", expected one of web',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, fault: { ZoneOutage: { zone: b } } }]',
    's.yaml:6:53: spec.timeline[0].fault.ZoneOutage.zone: no node is in zone "b", expected one of zone-a',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, fault: { ZoneOutage: { zon: zone-a } } }]',
    's.yaml:6:33: spec.timeline[0].fault.ZoneOutage.zone: is required: text',
    's.yaml:6:47: spec.timeline[0].fault.ZoneOutage.zon: unknown field "zon", expected one of zone, for (did you mean "zone"?)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, fault: { NodeCrash: { node: default-3 } } }]',
    's.yaml:6:52: spec.timeline[0].fault.NodeCrash.node: there is no node "default-3", expected one of default-0, default-1, default-2 (did you mean "default-0"?)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, fault: { PodCrash: { deployment: wb } } }]',
    's.yaml:6:57: spec.timeline[0].fault.PodCrash.deployment: there is no Deployment default/wb in the input (did you mean "default/web"?)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, fault: { PodCrash: { deployment: web, container: 7 } } }]',
    's.yaml:6:73: spec.timeline[0].fault.PodCrash.container: no pod of Deployment default/web has a container with index 7, expected 0, each has one',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, delete: { kind: Pod, name: wob-1 } }]',
    's.yaml:6:51: spec.timeline[0].delete.name: there is no Pod default/wob-1 in the input, and no workload that would make it',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, delete: { kind: Service, name: wob } }]',
    's.yaml:6:55: spec.timeline[0].delete.name: there is no Service default/wob in the input (did you mean "default/web"?)',
  ],
  [
    '  duration: 5m\n  timeline: [{ at: 1m, apply: { apiVersion: v1, kind: Servise } }]',
    's.yaml:6:55: spec.timeline[0].apply.kind: unknown kind "Servise" in "v1" (did you mean "Service"?)',
  ],
  [
    '  duration: 5m\n  faults: [{ fault: { NodeCrush: {} }, every: 1h }]',
    's.yaml:6:23: spec.faults[0].fault.NodeCrush: unknown fault "NodeCrush" (did you mean "NodeCrash"?)',
  ],
  [
    '  duration: 5m\n  faults: [{ fault: NodeCrash }]',
    's.yaml:6:12: spec.faults[0].every: is required: a duration such as "250ms", "1m30s" or 0',
  ],
  ['  duration: 5m\n  sweep: { spec.seed: [] }', 's.yaml:6:23: spec.sweep[spec.seed]: must not be empty'],
  [
    '  duration: 5m\n  sweep: { seed: [1, 2] }',
    's.yaml:6:12: spec.sweep.seed: expected a path such as "spec.traffic[0].timeout" or "Deployment/default/web:/spec/replicas", got "seed"',
  ],
  ['  duration: 5m\n  sweep: { spec.traffic: 5 }', 's.yaml:6:26: spec.sweep[spec.traffic]: expected a list, got 5'],
  ['  duration: 5m\n  expect: requests.p99 < 1s', 's.yaml:6:11: spec.expect: expected a list, got "requests.p99 < 1s"'],
  [
    '  duration: 5m\n  expect: [requests.p98 < 1s]',
    's.yaml:6:12: spec.expect[0]: "requests.p98 < 1s": unknown figure "requests.p98" (did you mean "requests.p90"?)',
  ],
  [
    '  duration: 5m\n  expect: [requests.p99 during 4m..6m < 1s]',
    's.yaml:6:12: spec.expect[0]: "requests.p99 during 4m..6m < 1s": its window ends after the run',
  ],
  [
    '  duration: 5m\n  expect: [deployment.wab.ready > 1]',
    's.yaml:6:12: spec.expect[0]: "deployment.wab.ready > 1": there is no deployment "wab" in the input (did you mean "web"?)',
  ],
  [
    '  duration: 5m\n  behaviors: [{ image: shop/web:v1, requests: { service: { empirical: { file: t.csv, column: x } } } }]',
    's.yaml:6:79: spec.behaviors[0].requests.service.empirical.file: t.csv: files cannot be read here',
  ],
  [
    'apiVersion: wavetank/v2\nkind: Scenario\nmetadata: { name: a }\nspec: { duration: 1m }',
    's.yaml:1:13: apiVersion: unknown version "wavetank/v2", expected "wavetank/v1"',
  ],
  [
    'apiVersion: wavetank/v1\nkind: scenario\nmetadata: { name: a }\nspec: { duration: 1m }',
    's.yaml:2:7: kind: unknown kind "scenario", expected "Scenario"',
  ],
  ['apiVersion: wavetank/v1\nkind: Scenario\nspec: { duration: 1m }', 's.yaml:1:1: metadata: is required: a mapping'],
  [
    'apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: ../x }\nspec: { duration: 1m }',
    's.yaml:3:19: metadata.name: expected a name of lower-case letters, digits, "-" and "."',
  ],
  [
    'apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: a, labels: {} }\nspec: { duration: 1m }',
    's.yaml:3:22: metadata.labels: unknown field "labels", expected one of name',
  ],
  [
    'apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: a }\nspec: { duration: 1m }\nstatus: {}',
    's.yaml:5:1: status: unknown field "status", expected one of apiVersion, kind, metadata, spec',
  ],
  [
    'apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: a }\nspec: { duration: 1m }\n---\napiVersion: wavetank/v1\nkind: Scenario',
    's.yaml:7:7: kind: a second Scenario, expected at most one',
  ],
  [
    'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }',
    'web.yaml:14:19: metadata.name: Service/default/web is already declared at s.yaml:1',
  ],
  [
    'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { prots: [{ port: http }] }',
    's.yaml:4:9: spec.prots: unknown field "prots" (did you mean "ports"?)',
  ],
  [
    'apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Pot, metadata: { name: a } }',
    's.yaml:4:29: items[0].kind: unknown kind "Pot" in "v1" (did you mean "Pod"?)',
  ],
  [
    '  duration: 5m\n  seed: x\n  seeds: x\n  preset: x\n  interval: x\n  warmup: x',
    's.yaml:6:9: spec.seed: expected a number, got "x"',
    's.yaml:7:10: spec.seeds: expected a number, got "x"',
    's.yaml:8:11: spec.preset: expected one of default, ideal, got "x"',
    's.yaml:9:13: spec.interval: expected a duration such as "250ms", "1m30s" or 0, got "x"',
    's.yaml:10:11: spec.warmup: expected a duration such as "250ms", "1m30s" or 0, got "x"',
  ],
];

describe('a wrong scenario', () => {
  it.each(cases)('%s', (body, ...lines) => {
    const text = body.startsWith('apiVersion') ? body : `${HEADER}${body}\n`;
    expect(complaints(() => load(text)).split('\n')).toEqual(lines);
  });
});

/** Complaints that take more than the place itself: other parts of the document, objects, files, the grammar of figures. */
const BEYOND_SHAPE =
  /there is no|duplicate |already declared|no node is in|must (?:not exceed|be shorter|be after)|files cannot be read|unknown figure|has no port|has a container with index|its window|expected a path such as|one arrival process by name .* got nothing|does not go with|must be in the order|must be above 0 where|waited for again|have no weight|looks at requests that wait|is one of callers/;

describe('the JSON Schema', () => {
  const alone = cases.filter(([body]) => !body.includes('---'));
  it.each(alone)('sees the shape of %s', (body, ...lines) => {
    const shape = lines.filter((line) => !BEYOND_SHAPE.test(line));
    expect(schemaRefuses(`${body.startsWith(' ') ? HEADER : ''}${body}\n`), lines.join('\n')).toBe(shape.length > 0);
  });
});

describe('profiles of the scheduler', () => {
  it.each([
    ['{ plugins: { skore: {} } }', 'plugins.skore: unknown extension point "skore" (did you mean "score"?)'],
    [
      '{ pluginConfig: [{ name: InterPodAffinity, args: { hardPodAffinityWeight: 200 } }] }',
      'pluginConfig[0].args.hardPodAffinityWeight: expected a number of at most 100, got 200',
    ],
  ])('%s', (profile, message) => {
    const text = `${HEADER}  duration: 5m\n  scheduler: { profiles: [${profile}] }\n`;
    expect(complaints(() => load(text))).toContain(`spec.scheduler.profiles[0].${message}`);
  });
});

describe('options of the command line', () => {
  const text = `${HEADER}  duration: 5m
  cluster: { nodePools: [{ name: a, count: 2 }, { name: b }] }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } } }]
`;
  it.each([
    ['spec.seed', '--set spec.seed: expected path=value'],
    [
      'seed=5',
      '--set seed=5: expected a path such as "spec.traffic[0].timeout" or "Deployment/default/web:/spec/replicas", got "seed"',
    ],
    ['spec.sed=5', '--set spec.sed=5: spec.sed: unknown field "sed" (did you mean "seed"?)'],
    [
      'spec.traffic[0].arrivals.poisson.rate=fast',
      '--set spec.traffic[0].arrivals.poisson.rate=fast: spec.traffic[0].arrivals.poisson.rate: expected a rate such as "500/s" or "30/m", got "fast"',
    ],
    ['spec.traffic[1].to=web', '--set spec.traffic[1].to=web: there is no item 1: the list has 1'],
    [
      'spec.cluster.nodePools[name=c].count=5',
      '--set spec.cluster.nodePools[name=c].count=5: no item has name "c", expected one of a, b (did you mean "a"?)',
    ],
    [
      'spec.traffic.users.to=web',
      '--set spec.traffic.users.to=web: expected an index such as [0] or [name=web] for a list, got "users"',
    ],
    ['spec.duration.x=5', '--set spec.duration.x=5: there is nothing below spec.duration, which is a plain value'],
    ['spec.__proto__.x=5', '--set spec.__proto__.x=5: the key "__proto__" is refused'],
    ['spec.seed=[1', '--set spec.seed=[1:1:3: not valid YAML: unexpected end of the stream within a flow collection'],
    [
      'Deployment/default/wep:/spec/replicas=5',
      '--set Deployment/default/wep:/spec/replicas=5: there is no Deployment/default/wep in the input, which has Deployment/default/web, Service/default/web, Service/shop/cart (did you mean "Deployment/default/web"?)',
    ],
    [
      'Deployment/default/web:/spec/replica=5',
      '--set Deployment/default/web:/spec/replica=5: spec.replica: unknown field "replica" (did you mean "replicas"?)',
    ],
    [
      'Deployment/web:/spec/replicas=many',
      '--set Deployment/web:/spec/replicas=many: spec.replicas: expected an integer, got "many"',
    ],
  ])('--set %s', (set, line) => {
    expect(complaints(() => load(text, { set: [set] }))).toBe(line);
  });

  it('--vary with the same axis twice', () => {
    const vary = ['Deployment/web:/spec/replicas=1,2', 'Deployment/web:/spec/replicas=3'];
    const said = '--vary Deployment/web:/spec/replicas=3: Deployment/web:/spec/replicas has an axis already';
    expect(complaints(() => load(text, { vary }))).toBe(said);
  });

  it('--nodes with several pools', () => {
    const said = '--nodes: the scenario has several node pools; use --set spec.cluster.nodePools[name=…].count=N';
    expect(complaints(() => load(text, { nodes: 5 }))).toBe(said);
  });

  it('--duration and --seed', () => {
    expect(complaints(() => load(text, { duration: 'long', seed: -1 })).split('\n')).toEqual([
      '--duration: spec.duration: expected a duration such as "250ms", "1m30s" or 0, got "long"',
      '--seed: spec.seed: expected a number of at least 0, got -1',
    ]);
  });
});

describe('many problems', () => {
  it('prints twenty and counts the others', () => {
    const entries = Array.from({ length: 25 }, (_, index) => `    - { at: x${index} }`).join('\n');
    const lines = complaints(() => load(`${HEADER}  duration: 5m\n  timeline:\n${entries}\n`)).split('\n');
    // Each entry has a wrong time.
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe('… and 5 more');
  });

  it('sorts them by file and line, and names no object twice', () => {
    const text = `${HEADER}  duration: 5m\n  expect: [foo < 1]\n  traffic: [{ name: u, to: wbe, arrivals: { constant: { rate: 5/s } } }]\n`;
    const broken = {
      file: 'b.yaml',
      text: 'apiVersion: v1\nkind: Service\nmetadata: { name: wbe }\nspec: { port: 80 }\n',
    };
    const lines = complaints(() => load(text, {}, [broken])).split('\n');
    expect(lines.map((line) => line.slice(0, 10))).toEqual(['s.yaml:6:1', 'b.yaml:4:9']);
  });
});
