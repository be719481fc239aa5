// What import rules cannot say: no clock and no console in the simulation, no domain word in the engine, no folder without a line in ARCHITECTURE.md.
import { parseSync } from '@swc/core';
import { simulation } from './layer-rules.mjs';
import { checkViews } from './view-rules.mjs';

const isOf = (folders) => {
  const pattern = new RegExp(`^src/(${folders.join('|')})/`);
  return (file) => pattern.test(file);
};
const inSimulation = isOf(simulation);
const inEngine = isOf(['engine']);
/** Components that get a connection and a Registry; `view-rules.mjs` has those that get the state, faults see everything. */
const readsViews = isOf([
  'autoscaler',
  'cloud',
  'control-plane',
  'controllers',
  'job-queues',
  'scheduler',
  'vertical-autoscaler',
  'descheduler',
]);
const inSource = (file) => file.startsWith('src/');
/** Their rows are those of frames, which have no other tables. */
const readsFrames = isOf(['page', 'view']);
const isTest = (file) => file.endsWith('.test.ts');

const clock = {
  sentence: 'the simulation has no clock but the engine’s',
  comment: 'Ask engine.now, wait by engine.after; measure wall time around the run, in sweep or bench.',
};
const output = {
  sentence: 'the simulation prints nothing and asks nothing of the process',
  comment: 'Return it, count it in metrics, or write it into the event log. Settings come through the constructor.',
};
const chance = {
  sentence: 'the simulation draws from named streams only',
  comment: 'Take engine.stream(name), or CounterRandom for what a thing brings with it.',
};
const arithmetic = {
  sentence: 'the simulation computes the same bits on every machine',
  comment: 'Use exp and log of engine/elementary; Math’s may differ by the last bit between versions of Node.',
};
const locale = {
  sentence: 'the simulation knows no locale',
  comment: 'Compare with < and >, and format with lib: the result must not depend on the language of the machine.',
};

const globals = new Map(
  [
    [clock, 'Date performance setTimeout setInterval setImmediate queueMicrotask Temporal'],
    [output, 'console process globalThis fetch navigator require'],
    [chance, 'crypto'],
    [locale, 'Intl'],
  ].flatMap(([rule, names]) => names.split(' ').map((name) => [name, rule])),
);
const properties = new Map(
  [
    [chance, 'random'],
    [
      arithmetic,
      'exp expm1 log log1p log2 log10 pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cbrt',
    ],
  ].flatMap(([rule, names]) => names.split(' ').map((name) => [name, rule])),
);
const localeMethods = /^(localeCompare|toLocale[A-Z]\w*)$/;
const ahead = {
  sentence: 'clients of the API server read their own view, not what is committed',
  comment:
    'Take api.registry for names, classes and interned sets, a view (api.watchPods …) for what changes, and client.answered for what an answer has.',
};

const plainRow = {
  sentence: 'a row says of which table it is',
  comment: 'Take PodRow, NodeRow or ClassRow of model/rows.ts; the compiler then finds whoever mixes them up.',
};

const worthParsing = new RegExp(
  String.raw`\b(${[...globals.keys()].join('|')}|Math|localeCompare|toLocale\w+|ClusterState|api\.state|api\.server)\b|\bimport\(|\{[^}]*\b(state|server)\b[^}]*\} = [\w.#]*\bapi\b`,
);

const domainWords = new Set(
  'pod node kube kubelet kubectl kubernetes service container cluster deployment replica namespace scheduler request endpoint'.split(
    ' ',
  ),
);

