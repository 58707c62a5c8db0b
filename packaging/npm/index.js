'use strict';
const {spawn} = require('node:child_process');
const path = require('node:path');

// No shell reads the arguments; the launcher becomes the program, so that signals reach it.
const program = path.join(__dirname, 'bin', 'pgmarch');

/** Runs pgmarch, and resolves with its exit code and its report: index.d.ts. */
function run(args, {cwd, env, signal, stderr = 'inherit'} = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, '--format', 'json'], {cwd, env, stdio: ['ignore', 'pipe', stderr]});
    // As Ctrl-C does it: what is in flight is rolled back, and the report is written.
    const stop = () => child.kill('SIGINT');
    const parts = [];
    child.stdout.on('data', (part) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code, killed) => {
      signal?.removeEventListener('abort', stop);
      const text = Buffer.concat(parts).toString();
      try {
        resolve({code, signal: killed, report: text === '' ? null : JSON.parse(text)});
      } catch (error) {
        reject(new Error(`pgmarch ${args.join(' ')}: what it printed is no report`, {cause: error}));
      }
    });
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop);
  });
}

exports.run = run;
exports.program = program;
