// The layers as data: what each folder of src may import. Their rules for dependency-cruiser are named by a sentence each.

/** Parts of the simulated cluster. They meet through the API server and model/ports, wired by the world. */
export const components = [
  'scheduler',
  'controllers',
  'autoscaler',
  'cloud',
  'vertical-autoscaler',
  'descheduler',
  'kubelet',
  'network',
  'traffic',
  'compute',
  'metrics-apis',
  'training',
  'job-queues',
  'control-plane',
  'faults',
];

/** Where virtual time rules: no clock, no console, no module of Node. */
export const simulation = ['engine', 'model', 'metrics', 'etcd', 'api', ...components];

const kernel = ['engine', 'lib'];
const platform = ['api', 'model', 'metrics', ...kernel];
const below = ['scenario', 'world', 'etcd', ...components, ...platform];

/** One entry per folder, from the bottom up. `may` are folders of src, or folders within them. */
const layers = [
  {
    folder: 'lib',
    may: [],
    sentence: 'lib imports no other layer',
    comment: 'What needs a word of the domain belongs into the folder of that word.',
  },
  {
    folder: 'statistics',
    may: ['lib'],
    sentence: 'statistics imports lib only',
    comment: 'Statistics know numbers and chance. What the numbers are of, and where chance comes from, is handed in.',
  },
  {
    folder: 'engine',
    may: ['lib'],
    sentence: 'engine imports lib only',
    comment: 'The engine knows time, order and chance. Hand it what it needs as numbers and handlers.',
  },
  {
    folder: 'model',
    may: kernel,
    sentence: 'model imports engine and lib only',
    comment:
      'Tables are read by everybody and know nobody: move what acts on them into a component, or to the API server.',
  },
  {
    folder: 'metrics',
    may: kernel,
    sentence: 'metrics imports engine and lib only',
    comment: 'Metrics are counted by whoever causes them; the world samples the rest. Nothing is looked up from here.',
  },
  {
    folder: 'etcd',
    may: ['model', ...kernel],
    sentence: 'etcd imports model, engine and lib only',
    comment: 'Members of etcd know no API server: what they keep for it is a token, what they say of it an outcome.',
  },
  {
    folder: 'api',
    may: ['etcd', 'model', 'metrics', ...kernel],
    sentence: 'api imports etcd, model, metrics, engine and lib only',
    comment: 'The API server knows no client. What it has to say travels by a watch or as a reply.',
  },
  ...components.map((folder) => ({
    folder,
    may: platform,
    sentence: `${folder} imports no other component and nothing above`,
    comment:
      'Components meet through the API server (write, watch), or through a port of model/ports wired in world/build.',
  })),
  {
    folder: 'scenario',
    may: ['model/objects', 'model/parse', 'model/settings', 'lib'],
    sentence: 'scenario imports lib, model/objects, model/parse and model/settings only',
    comment: "A scenario is plain data. What a family's arguments look like is handed to the loader as data.",
  },
  {
    folder: 'world',
    may: below,
    sentence: 'world imports components and scenario, nothing above',
    comment: 'A world is one simulation. Where its rows go is handed in as a sink; who runs many of them is above.',
  },
  {
    folder: 'results',
    may: ['metrics', 'lib'],
    sentence: 'results imports metrics and lib only',
    comment: 'Results are rows of the catalogue. Whatever a file needs comes as a row or as plain data.',
  },
  {
    folder: 'sweep',
    may: ['results', 'statistics', ...below],
    sentence: 'sweep imports results, statistics, world and below only',
    comment: 'A sweep runs jobs. What is printed about them, and exit codes, are the command line’s.',
  },
  {
    folder: 'report',
    may: ['lib'],
    sentence: 'report imports lib only',
    comment: 'A report reads CSV and run.json, as everybody else can. Add a column to the catalogue instead.',
  },
  {
    folder: 'export',
    may: ['report', 'metrics', 'lib'],
    sentence: 'export imports report, metrics and lib only',
    comment: 'An export turns files of results into files of others, as a report does: it runs nothing.',
  },
  {
    folder: 'http-api',
    may: ['world', 'metrics-apis', ...platform],
    sentence: 'http-api imports world, metrics-apis, api, model and below only',
    comment: 'The front answers requests. Sockets, certificates and the wall clock are the listener’s.',
  },
  {
    folder: 'page',
    may: ['report', 'lib'],
    sentence: 'page imports report and lib only',
    comment:
      'The page runs in a browser and knows frames. Formats and colours are those of the report; the rest comes in a frame.',
  },
  {
    folder: 'view',
    may: ['page', 'report', 'lib'],
    sentence: 'view imports page, report and lib only',
    comment: 'A view turns files of results into frames, and serves them. What runs again is handed in.',
  },
  {
    folder: 'library',
    may: ['sweep', 'results', 'report', ...below],
    sentence: 'library imports sweep, results, report and below only',
    comment: 'A script has no command line: what is printed, and exit codes, belong to cli.',
  },
  {
    folder: 'live',
    may: ['http-api', 'view', 'page', ...below],
    sentence: 'live imports http-api, view, page, world and below only',
    comment: 'A run in wall-clock time and its sockets. What is printed, and files of results, are the command line’s.',
  },
  {
    folder: 'cli',
    may: ['live', 'view', 'library', 'sweep', 'results', 'report', 'export', 'statistics', ...below],
    sentence: 'nothing is above cli',
    comment: 'The command line is the top.',
  },
];

export const folders = layers.map(({ folder }) => folder);

const inTests = String.raw`\.test\.ts$`;
const anyOf = (paths) => `^src/(${paths.join('|')})/`;

export const rules = [
  ...layers.map(({ folder, may, sentence, comment }) => ({
    name: sentence,
    comment,
    from: { path: anyOf([folder]), pathNot: inTests },
    to: { path: '^src/', pathNot: anyOf([folder, ...may]) },
  })),
  {
    name: 'the simulation uses no module of Node',
    comment: 'Files, clocks and threads are the business of scenario, results, sweep and cli. Hand in what was read.',
    from: { path: anyOf(simulation), pathNot: inTests },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'the page uses no module of Node',
    comment: 'It runs in a browser: what it needs comes in a frame.',
    from: { path: anyOf(['page']), pathNot: inTests },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'the product imports no test, benchmark or script',
    comment: 'Turn it round: they import the product.',
    from: { path: '^src/', pathNot: inTests },
    to: { path: [inTests, '^(test|bench|scripts)/'] },
  },
  {
    // A folder and the one it is in count as one: an index of plugins is imported by what its plugins import.
    name: 'folders do not import each other in a circle',
    comment: 'One of them is below the other: move what both need into the lower one.',
    scope: 'folder',
    from: {},
    to: { circular: true },
  },
].map((rule) => ({ severity: 'error', ...rule }));
