// Which committed columns a component may read: what it knows by itself, and nothing that it would have to hear of by a watch.
import { parseSync } from '@swc/core';
import { components } from './layer-rules.mjs';

const words = (text) => text.split(' ');

/** Fields and methods of the tables. `lasting` stay as long as a row belongs to one pod, node or object; `committed` change. */
const tables = {
  pods: {
    file: 'src/model/pods.ts',
    lasting: words(
      'capacity length count epoch pinned identity firstContainer createdAt ofJobs held foundRestarts allocate allocateStatic appear remove release letGo',
    ),
    committed: words(
      'alive podClass firstClass firstOwner changeOwner node state owner restarts scheduledAt startedAt runningAt readyAt deletedAt graceUs version reason nominated messages pendingResizes restartingAll conditions containersReadyAt finalizers evicted isKept',
    ),
  },
  nodes: {
    file: 'src/model/nodes.ts',
    lasting: words(
      'capacity length cpuMilli memoryBytes ephemeralBytes maxPods zone createdAt spec allocate add remove setImages',
    ),
    committed: words(
      'alive unschedulable ready pressure readyAt labels annotations taints renewPhaseUs version incarnation pastCost messages imagesOf',
    ),
  },
  objects: {
    file: 'src/model/object-store.ts',
    lasting: words('createdAt kind name namespace length find add set revive remove'),
    committed: words('owner podsMade podsMadeInAll get ofKind all'),
  },
  containers: {
    file: 'src/model/containers.ts',
    lasting: words('capacity length allocate release'),
    committed: words('state reason ready restarts exitCode startedAt finishedAt started messages last'),
  },
  /** Their log is a watch: who has read so far sees it as it was then. */
  endpoints: {
    file: 'src/model/endpoint-table.ts',
    lasting: words('entries services listeners logTime logChanged at rulesAt cut commit remove newSlice log setRules'),
    committed: words('slices latest latestRules'),
  },
};

/** Components that get the committed state. The others get a Registry, which the compiler looks after; faults see everything. */
const readers = words('compute kubelet metrics-apis network traffic training');

