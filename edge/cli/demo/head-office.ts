/** The head office of `yike demo`: the real service, in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PriceBook } from '../../core/catalogue/catalogue.ts';
import type { Text } from '../../core/ports.ts';
import { BUILT } from '../../main.ts';
import { say } from '../command.ts';

export interface DemoHeadOffice {
  url: string;
  close(): Promise<void>;
}

export interface DemoHeadOfficeOptions {
  dir: string;
  token: string;
  catalogue: PriceBook;
  port: number;
  say(text: Text): void;
}

const START_LIMIT_MS = 60_000;

/** Undefined, with the reason said, where it cannot run here: the store then works alone. */
export async function startDemoHeadOffice(
  options: DemoHeadOfficeOptions,
): Promise<DemoHeadOffice | undefined> {
  const { dir, token, catalogue, port } = options;
  const script = join(BUILT, 'cloud-sync/head-office/main.js');
  // Its end of our pipe closes however we end, so nothing is left behind after a kill.
  const args = [
    script,
    '--port',
    String(port),
    '--data',
    join(dir, 'head-office'),
    '--until-stdin-ends',
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      YIKE_HQ_TOKENS: `${catalogue.storeId}=${token}`,
      YIKE_HQ_OPERATOR_TOKEN: token,
    },
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-2000);
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const close = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const url = await ready(child.stdout, exited);
  if (url) {
    await publish(url, token, catalogue);
    return { url, close };
  }
  await close();
  options.say(
    say(
      `总部没有启动，本店独立营业。${said.trim()}`,
      `Head office did not start; the store works alone. ${said.trim()}`,
    ),
  );
  return undefined;
}

/** The address of its ready line, or undefined where it ended or took too long. */
async function ready(
  stdout: NodeJS.ReadableStream,
  exited: Promise<void>,
): Promise<string | undefined> {
  const line = new Promise<string | undefined>((found) => {
    createInterface({ input: stdout }).on('line', (text) => {
      const [, url] = /head office ready (http\S+)/.exec(text) ?? [];
      if (url) found(url);
    });
  });
  let cancel = () => {};
  const late = new Promise<undefined>((give) => {
    const timer = setTimeout(() => give(undefined), START_LIMIT_MS);
    cancel = () => clearTimeout(timer);
  });
  const url = await Promise.race([line, late, exited.then(() => undefined)]);
  cancel();
  return url;
}

/** The demonstration's prices, published as an operator of head office would. */
async function publish(url: string, token: string, book: PriceBook): Promise<void> {
  const response = await fetch(`${url}/v1/stores/${book.storeId}/price-book`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(book),
  });
  // 409: this version is published already, from an earlier start.
  if (!response.ok && response.status !== 409)
    throw new Error(
      `head office refused the price book: ${response.status} ${await response.text()}`,
    );
}
