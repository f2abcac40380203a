// A scale in a process of its own at the far end of a pty, so that a test can stop the process.

import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

const name = `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`;
const terminal = createRequire(import.meta.url)(name).open(80, 24);
spawnSync('stty', ['-F', terminal.pty, 'raw', '-echo']);
const answers = new Map([
  [0x05, Buffer.from([0x06])],
  [0x11, Buffer.from('0102532030312e3233346b67660304', 'hex')],
]);
new ReadStream(terminal.master).on('data', (bytes) => {
  for (const byte of bytes) {
    const answer = answers.get(byte);
    if (answer) writeSync(terminal.master, answer);
  }
});
process.stdout.write(`${terminal.pty}\n`);
process.stdin.on('end', () => process.exit()).resume();