/** What the files of a folder, or one file, may read, and why it is not ahead of a watch. */
const allowed = [
  {
    in: 'kubelet/',
    reads: words(
      'containers.state containers.reason containers.ready containers.restarts containers.exitCode containers.startedAt containers.finishedAt containers.started containers.messages containers.last pods.startedAt pods.pendingResizes pods.restartingAll nodes.imagesOf',
    ),
    because: 'it alone writes them',
  },
  {
    in: 'kubelet/',
    reads: words('pods.node'),
    because: 'its pods are those that it heard were bound to its node, and they stay there',
  },
  {
    in: 'kubelet/',
    reads: words('pods.alive'),
    because:
      'what it would write of a pod that is gone is refused; a row that somebody else has got is told apart by its epoch',
  },
  {
    in: 'kubelet/',
    reads: words('nodes.alive nodes.renewPhaseUs nodes.pressure'),
    because: 'a node is there as long as its machine; the lease and the conditions are its kubelet’s own',
  },
  {
    in: 'kubelet/node-admission.ts',
    reads: words('nodes.labels'),
    because:
      'a kubelet watches its own Node: a change that comes while a pod is on its way is seen a few milliseconds early',
  },
  {
    in: 'kubelet/known-classes.ts',
    reads: words('pods.podClass pods.firstClass'),
    because: 'it keeps what the pods were until their kubelets hear',
  },
  {
    in: 'kubelet/pod-updates.ts',
    reads: words('pods.podClass'),
    because: 'a kubelet that starts lists the pods of its node',
  },
  {
    in: 'kubelet/kubelet-starts.ts',
    reads: words('pods.state'),
    because: 'a kubelet that starts lists the pods of its node',
  },
  {
    in: 'kubelet/readiness-gates.ts',
    reads: words('pods.conditions'),
    because: 'a pod comes with them when it is bound, and a kubelet that starts lists the pods of its node',
  },
  { in: 'kubelet/status-writer.ts', reads: words('pods.state'), because: 'the answer to its write has it' },
  { in: 'kubelet/static-pods.ts', reads: words('pods.state'), because: 'its mirrors’ kubelet made them' },
  {
    in: 'kubelet/pod-sync.ts',
    reads: words('pods.state'),
    because: 'the phase is its own: the answer to its write has it',
  },
  { in: 'kubelet/work-progress.ts', reads: words('pods.owner'), because: 'a Job’s saved work is found by whose it is' },
  {
    in: 'kubelet/container-stops.ts',
    reads: words('pods.graceUs'),
    because: 'the grace comes with the deletion that it heard of',
  },
  {
    in: 'traffic/names/naming-callers.ts',
    reads: words('pods.podClass'),
    because: 'a process has the resolv.conf that its kubelet wrote for its pod',
  },
  { in: 'traffic/traffic.ts', reads: words('pods.node'), because: 'a process runs where its pod was bound' },
  {
    in: 'traffic/databases/databases.ts',
    reads: words('pods.podClass pods.owner'),
    because: 'what a database may write is what its label says as it is committed: the lease of its role',
  },
  {
    in: 'training/gangs.ts',
    reads: words('pods.node pods.owner'),
    because: 'a process runs where its pod was bound, and knows its job',
  },
  {
    in: 'training/trained-by.ts',
    reads: words('pods.owner objects.owner objects.get'),
    because: 'a training run is told its size, and the results its name',
  },
  {
    in: 'network/port-forwards.ts',
    reads: words('pods.alive pods.state pods.podClass pods.node pods.readyAt objects.get'),
    because: 'kubectl asks the API server, and the tunnel ends with the pod',
  },
  {
    in: 'network/policies/',
    reads: words('pods.podClass'),
    because: 'a node knows the labels of the pods that call from it; those of other nodes it has with the policies',
  },
  { in: 'network/ways-in.ts', reads: words('nodes.alive'), because: 'clients outside have the addresses of machines' },
  {
    in: 'network/health-checks.ts',
    reads: words('nodes.alive nodes.labels'),
    because: 'the cloud knows which machines there are, and which its provider leaves out',
  },
  {
    in: 'traffic/sampled/components.ts',
    reads: words('endpoints.latest'),
    because: 'who measures requests looks at the world from outside',
  },
  { in: 'network/board.ts', reads: words('endpoints.latest'), because: 'servers put themselves on the board' },
  {
    in: 'network/routes/destinations.ts',
    reads: words('objects.get endpoints.latestRules'),
    because:
      'a name is looked up where it is kept; where it leads, and whether it still does, each proxy has as late as its log (at, rulesAt)',
  },
  {
    in: 'metrics-apis/',
    reads: words('pods.alive pods.podClass pods.node containers.state containers.startedAt containers.restarts'),
    because: 'they ask the kubelets, who know their pods and containers',
  },
  {
    in: 'metrics-apis/pod-selection.ts',
    reads: words('objects.ofKind objects.get objects.owner'),
    because: 'it names pods as a monitoring system does, which looks minutes back: a watch’s delay makes no difference',
  },
];

/** Lists of those who are told of a commit, before any watch. */
const commits = words('podCommits nodeCommits objectCommits sliceCommits eventCommits');
const told = [
  {
    in: 'kubelet/kubelets.ts',
    because:
      'it keeps rows for what runs; machines come and go with their nodes; what kubelets do waits for their watch',
  },
  { in: 'kubelet/pod-updates.ts', because: 'it keeps what a changed pod was until its kubelet hears' },
  { in: 'kubelet/static-pods.ts', because: 'it counts the time until a kubelet hears that a mirror is gone' },
];

const mayRead = (file, column) => allowed.some((one) => file.startsWith(`src/${one.in}`) && one.reads.includes(column));

