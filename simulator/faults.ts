/** What can be wrong with a device, said as a technician would see it. */
import type { Words } from './errors.ts';

export type DeviceKind = 'scale' | 'scanner' | 'printer' | 'camera' | 'payment';

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
export type Fault = ScaleFault | ScannerFault | PrinterFault | CameraFault | PaymentFault;

export const FAULTS: {
  scale: Record<ScaleFault, Words>;
  scanner: Record<ScannerFault, Words>;
  printer: Record<PrinterFault, Words>;
  camera: Record<CameraFault, Words>;
  payment: Record<PaymentFault, Words>;
} = {
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
};

/** The fault's words, or undefined where this kind of device has no such fault. */
export function faultWords(kind: DeviceKind, fault: string): Words | undefined {
  const faults: Record<string, Words> = FAULTS[kind];
  return Object.hasOwn(faults, fault) ? faults[fault] : undefined;
}
