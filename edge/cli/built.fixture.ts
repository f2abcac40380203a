/** The built `yike` that tests start as a process: as fresh as its sources. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
/** `npm test` has just built everything. */
export const BUILT: boolean = Boolean(process.env.npm_lifecycle_event?.startsWith('test'));
const FACTS = join(ROOT, 'dist/.tsbuildinfo');

/** The command module by module, as tsc made it. */
export const MODULES_MAIN = join(ROOT, 'dist/edge/cli/main.js');
/** What stores run, which starts several times faster, where it is fresh. */
export const MAIN = BUILT ? join(ROOT, 'dist/run/main.js') : MODULES_MAIN;

function changed(): boolean {
  const compiledMs = existsSync(FACTS) ? statSync(FACTS).mtimeMs : 0;
  return ['edge', 'drivers', 'models', 'simulator', 'cloud-sync'].some((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).some(
      (path) =>
        /(?<!\.test|\.fixture)\.tsx?$/.test(path) &&
        statSync(join(ROOT, room, path)).mtimeMs > compiledMs,
    ),
  );
}

/** Compiles what changed and copies the files that the command reads beside its code. */
export function build(): void {
  if (BUILT) return;
  const args = ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', FACTS];
  if (changed()) {
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = spawnSync(tsc, args, { cwd: ROOT, encoding: 'utf8' });
    if (stdout) process.stderr.write(`*** tested on what tsc made of this ***\n${stdout}\n`);
  }
  // Never over a file that is there: another test's store may be reading it.
  for (const folder of ['edge/ledger/schema', 'models/packs'])
    cpSync(join(ROOT, folder), join(ROOT, 'dist', folder), { recursive: true, force: false });
  const facts = join(ROOT, 'dist/build.json');
  const weighCoreSha256 = '0'.repeat(64);
  if (!existsSync(facts))
    writeFileSync(facts, JSON.stringify({ version: '0.1.0', weighCoreSha256 }));
}
