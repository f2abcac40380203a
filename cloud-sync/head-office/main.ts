/**
 * Head office as a process of its own:
 *   node dist/cloud-sync/head-office/main.js --port 8070 --data DIR --token STORE=TOKEN
 * or by YIKE_PORT_HEAD_OFFICE, YIKE_DATA, YIKE_HQ_TOKENS (`STORE=TOKEN,…`), YIKE_HQ_OPERATOR_TOKEN,
 * DATABASE_URL. Says `head office ready URL` when it listens; SIGTERM and SIGINT end it cleanly,
 * and with `--until-stdin-ends` so does the end of whoever started it.
 */
import { parseArgs } from 'node:util';
import type { SyncLog } from '../wire.ts';
import { HeadOfficeError } from './errors.ts';
import { type HeadOfficeOptions, startHeadOffice } from './head-office.ts';
import { systemClock } from './runtime.ts';

const line = (level: string) => (facts: object, words: string) =>
  process.stderr.write(`${JSON.stringify({ level, ...facts, msg: words })}\n`);
const log: SyncLog = { info: line('info'), warn: line('warn') };

function read(args: string[], env: NodeJS.ProcessEnv): HeadOfficeOptions {
  const { values } = parsed(args);
  const port = values.port ?? env.YIKE_PORT_HEAD_OFFICE ?? '8070';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw badOption(`--port ${port}`);
  const pairs = values.token ?? env.YIKE_HQ_TOKENS?.split(',') ?? [];
  const tokens: Record<string, string> = {};
  for (const pair of pairs) {
    const [, store, token] = /^([A-Za-z0-9-]{1,32})=(.{16,200})$/.exec(pair) ?? [];
    if (!store || !token) throw badOption('--token STORE=TOKEN (≥ 16)');
    tokens[store] = token;
  }
  const dataDir = values.data ?? env.YIKE_DATA;
  const databaseUrl = env.DATABASE_URL;
  if (!dataDir && !databaseUrl) throw badOption('--data');
  const operatorToken = env.YIKE_HQ_OPERATOR_TOKEN;
  return {
    port: Number(port),
    dataDir: dataDir ?? '',
    tokens,
    ...(values.host && { host: values.host }),
    ...(databaseUrl && { databaseUrl }),
    ...(operatorToken && { operatorToken }),
    clock: systemClock(),
    log,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        token: { type: 'string', multiple: true },
        'until-stdin-ends': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw badOption(error instanceof Error ? error.message : String(error));
  }
}

const badOption = (detail: string) => new HeadOfficeError('BAD_OPTION', detail);

try {
  const headOffice = await startHeadOffice(read(process.argv.slice(2), process.env));
  let ending = false;
  const end = async (status: number): Promise<void> => {
    if (ending) return;
    ending = true;
    await headOffice.close();
    process.exit(status);
  };
  process.once('SIGTERM', () => end(0));
  process.once('SIGINT', () => end(0));
  if (process.argv.includes('--until-stdin-ends')) {
    process.stdin.resume().once('end', () => end(0));
  }
  headOffice.databaseLost.then(() => {
    if (!ending) log.warn({}, 'The database ended by itself; ending too, to be started again');
    return end(1);
  });
  process.stdout.write(`head office ready ${headOffice.url}\n`);
} catch (error) {
  if (!(error instanceof HeadOfficeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'BAD_OPTION' ? 2 : 1;
}
