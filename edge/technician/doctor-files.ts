/**
 * What the doctor finds in the box's own files, and may mend: rights that are too wide, names of
 * ports that move, what a crash left behind. Nothing here touches a device or what is sold.
 */
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { listPorts } from '../../drivers/wire/ports.ts';
import { CONTROL_SOCKET } from '../cli/socket.ts';
import type { Config } from '../config/config.ts';
import { changeDevices } from '../config/file.ts';
import type { Text } from '../core/ports.ts';
import { bothAlike, type DoctorCheck, say, WELL } from './doctor-judging.ts';
import { secretsIn } from './redact.ts';

export interface FilesParts {
  dataDir: string;
  configFile?: string;
  config?: Config;
  /** The controller answers. */
  running: boolean;
  /** Stands in for `/` in tests. */
  root?: string;
}

/** One thing the doctor would put right, and does when told to. */
export interface Mend {
  id: string;
  what: Text;
  mend(): void;
}

export interface FilesFound {
  checks: DoctorCheck[];
  mends: Mend[];
}

const GROUP_AND_OTHERS = 0o066;
const OTHERS = 0o007;
const LEAST_INODES = 10_000;
/** Programs that open every new serial port and speak to it. */
const MEDDLERS = ['ModemManager', 'brltty', 'gpsd'];
const FIX = { zh: 'yike doctor --fix', en: '`yike doctor --fix`' };

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

type Finding = { check: DoctorCheck; mend?: Mend };

export function examineFiles(parts: FilesParts): FilesFound {
  const found = [
    dataRights(parts),
    configRights(parts),
    socket(parts),
    halves(parts),
    portNames(parts),
    meddlers(parts),
    inodes(parts),
    timeZone(),
  ];
  return {
    checks: found.map(({ check }) => check),
    mends: found.flatMap(({ mend }) => (mend ? [mend] : [])),
  };
}

const none = (id: string, title: Text): Finding => ({
  check: { id, status: 'none', title, value: bothAlike('-') },
});

const well = (id: string, title: Text, value: string | Text): Finding => ({
  check: { id, status: 'pass', title, value: bothAlike(value) },
});

/** A finding that `--fix` can put right. */
function mendable(id: string, title: Text, value: string, what: Text, mend: () => void): Finding {
  const check = { id, status: 'warn' as const, title, value: bothAlike(value), hint: FIX };
  return { check, mend: { id, what, mend } };
}

function rights(id: string, title: Text, path: string, tooWide: number): Finding {
  const { mode } = statSync(path);
  if ((mode & tooWide) === 0) return well(id, title, octal(mode));
  const next = mode & 0o777 & ~tooWide;
  const words = `${path} ${octal(mode)} → ${octal(next)}`;
  return mendable(id, title, octal(mode), say(words, words), () => chmodSync(path, next));
}

function dataRights({ dataDir }: FilesParts): Finding {
  const title = say('数据目录只有自己能看', 'data directory is private');
  if (!existsSync(dataDir)) return none('data-rights', title);
  return rights('data-rights', title, dataDir, GROUP_AND_OTHERS);
}

function configRights({ configFile, config }: FilesParts): Finding {
  const title = say('配置里的密钥别人看不到', 'secrets in the configuration are private');
  if (configFile === undefined || !existsSync(configFile)) return none('config-rights', title);
  if (config && secretsIn(config).size === 0) return well('config-rights', title, '-');
  return rights('config-rights', title, configFile, OTHERS);
}

/** A socket without anybody behind it: the controller was killed. */
function socket({ dataDir, running }: FilesParts): Finding {
  const title = say('没有残留的控制口', 'no stale control socket');
  const path = join(dataDir, CONTROL_SOCKET);
  if (running || !existsSync(path))
    return well('socket', title, running ? say('控制器正在用', 'in use') : '-');
  const what = say(`删除 ${path}`, `remove ${path}`);
  return mendable('socket', title, path, what, () => rmSync(path, { force: true }));
}

