#!/usr/bin/env node
/**
 * The `yike` command: noun, verb, target, flags. Commands load only what they need, so the small
 * ones start at once. stdout carries data, stderr carries messages; `--json` ends stdout with one
 * envelope.
 */
import { EXIT } from './command.ts';
import { printed } from './printed.ts';
import { runLine } from './run.ts';
import { forTerminal } from './terminal.ts';

const tell = (line: string): void => void process.stderr.write(`${forTerminal(line)}\n`);

/** The first Ctrl-C or SIGTERM asks for an orderly end, a second one ends at once. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(signal));
  return stop.signal;
}

async function main(): Promise<void> {
  // `yike … | head` closes the pipe early, which is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const ran = await runLine(process.argv.slice(2), { tell, interrupted: interruption });
  const { stdout, stderr } = printed(ran);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  // A bug, or what was given up, may have left a child or a timer behind; it must not keep us here.
  const { exit } = ran.answer;
  if (exit === EXIT.bug || exit === EXIT.timeout) process.exit(exit);
  process.exitCode = exit;
}

// The bundle is a script, where nothing may be awaited at the top.
void main();
