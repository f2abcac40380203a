/** The store that runs as a process of its own, from what is built. */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT } from '../cli/built.fixture.ts';

const ROOT = join(import.meta.dirname, '../..');

/** `node CHILD DIR RUN [SALES [MOMENT]]`. */
export const CHILD: string = join(import.meta.dirname, 'selling.child.mjs');

/** Building is incremental and costs little where nothing changed. */
export function buildChild(): void {
  if (BUILT) return;
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const incremental = ['--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  spawnSync(tsc, ['-p', 'tsconfig.json', ...incremental], { cwd: ROOT });
  cpSync(join(import.meta.dirname, 'schema'), join(ROOT, 'dist/edge/ledger/schema'), {
    recursive: true,
  });
}