/** What a power cut left of a file that was being replaced; the file itself is whole. */
function halves({ dataDir, running }: FilesParts): Finding {
  const title = say('没有写了一半的文件', 'no half-written files');
  const left = existsSync(dataDir)
    ? readdirSync(dataDir).filter((name) => name.endsWith('.half'))
    : [];
  if (running || left.length === 0) return well('halves', title, '0');
  const what = say(`删除 ${left.join('、')}`, `remove ${left.join(', ')}`);
  return mendable('halves', title, left.join(', '), what, () => {
    for (const name of left) rmSync(join(dataDir, name), { force: true });
  });
}

/** `/dev/ttyUSB0` moves when things are plugged in another order; its name under by-id does not. */
function portNames({ config, configFile, root }: FilesParts): Finding {
  const title = say('固定的串口名', 'port names that stay');
  if (!config) return none('stable-paths', title);
  const moving = config.devices.filter(({ address }) =>
    /^serial:\/dev\/tty(USB|ACM)/.test(address),
  );
  if (moving.length === 0) return well('stable-paths', title, WELL);
  const value = moving.map(({ id }) => id).join(', ');
  const ports = listPorts(root);
  const lasting = (address: string): string => {
    const path = /^serial:([^?]+)/.exec(address)?.[1] ?? '';
    const port = ports.find((each) => each.path.endsWith(path));
    return port && port.stablePath !== port.path ? address.replace(path, port.stablePath) : address;
  };
  const better = moving.filter(({ address }) => lasting(address) !== address);
  const hint = say(
    '改用 /dev/serial/by-id/…，换插口也不会乱',
    'Use /dev/serial/by-id/…, which does not move',
  );
  if (better.length === 0 || configFile === undefined)
    return { check: { id: 'stable-paths', status: 'warn', title, value: bothAlike(value), hint } };
  const changes = better.map(({ id, address }) => `${id}: ${address} → ${lasting(address)}`);
  const what = say(changes.join('、'), changes.join(', '));
  return mendable('stable-paths', title, value, what, () => {
    const written = changeDevices(configFile, (all) =>
      all.map((each) => ({ ...each, address: lasting(each.address) })),
    );
    if (!written.ok) throw new Error(written.refusal.message.en);
  });
}

function meddlers({ root = '/' }: FilesParts): Finding {
  const title = say('没有程序抢串口', 'nobody else opens serial ports');
  const folder = join(root, 'proc');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [];
  const running = names.flatMap((pid) => {
    try {
      return readFileSync(join(folder, pid, 'comm'), 'utf8').trim();
    } catch (error) {
      // It ended meanwhile.
      if (error instanceof Error && 'code' in error) return [];
      throw error;
    }
  });
  const found = MEDDLERS.filter((name) => running.includes(name));
  if (found.length === 0) return well('meddlers', title, WELL);
  const command = `systemctl disable --now ${found.join(' ')}`;
  const hint = say(
    `它们会往新插的串口发东西：${command}`,
    `They speak to every new port: ${command}`,
  );
  const value = bothAlike(found.join(', '));
  return { check: { id: 'meddlers', status: 'warn', title, value, hint } };
}

function inodes({ dataDir }: FilesParts): Finding {
  const title = say('还能建文件', 'room for files');
  if (!existsSync(dataDir)) return none('inodes', title);
  const { ffree, files } = statfsSync(dataDir);
  // Some file systems have no such limit, and say so with nothing.
  if (files === 0 || ffree >= LEAST_INODES) return well('inodes', title, String(ffree));
  const hint = say('删除不用的小文件', 'Remove small files nobody needs');
  const value = bothAlike(String(ffree));
  return { check: { id: 'inodes', status: 'warn', title, value, hint } };
}

function timeZone(): Finding {
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  return well('time-zone', say('时区', 'time zone'), zone);
}
