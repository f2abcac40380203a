/** `yike help TOPIC`: what no single command can tell. */
import { EXIT } from './command.ts';

interface Topic {
  title: { zh: string; en: string };
  lines(language: 'zh' | 'en'): string[];
}

/** UnifiedPOS result codes in words. */
const MEANINGS: Record<keyof typeof EXIT, [zh: string, en: string]> = {
  ok: ['正常', 'well'],
  bug: ['程序出错', 'unexpected failure'],
  usage: ['用法不对', 'wrong usage'],
  warnings: ['做了，但有提醒', 'done, with warnings'],
  notRunning: ['控制器没有运行', 'the controller is not running'],
  refused: ['要确认，或没有权限', 'refused: wants a yes or a right'],
  verification: ['核对不符', 'verification failed'],
  closed: ['CLOSED 没有打开', 'CLOSED'],
  claimed: ['CLAIMED 被占用', 'CLAIMED: somebody holds it'],
  notClaimed: ['NOTCLAIMED 没有占用', 'NOTCLAIMED'],
  noService: ['NOSERVICE 没有驱动', 'NOSERVICE: no driver'],
  disabled: ['DISABLED 已停用', 'DISABLED'],
  illegal: ['ILLEGAL 不支持', 'ILLEGAL: not supported'],
  noHardware: ['NOHARDWARE 没有设备', 'NOHARDWARE: nothing there'],
  offline: ['OFFLINE 没有连上', 'OFFLINE'],
  noExist: ['NOEXIST 没有这个名字', 'NOEXIST: no such name'],
  exists: ['EXISTS 名字已有', 'EXISTS'],
  failure: ['FAILURE 没有做到', 'FAILURE'],
  timeout: ['TIMEOUT 超时', 'TIMEOUT'],
  busy: ['BUSY 忙', 'BUSY'],
  extended: ['EXTENDED 见 JSON 的 ext', 'EXTENDED: see ext in the JSON'],
  deprecated: ['DEPRECATED 不再使用', 'DEPRECATED'],
  interrupted: ['被 Ctrl-C 中断', 'interrupted by Ctrl-C'],
};

const exitCodes = (language: 'zh' | 'en'): string[] =>
  Object.entries(EXIT).map(([name, code]) => {
    const words = MEANINGS[name as keyof typeof EXIT];
    return `  ${String(code).padStart(3)}  ${words[language === 'zh' ? 0 : 1]}`;
  });

const ADDRESSES: [string, string, string][] = [
  ['serial:/dev/serial/by-id/…?baud=9600&bits=8&parity=none', '串口', 'a serial port'],
  ['pty:/path', '伪终端', 'a pseudo-terminal'],
  ['tcp:host:port', '网络', 'a serial server or network device'],
  ['http://host/base', '网络摄像头、支付', 'cameras, payment'],
  ['mqtt://user:password@host:port', '消息服务器', 'a broker'],
  ['broker:', '店内消息服务器', 'the store’s own broker'],
];

export const TOPICS: Record<string, Topic> = {
  exit: { title: { zh: '退出码', en: 'Exit codes' }, lines: exitCodes },
  address: {
    title: { zh: '设备地址', en: 'Addresses of devices' },
    lines: (language) =>
      ADDRESSES.map(([form, zh, en]) => `  ${form}  ${language === 'zh' ? zh : en}`),
  },
  json: {
    title: { zh: '--json 的信封', en: 'The envelope of --json' },
    lines: () => [
      '  {"schema":"yike.device.list/1","ok":true,"level":"ok|warn|error","exit":0,"startedAt":…,',
      '   "ms":…,"data":{…},"error":null|{"code":"E_…","upos":101…115|null,"message":{zh,en},…}}',
    ],
  },
  trace: {
    title: { zh: '线路记录 .ytrace', en: 'Traces, .ytrace' },
    lines: () => [
      '  yike trace start scale-1',
      '  yike trace stop scale-1',
      '  yike trace show scale-1.ytrace --around 15:01:12',
      '  yike trace replay scale-1.ytrace --speed 10x',
      '  yike trace test scale-1.ytrace -o drivers/scale',
      '  yike trace export scale-1.ytrace -o scale-1.pcapng',
    ],
  },
};
