/** Checks of the box itself: what a technician would look at first, each with what to do. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import {
  availableParallelism,
  freemem,
  loadavg,
  networkInterfaces,
  totalmem,
  uptime,
} from 'node:os';
import { join } from 'node:path';
import { listPorts } from '../../drivers/wire/ports.ts';
import type { Config } from '../config/config.ts';
import type { Text } from '../core/ports.ts';
import type { StatusView } from '../core/views/status-view.ts';
import {
  bothAlike,
  type DoctorCheck,
  type DoctorParts,
  type DoctorReport,
  type Judge,
  judged,
  none,
  say,
  WELL,
} from './doctor-judging.ts';
import { asTrouble, certificate, lastCheck, ofItself } from './doctor-reasons.ts';

const MIB = 1024 * 1024;
const LEAST_FREE_MIB = 500;
const NODE_WANTED = 20;

const CHECKS: [id: string, title: Text, judge: Judge][] = [
  [
    'node',
    say('Node 版本', 'Node version'),
    () =>
      judged(
        Number(process.versions.node.split('.')[0]) >= NODE_WANTED,
        process.versions.node,
        `需要 Node ${NODE_WANTED} 以上`,
        `Node ${NODE_WANTED} or newer is needed`,
        'fail',
      ),
  ],
  [
    'data-dir',
    say('数据目录可写', 'data directory writable'),
    ({ dataDir }) =>
      judged(
        writable(dataDir),
        dataDir,
        '检查目录是否存在、归属和权限',
        'Check that it exists, its owner and rights',
        'fail',
      ),
  ],
  ['disk', say('磁盘空间', 'disk space'), ({ dataDir }) => disk(dataDir)],
  [
    'memory',
    say('内存', 'memory'),
    () =>
      judged(
        freemem() > totalmem() * 0.05,
        `${Math.round(freemem() / MIB)} / ${Math.round(totalmem() / MIB)} MiB`,
        '关掉不用的程序',
        'Close what is not needed',
      ),
  ],
  [
    'load',
    say('负载', 'load'),
    () =>
      judged(
        (loadavg()[1] ?? 0) < 2 * availableParallelism(),
        (loadavg()[1] ?? 0).toFixed(2),
        '看看是什么程序在忙',
        'See which program is busy',
      ),
  ],
  [
    'uptime',
    say('开机时间', 'uptime'),
    () => {
      const hours = Math.round(uptime() / 3600);
      return { status: 'pass', value: say(`${hours} 小时`, `${hours} h`) };
    },
  ],
  [
    'clock',
    say('时钟', 'clock'),
    ({ wallMs, wallQuality, config }) =>
      judged(
        wallQuality === 'trusted',
        localTime(wallMs, config?.store.timeZone),
        '接上网络校时，或换主板电池',
        'Set it from the network, or change the clock’s battery',
        'fail',
      ),
  ],
  ['network', say('网络地址', 'network address'), () => network()],
  ['ports', say('串口', 'serial ports'), () => serial()],
  ['ports-rights', say('串口权限', 'rights to the ports'), () => rights()],
  [
    'config',
    say('配置文件', 'configuration'),
    ({ config }) => (config ? { status: 'pass', value: sizeOf(config) } : none()),
  ],
  [
    'service',
    say('控制器', 'controller'),
    ({ status }) =>
      judged(
        status !== undefined,
        status
          ? say(`运行中，${status.softwareVersion}`, `running, ${status.softwareVersion}`)
          : say('没有运行', 'not running'),
        '运行 yike start',
        'Run `yike start`',
      ),
  ],
  ['devices', say('设备', 'devices'), ({ status }) => (status ? unwell(status) : none())],
  [
    'ledger',
    say('账本落盘', 'ledger durability'),
    ({ status }) =>
      status
        ? judged(
            status.ledger.synchronous === 2,
            recorded(status.ledger),
            '联系维护人员',
            'Call the maintainers',
            'fail',
          )
        : none(),
  ],
  ['ledger-check', say('账本检查', 'ledger check'), (parts) => lastCheck(parts)],
  ['certificate', say('管理页面证书', 'operator’s certificate'), (parts) => certificate(parts)],
  [
    'sync',
    say('上传', 'upload'),
    ({ status }) =>
      status
        ? judged(
            status.sync.unsent === 0 || status.sync.link !== 'down',
            uploaded(status.sync),
            '检查网络；营业照常',
            'Check the network; selling goes on',
          )
        : none(),
  ],
  [
    'recognition',
    say('识别', 'recognition'),
    ({ status }) =>
      status
        ? judged(
            status.recognition.state === 'ready',
            RECOGNITION[status.recognition.state],
            '没有识别也能从列表选商品',
            'The pick list works without it',
          )
        : none(),
  ],
  [
    'payments',
    say('未决付款', 'unresolved payments'),
    ({ status }) =>
      status
        ? judged(
            status.unresolvedPayments.length === 0,
            String(status.unresolvedPayments.length),
            '在管理页面查看',
            'See the operator’s page',
          )
        : none(),
  ],
];

export function examineBox(parts: DoctorParts): DoctorReport {
  const own = CHECKS.map(([id, title, judge]): DoctorCheck => {
    const found = judge(parts);
    return { id, title, ...found, ...asTrouble(id, parts), ...ofItself(id, found.status) };
  });
  const checks = [...own, ...(parts.more ?? [])];
  const has = (status: DoctorCheck['status']) => checks.some((check) => check.status === status);
  return { status: has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok', checks };
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function disk(dataDir: string) {
  if (!existsSync(dataDir)) return none();
  const { bavail, bsize } = statfsSync(dataDir);
  const free = Math.round((bavail * bsize) / MIB);
  return judged(
    free >= LEAST_FREE_MIB,
    `${free} MiB`,
    '删除旧的日志和图片',
    'Remove old logs and pictures',
    'fail',
  );
}

function network() {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outside = own.filter(({ internal, family }) => !internal && family === 'IPv4');
  const value = outside.map(({ address }) => address).join(', ') || '-';
  return judged(
    outside.length > 0,
    value,
    '插好网线；没有网络也能营业',
    'Plug the network in; selling works without',
  );
}

function serial() {
  const found = listPorts();
  const value = found.map(({ path }) => path).join(', ') || '-';
  return found.length === 0 ? none('0') : { status: 'pass' as const, value: bothAlike(value) };
}

function rights() {
  const shut = listPorts().filter(({ path }) => {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return false;
    } catch {
      return true;
    }
  });
  return judged(
    shut.length === 0,
    shut.map(({ path }) => path).join(', ') || WELL,
    '把服务账号加入 dialout 组',
    'Add the service account to the dialout group',
  );
}

function unwell({ devices }: StatusView) {
  const bad = devices.filter(({ state }) => state !== 'ok' && state !== 'disabled');
  const said = (language: 'zh' | 'en', between: string): string =>
    bad.map(({ id, why }) => [id, why?.[language]].filter(Boolean).join(' ')).join(between);
  const value =
    bad.length > 0
      ? say(said('zh', '；'), said('en', '; '))
      : say(`${devices.length} 台正常`, `${devices.length} well`);
  return judged(bad.length === 0, value, 'yike device check all', '`yike device check all`');
}

const sizeOf = ({ devices, lanes, counters, cabinets }: Config): Text => {
  const [many, tills, scales, stores] = [devices, lanes, counters, cabinets].map(
    ({ length }) => length,
  );
  return say(
    `设备 ${many}、自助收银 ${tills}、AI 秤 ${scales}、智能柜 ${stores}`,
    `devices ${many}, lanes ${tills}, counters ${scales}, cabinets ${stores}`,
  );
};

const recorded = ({ synchronous, events }: StatusView['ledger']): Text =>
  say(
    `synchronous=${synchronous}，${events} 条记录`,
    `synchronous=${synchronous}, ${events} events`,
  );

const LINK = {
  up: say('总部已连上', 'head office is there'),
  down: say('连不上总部', 'head office is not reached'),
  off: say('没有设总部', 'no head office'),
};

function uploaded({ link, unsent }: StatusView['sync']): Text {
  const { zh, en } = LINK[link];
  return say(`${zh}，${unsent} 笔待上传`, `${en}, ${unsent} unsent`);
}

const RECOGNITION: Record<StatusView['recognition']['state'], Text> = {
  starting: say('启动中', 'starting'),
  ready: say('就绪', 'ready'),
  unavailable: say('不可用', 'not available'),
};

/** `2026-11-30 16:28:48`, as the store's clocks show it. */
const localTime = (wallMs: number, timeZone?: string): string =>
  new Date(wallMs).toLocaleString('sv-SE', timeZone === undefined ? {} : { timeZone });

/** The file in the store's directory that names its configuration. */
export const CONFIG_NAME = 'config-file';
export const configNameIn = (dataDir: string): string => join(dataDir, CONFIG_NAME);
