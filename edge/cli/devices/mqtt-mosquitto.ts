/** `yike mqtt mosquitto`: files for a mosquitto in place of the store's own broker. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../../config/config.ts';
import { mosquittoFiles, mosquittoHash, STORE_ACCOUNT } from '../../devices/mosquitto.ts';
import { identitiesIn } from '../../devices/mqtt-identities.ts';
import {
  type Answer,
  type Call,
  EXIT,
  good,
  refusedBy,
  say,
  usage,
  wholeFlag,
} from '../command.ts';
import { configFileOf } from './talk.ts';

const EXAMPLE = 'yike mqtt mosquitto /etc/mosquitto/yike --host 192.168.1.5';
const DEFAULT_ROOT = 'store/yike/edge';

export async function mqttMosquitto(call: Call): Promise<Answer> {
  const [given] = call.words;
  const port = wholeFlag(call.flags.port, 1883);
  if (given === undefined || port === undefined || port < 1 || port > 65_535)
    return usage(
      '写到哪个文件夹？端口是 1 到 65535',
      'Into which folder? A port is 1 to 65535',
      EXAMPLE,
    );
  const root = rootOf(call);
  if (typeof root !== 'string') return root;
  const host = typeof call.flags.host === 'string' ? call.flags.host : '127.0.0.1';
  const folder = resolve(given);
  const known = identitiesIn(call.dataDir);
  const accounts = known.forMosquitto();
  const anew = known.list().filter((id) => accounts[id] === undefined);
  const password = randomBytes(24).toString('base64url');
  const all = { ...accounts, [STORE_ACCOUNT]: mosquittoHash(password) };
  mkdirSync(folder, { recursive: true });
  const files = Object.entries(mosquittoFiles({ host, port, root, folder }, all));
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o640 });
  const address = `mqtt://${STORE_ACCOUNT}:${password}@${host}:${port}`;
  call.say(say('密码只显示这一次', 'The password is shown only now'));
  const told = call.language === 'zh' ? WORDS.zh : WORDS.en;
  return good({ folder, root, address, accounts: Object.keys(accounts).sort(), anew }, [
    ...files.map(([name]) => join(folder, name)),
    `${told.address}  ${address}`,
    `${told.accounts}  ${Object.keys(accounts).sort().join(' ') || '-'}`,
    ...anew.map((id) => `${told.anew}  yike mqtt account ${id}`),
  ]);
}

const WORDS = {
  zh: { address: '设备地址', accounts: '带过去的账号', anew: '要重新发密码' },
  en: {
    address: 'address of its devices',
    accounts: 'accounts taken along',
    anew: 'needs a new password',
  },
};

/** `--root`, or the configuration's own. */
function rootOf(call: Call): string | Answer {
  const { root } = call.flags;
  if (typeof root === 'string')
    return /^[^+#\s]{1,128}$/.test(root)
      ? root
      : usage('--root 不能有 +、# 和空格', '--root has no +, # or space', EXAMPLE);
  const file = configFileOf(call);
  if (file === undefined) return DEFAULT_ROOT;
  const read = readConfig(file);
  return read.ok ? (read.value.mqtt?.root ?? DEFAULT_ROOT) : refusedBy(read.refusal, EXIT.usage);
}
