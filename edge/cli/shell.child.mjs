// The built `yike` command, kept running: lines come as messages, each goes back as its envelope.
import { runLine } from '../../dist/edge/cli/run.js';

const outside = { tell() {}, interrupted: () => new AbortController().signal };

process.on('message', async ({ id, args }) => {
  const { envelope } = await runLine(args, outside);
  process.send?.({ id, envelope });
});
process.on('disconnect', () => process.exit());
process.send?.({ id: 0 });
