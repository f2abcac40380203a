/** The completions of `yike`, in the shells themselves where they are installed. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from './built.fixture.ts';
import { temporaryDirectory, yike } from './cli.fixture.ts';
import { COMMANDS } from './commands/commands.ts';

const { dir, free } = temporaryDirectory();
beforeAll(build);
afterAll(free);

/** Prints what is offered for the word after `yike device`. */
const SHELLS: [string, string[], string][] = [
  [
    'bash',
    ['--norc'],
    `COMP_WORDS=(yike device ""); COMP_CWORD=2; _yike; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  ['fish', ['--no-config'], 'complete -C "yike device "'],
];
const verbs = COMMANDS.filter(({ path }) => path[0] === 'device').map(({ path }) => path[1]);

for (const [shell, plain, question] of SHELLS) {
  const there = spawnSync(shell, ['--version']).status === 0;
  if (!there) console.warn(`*** completion in ${shell} SKIPPED: it is not installed ***`);
  test.skipIf(!there)(`${shell} offers every verb of a noun, and no file beside them`, async () => {
    const file = join(dir, `yike.${shell}`);
    writeFileSync(file, (await yike(['completion', shell])).stdout);
    const asked = [...plain, '-c', `source ${file}; ${question}`];
    const { stdout, stderr } = spawnSync(shell, asked, { encoding: 'utf8', cwd: dir });
    const offered = stdout.trim().split('\n');
    const words = offered.map((line) => line.split('\t')[0]);
    expect(words.sort(), stderr).toEqual(verbs.sort());
  });
}