/** Violations of the rules about the text of a file: [{ file, line, sentence, comment, found }]. */
export function checkSource(file, text) {
  const violations = [];
  const report = (line, rule, found) => violations.push({ file, line, ...rule, found });
  if (!/^(#!.*\n)?\/\/ /.test(text)) {
    report(1, {
      sentence: 'a file begins with one sentence that says what it is for',
      comment: 'Write it as a comment in the first line. A file that cannot be said in one sentence is two files.',
    });
  }
  if (inEngine(file)) findDomainWords(text, report);
  if (inSource(file) && !readsFrames(file) && !isTest(file)) findPlainRows(text, report);
  if (!isTest(file)) checkViews(file, text, report);
  if (!isTest(file) && worthParsing.test(text)) walk(file, text, report);
  return violations;
}

/** Node.js and its modules. */
const notKubernetes = /\bnode:|\bversions? of Node\b|\bNode (?=\d)/g;

function findDomainWords(text, report) {
  const rule = {
    sentence: 'the engine knows no word of the domain',
    comment: 'The engine is time, order and chance for any simulation. Say it in those words, or move it up.',
  };
  text.split('\n').forEach((line, index) => {
    for (const word of line.replaceAll(notKubernetes, '').match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []) {
      const lower = word.toLowerCase();
      if (domainWords.has(lower) || domainWords.has(lower.replace(/s$/, ''))) report(index + 1, rule, word);
    }
  });
}

/** `pod: number`, as a parameter, a field or a variable. */
function findPlainRows(text, report) {
  text.split('\n').forEach((line, index) => {
    for (const [found] of line.matchAll(/\b(?:pod|node|podClass|owner)\??: number\b/g))
      report(index + 1, plainRow, found);
  });
}

/** Identifiers that no scope declares have this syntax context in the trees of swc. */
const UNRESOLVED = 1;

function walk(file, text, report) {
  const bytes = Buffer.from(text);
  const lineOf = ({ span }) =>
    bytes
      .subarray(0, span.start - 1)
      .toString()
      .split('\n').length;
  const isGlobal = (node, name) => node?.type === 'Identifier' && node.ctxt === UNRESOLVED && node.value === name;
  const isApi = (node) => /^#?api$/.test(node?.value ?? node?.property?.value ?? node?.property?.id?.value ?? '');
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    if (node.type === 'TsImportType' && node.argument.value.startsWith('.')) {
      report(
        lineOf(node),
        { sentence: 'types are imported by import type', comment: 'The layers are read from import statements.' },
        node.argument.value,
      );
    }
    if (readsViews(file)) {
      if (node.type === 'Identifier' && node.value === 'ClusterState') report(lineOf(node), ahead, 'ClusterState');
      // What is committed, and the way round the connection to it.
      if (node.type === 'MemberExpression' && /^(state|server)$/.test(node.property.value) && isApi(node.object)) {
        report(lineOf(node.property), ahead, `api.${node.property.value}`);
      }
      // `const { state } = this.#api`
      if (node.type === 'VariableDeclarator' && node.id.type === 'ObjectPattern' && isApi(node.init)) {
        for (const { key } of node.id.properties)
          if (key?.value === 'state' || key?.value === 'server') report(lineOf(key), ahead, `api.${key.value}`);
      }
    }
    if (inSimulation(file)) {
      if (node.type === 'Identifier' && node.ctxt === UNRESOLVED && globals.has(node.value)) {
        report(lineOf(node), globals.get(node.value), node.value);
      }
      if (node.type === 'MemberExpression') {
        const name = node.property.value ?? node.property.expression?.value;
        if (isGlobal(node.object, 'Math') && properties.has(name)) {
          report(lineOf(node), properties.get(name), `Math.${name}`);
        }
        if (localeMethods.test(name)) report(lineOf(node.property), locale, name);
      }
      // `const { random } = Math` and the like, which a search for Math.random overlooks.
      if (node.type === 'VariableDeclarator' && isGlobal(node.init, 'Math')) report(lineOf(node), chance, 'Math');
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(text, { syntax: 'typescript', target: 'es2022' }));
}

/** Folders that hold code and have no line in ARCHITECTURE.md, and lines about folders that are not there. */
export function checkFolders(folders, architecture) {
  const listed = new Set([...architecture.matchAll(/^[-*|] ?`(src\/[a-z/-]+?)\/?`/gm)].map((match) => match[1]));
  const missing = folders
    .filter((folder) => !listed.has(folder))
    .map((folder) => ({
      file: folder,
      sentence: 'every folder of code has a line in ARCHITECTURE.md',
      comment: `Add a line that begins with "- \`${folder}\`" and says what lives there.`,
    }));
  const gone = [...listed]
    .filter((folder) => !folders.includes(folder))
    .map((folder) => ({
      file: 'ARCHITECTURE.md',
      sentence: 'ARCHITECTURE.md lists the folders that there are',
      comment: 'Take the line out.',
      found: folder,
    }));
  return [...missing, ...gone];
}
