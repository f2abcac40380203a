/** What can be wrong with a device, said as a technician would see it. */
import type { Words } from './errors.ts';
import type { CabinetFault } from './twins/cabinet-mqtt.ts';
import type { LockFault } from './twins/lock-8a.ts';
import type { ModbusFault } from './twins/modbus-slaves.ts';

export type DeviceKind =
  | 'scale'
  | 'scanner'
  | 'printer'
  | 'camera'
  | 'payment'
  | 'terminal'
  | 'lock'
  | 'shelf'
  | 'cooler'
  | 'cabinet';

export type ScaleFault =
  | 'garbage'
  | 'split'
  | 'wrong-check'
  | 'silence'
  | 'stuck'
  | 'late'
  | 'busy'
  | 'not-zeroed';
export type ScannerFault = 'half-code' | 'double-read' | 'silence';
export type PrinterFault =
  | 'paper-low'
  | 'paper-out'
  | 'cover-open'
  | 'cutter'
  | 'silence'
  | 'odd-status';
export type CameraFault = 'dark' | 'frozen' | 'gone';
export type PaymentFault = 'silence' | 'wrong-sign' | 'server-error';
/** What is wrong with a card terminal, or with the next card that is held to it. */
export type CardFault =
  | 'silence'
  | 'busy'
  | 'wrong-check'
  | 'no-repeat'
  | 'not-reversible'
  | 'card-unreadable'
  | 'walks-away'
  | 'cancels'
  | 'pays-half'
  | 'paid-unheard'
  | 'declined-unheard';
export type Fault =
  | CardFault
  | ScaleFault
  | ScannerFault
  | PrinterFault
  | CameraFault
  | PaymentFault
  | LockFault
  | ModbusFault
  | CabinetFault;

const BUS: Record<ModbusFault, Words> = {
  silence: { zh: '不回答', en: 'No answer' },
  'wrong-check': { zh: '校验错误', en: 'Wrong check bytes' },
  late: { zh: '回答太晚', en: 'Answers too late' },
  busy: { zh: '一直忙', en: 'Busy all the time' },
  echo: { zh: '回声（两线制）', en: 'Echoes the host' },
  'half-answer': { zh: '只回答一半', en: 'Half an answer' },
};

export const FAULTS: {
  scale: Record<ScaleFault, Words>;
  scanner: Record<ScannerFault, Words>;
  printer: Record<PrinterFault, Words>;
  camera: Record<CameraFault, Words>;
  payment: Record<PaymentFault, Words>;
  terminal: Record<CardFault, Words>;
  lock: Record<LockFault, Words>;
  shelf: Record<ModbusFault, Words>;
  cooler: Record<ModbusFault, Words>;
  cabinet: Record<CabinetFault, Words>;
} = {
  shelf: BUS,
  cooler: BUS,
  lock: {
    silence: { zh: '不回答', en: 'No answer' },
    'lost-reply': { zh: '开了，没有回音', en: 'Obeys, and nothing is heard of it' },
    'wrong-check': { zh: '校验错误', en: 'Wrong check byte' },
    jammed: { zh: '锁舌卡住', en: 'Bolt is jammed' },
    late: { zh: '回答太晚', en: 'Answers too late' },
    echo: { zh: '回声（两线制）', en: 'Echoes the host' },
  },
  cabinet: {
    'no-answer': { zh: '开了，没有回音', en: 'Obeys, and nothing is heard of it' },
    silent: { zh: '死机（连着，不说话）', en: 'Hangs: connected and silent' },
    jammed: { zh: '锁舌卡住', en: 'Bolt is jammed' },
    twice: { zh: '每条消息发两遍', en: 'Says everything twice' },
    shuffled: { zh: '消息次序乱', en: 'Messages out of order' },
    late: { zh: '回答太晚', en: 'Answers too late' },
    held: { zh: '命令迟到', en: 'Commands arrive too late' },
  },
  scale: {
    garbage: { zh: '线路杂音', en: 'Noise on the line' },
    split: { zh: '数据断断续续', en: 'Bytes come in pieces' },
    'wrong-check': { zh: '校验错误', en: 'Wrong check byte' },
    silence: { zh: '不回答', en: 'No answer' },
    stuck: { zh: '读数卡住', en: 'Reading is stuck' },
    late: { zh: '回答太晚', en: 'Answers too late' },
    busy: { zh: '一直忙', en: 'Busy all the time' },
    'not-zeroed': { zh: '开机未归零', en: 'Not zeroed at start-up' },
  },
  scanner: {
    'half-code': { zh: '只读出半个码', en: 'Half a code only' },
    'double-read': { zh: '同一码读两次', en: 'Reads the same code twice' },
    silence: { zh: '扫不出', en: 'Reads nothing' },
  },
  printer: {
    'paper-low': { zh: '纸快用完', en: 'Paper nearly out' },
    'paper-out': { zh: '缺纸', en: 'Paper out' },
    'cover-open': { zh: '盖子打开', en: 'Cover open' },
    cutter: { zh: '切刀卡住', en: 'Cutter jammed' },
    silence: { zh: '不回答', en: 'No answer' },
    'odd-status': { zh: '状态看不懂', en: 'Status not understood' },
  },
  camera: {
    dark: { zh: '镜头被遮住', en: 'Lens covered' },
    frozen: { zh: '画面不动', en: 'Picture frozen' },
    gone: { zh: '没有画面', en: 'No picture' },
  },
  payment: {
    silence: { zh: '支付平台不回答', en: 'Acquirer does not answer' },
    'wrong-sign': { zh: '签名错误', en: 'Wrong signature' },
    'server-error': { zh: '服务器错误', en: 'Server error' },
  },
  terminal: {
    silence: { zh: '不回答', en: 'No answer' },
    busy: { zh: '一直忙', en: 'Busy all the time' },
    'wrong-check': { zh: '校验错误', en: 'Wrong check bytes' },
    'no-repeat': { zh: '不能重印小票', en: 'Cannot repeat a receipt' },
    'not-reversible': { zh: '不能撤销', en: 'Cannot reverse' },
    'card-unreadable': { zh: '卡读不出', en: 'Card cannot be read' },
    'walks-away': { zh: '没人刷卡', en: 'Nobody holds a card' },
    cancels: { zh: '按了取消', en: 'Cancels at the terminal' },
    'pays-half': { zh: '卡里只够一半', en: 'The card holds half of it' },
    'paid-unheard': { zh: '已扣款，没有回音', en: 'Paid, and nothing is heard of it' },
    'declined-unheard': { zh: '没扣款，没有回音', en: 'Not paid, and nothing is heard of it' },
  },
};

/** The fault's words, or undefined where this kind of device has no such fault. */
export function faultWords(kind: DeviceKind, fault: string): Words | undefined {
  const faults: Record<string, Words> = FAULTS[kind];
  return Object.hasOwn(faults, fault) ? faults[fault] : undefined;
}
