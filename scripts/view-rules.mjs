// Which committed columns a component may read: what it knows by itself, and nothing that it would have to hear of by a watch.
import { parseSync } from '@swc/core';

const words = (text) => text.split(' ');

/** Fields and methods of the tables. `lasting` stay as long as a row belongs to one pod, node or object; `committed` change. */
const tables = {
  pods: {
    file: 'src/model/pods.ts',
    lasting: words(
      'capacity length count epoch pinned identity firstContainer createdAt ofJobs held allocate allocateStatic appear remove release letGo',
    ),
    committed: words(
      'alive podClass firstClass node state owner restarts scheduledAt startedAt runningAt readyAt deletedAt graceUs version reason nominated messages pendingResizes finalizers evicted isKept',
    ),
  },
  nodes: {
    file: 'src/model/nodes.ts',
    lasting: words('capacity length cpuMilli memoryBytes ephemeralBytes maxPods zone createdAt spec allocate add remove'),
    committed: words(
      'alive unschedulable ready pressure readyAt labels annotations taints renewPhaseUs version incarnation pastCost messages',
    ),
  },
  objects: {
    file: 'src/model/object-store.ts',
    lasting: words('createdAt kind name namespace length find add set remove'),
    committed: words('owner podsMade get ofKind'),
  },
  containers: {
    file: 'src/model/containers.ts',
    lasting: words('capacity length allocate release'),
    committed: words('state reason ready restarts exitCode startedAt finishedAt started messages last'),
  },
  /** Their log is a watch: who has read so far sees it as it was then. */
  endpoints: {
    file: 'src/model/endpoint-table.ts',
    lasting: words('entries logTime logChanged at rulesAt cut commit remove newSlice log setRules'),
    committed: words('slices latest latestRules rulesSet'),
  },
};

/** Components that get the committed state. The others get a Registry, which the compiler looks after; faults see everything. */
const readers = words('compute kubelet metrics-apis network traffic training');

/** What the files of a folder, or one file, may read, and why it is not ahead of a watch. */
const allowed = [];

const mayRead = (file, column) => allowed.some((one) => file.startsWith(`src/${one.in}`) && one.reads.includes(column));

const ahead = {
  sentence: 'a component reads what it knows by itself, not what is committed',
  comment:
    'Keep what a watch told (api.kubelets, api.watchObjects …), or be handed it. What a component knows without: a line in scripts/view-rules.mjs says it, with the reason.',
};
const otherName = {
  sentence: 'a table goes by its own name',
  comment: 'Else its readers are not found: call it pods, nodes, objects, containers or endpoints.',
};
const unlisted = {
  sentence: 'a column of a table is lasting or committed',
  comment: 'Say in scripts/view-rules.mjs whether it changes while its row belongs to one pod, node or object.',
};

const mentionsTable = new RegExp(`\\b(${Object.keys(tables).join('|')})\\b`);

/** Reports what the file reads ahead of its watches, and columns that nobody has sorted. */
export function checkViews(file, text, report) {
  const table = Object.values(tables).find((one) => one.file === file);
  const reader = readers.includes(file.split('/')[1]);
  if (table === undefined && !(reader && mentionsTable.test(text))) return;
  const bytes = Buffer.from(text);
  const at = ({ span }) => bytes.subarray(0, span.start - 1).toString().split('\n').length;
  const tell = (node, rule, found) => report(at(node), rule, found);
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2022' });
  walk(tree, (node) => (table === undefined ? findReads(node, file, tell) : findColumns(node, table, tell)));
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
    if (name === undefined || member.type === 'Constructor' || lasting.includes(name) || committed.includes(name)) continue;
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
      else if (value?.type === 'Identifier' && from === 'state' && Object.hasOwn(tables, name ?? '')) tell(pattern, otherName, name);
    }
  };
  if (node.type === 'MemberExpression') read(lastName(node.object), nameOf(node.property), node);
  if (node.type === 'VariableDeclarator' && node.id.type === 'ObjectPattern') taken(node.id, lastName(node.init));
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init?.type === 'MemberExpression') {
    const name = lastName(node.init);
    if (lastName(node.init.object) === 'state' && Object.hasOwn(tables, name ?? '') && node.id.value !== name) tell(node, otherName, name);
  }
}