const ahead = {
  sentence: 'a component reads what it knows by itself, not what is committed',
  comment:
    'Keep what a watch told (api.kubelets, api.watchObjects …), or be handed it. What a component knows without: a line in scripts/view-rules.mjs says it, with the reason.',
};
const early = {
  sentence: 'a component hears of a commit by its watch',
  comment:
    'Who is told of commits is told before every watch: metrics, invariants, and what scripts/view-rules.mjs names with its reason.',
};
const otherName = {
  sentence: 'a table goes by its own name',
  comment: 'Else its readers are not found: call it pods, nodes, objects, containers or endpoints.',
};
const unlisted = {
  sentence: 'a column of a table is lasting or committed',
  comment: 'Say in scripts/view-rules.mjs whether it changes while its row belongs to one pod, node or object.',
};

const mentionsCommits = new RegExp(`\\b(${commits.join('|')})\\b`);
const mentionsTable = new RegExp(`\\b(${Object.keys(tables).join('|')})\\b`);

/** Reports what the file reads ahead of its watches, and columns that nobody has sorted. */
export function checkViews(file, text, report) {
  const table = Object.values(tables).find((one) => one.file === file);
  const [, folder] = file.split('/');
  const reader = readers.includes(folder);
  const mayHear = !components.includes(folder) || told.some((one) => file === `src/${one.in}`);
  const reads = reader && mentionsTable.test(text);
  const hears = !mayHear && mentionsCommits.test(text);
  if (table === undefined && !reads && !hears) return;
  const bytes = Buffer.from(text);
  const at = ({ span }) =>
    bytes
      .subarray(0, span.start - 1)
      .toString()
      .split('\n').length;
  const tell = (node, rule, found) => report(at(node), rule, found);
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2022' });
  walk(tree, (node) => {
    if (table !== undefined) findColumns(node, table, tell);
    if (reads) findReads(node, file, tell);
    if (hears && node.type === 'Identifier' && commits.includes(node.value)) tell(node, early, node.value);
  });
}

function walk(node, visit) {
  if (Array.isArray(node)) return node.forEach((one) => walk(one, visit));
  if (typeof node !== 'object' || node === null) return;
  visit(node);
  for (const one of Object.values(node)) walk(one, visit);
}

function findColumns(node, { lasting, committed }, tell) {
  if (node.type !== 'ClassDeclaration' || !/(Table|Store)$/.test(node.identifier.value)) return;
  for (const member of node.body) {
    const name = member.key?.type === 'Identifier' ? member.key.value : undefined;
    if (name === undefined || member.type === 'Constructor' || lasting.includes(name) || committed.includes(name))
      continue;
    tell(member, unlisted, name);
  }
}

/** `pods` of `pods`, `state.pods` and `this.#state.pods`. */
const lastName = (node) =>
  node?.type === 'MemberExpression' ? nameOf(node.property) : node?.type === 'Identifier' ? node.value : undefined;
const nameOf = (key) => (key?.type === 'PrivateName' ? (key.value ?? key.id?.value) : key?.value);

function findReads(node, file, tell) {
  const read = (table, column, where) => {
    if (!Object.hasOwn(tables, table ?? '') || !tables[table].committed.includes(column)) return;
    if (!mayRead(file, `${table}.${column}`)) tell(where, ahead, `${table}.${column}`);
  };
  const taken = (pattern, from) => {
    for (const { key, value } of pattern.properties) {
      const name = nameOf(key);
      read(from, name, pattern);
      if (value?.type === 'ObjectPattern') taken(value, name);
      else if (value?.type === 'Identifier' && from === 'state' && Object.hasOwn(tables, name ?? ''))
        tell(pattern, otherName, name);
    }
  };
  if (node.type === 'MemberExpression') read(lastName(node.object), nameOf(node.property), node);
  if (node.type === 'VariableDeclarator' && node.id.type === 'ObjectPattern') taken(node.id, lastName(node.init));
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init?.type === 'MemberExpression') {
    const name = lastName(node.init);
    if (lastName(node.init.object) === 'state' && Object.hasOwn(tables, name ?? '') && node.id.value !== name)
      tell(node, otherName, name);
  }
}
