// The built `yike` command, kept running: lines come as messages, each goes back as what it prints.
import { printed } from '../../dist/edge/cli/printed.js';
import { runLine } from '../../dist/edge/cli/run.js';

process.on('message', async ({ id, args }) => {
  const told = [];
  const outside = {
    tell: (line) => void told.push(`${line}\n`),
    interrupted: () => new AbortController().signal,
  };
  const ran = await runLine(args, outside);
  const { stdout, stderr } = printed(ran);
  process.send?.({ id, ended: { exit: ran.answer.exit, stdout, stderr: told.join('') + stderr } });
});
process.on('disconnect', () => process.exit());
process.send?.({ id: 0 });
