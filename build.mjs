// Builds everything into dist/: the controller by tsc, the pages by Vite, and the files they need.
// `--if-missing` (npm's prepare) does nothing where a release already carries dist/, `--if-changed`
// (before the tests) nothing where every file is older than what was last built.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { bundle } from './edge/cli/bundle.mjs';

const root = import.meta.dirname;
const done = join(root, 'dist/.built');
if (process.argv.includes('--if-missing') && existsSync(done)) process.exit(0);

const ours = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
  .filter((path) => !/^(node_modules|dist|\.git)\//.test(path));

function unchanged() {
  if (!existsSync(done)) return false;
  const { mtimeMs } = statSync(done);
  return ours.every((path) => statSync(join(root, path)).mtimeMs <= mtimeMs);
}
if (process.argv.includes('--if-changed') && unchanged()) process.exit(0);

function run(command, args) {
  const result = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** SHA-256 over the weigh-core's sources in name order; shown on the admin page and receipt. */
function weighCoreSha256() {
  const folder = join(root, 'edge/core/weigh');
  const hash = createHash('sha256');
  const sources = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));
  for (const name of sources.sort())
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

/** Starts an empty store once and ends it: it leaves what was compiled for that. */
async function keepCode() {
  const dir = mkdtempSync(join(tmpdir(), 'yike-build-'));
  const config = join(dir, 'store.json');
  const store = { id: 'store-build', name: { zh: '店', en: 'Store' } };
  writeFileSync(config, JSON.stringify({ store, listen: { kioskPort: 0, adminPort: 0 } }));
  const args = ['start', '--config', config, '--data', join(dir, 'data'), '--lang', 'en'];
  const child = spawn(process.execPath, [join(root, 'dist/run/main.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    // Once: a second signal would end it before it leaves anything.
    const starting = !said.includes('Controller up');
    said += bytes;
    if (starting && said.includes('Controller up')) child.kill('SIGTERM');
  });
  const [status] = await once(child, 'exit');
  rmSync(dir, { recursive: true });
  if (status !== 0) console.warn(`its code is not kept, so it starts slowly: ${said}`);
}

mkdirSync(join(root, 'dist'), { recursive: true });
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const facts = { version, weighCoreSha256: weighCoreSha256() };
writeFileSync(join(root, 'dist/build.json'), JSON.stringify(facts));

run('tsc', ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo']);
const copies = ours.filter((path) => /\.sql$|^models\/packs\/.+\./.test(path));
for (const path of copies) cpSync(join(root, path), join(root, 'dist', path), { recursive: true });
const compiled = join(root, 'dist');
await bundle({
  entry: join(compiled, 'edge/cli/main.js'),
  compiled,
  out: join(compiled, 'run'),
});
await keepCode();
for (const page of ['edge/web', 'simulator/pages']) {
  const { build } = await import(join(root, page, 'build.mjs'));
  await build(root);
}
writeFileSync(done, version);
