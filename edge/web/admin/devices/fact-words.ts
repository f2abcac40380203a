/** What people call a device's readings; what is not here keeps the name its driver gave it. */
import type { Text } from '../../../core/ports.ts';
import { pick } from '../../shared/language.ts';

const NAMES = new Map<string, Text>([
  ['kind', { zh: '读数', en: 'Reading' }],
  ['state', { zh: '状态', en: 'State' }],
  ['grams', { zh: '重量（克）', en: 'Weight (g)' }],
  ['cell', { zh: '秤格', en: 'Cell' }],
  ['paper', { zh: '纸', en: 'Paper' }],
  ['cover', { zh: '盖子', en: 'Cover' }],
  ['online', { zh: '联机', en: 'Online' }],
  ['error', { zh: '故障', en: 'Error' }],
  ['text', { zh: '内容', en: 'Text' }],
  ['door', { zh: '门', en: 'Door' }],
  ['lock', { zh: '锁', en: 'Lock' }],
  ['deciCelsius', { zh: '温度', en: 'Temperature' }],
  ['probe', { zh: '探头', en: 'Probe' }],
  ['manufacturer', { zh: '厂家', en: 'Manufacturer' }],
  ['model', { zh: '型号', en: 'Model' }],
  ['serialNumber', { zh: '序列号', en: 'Serial number' }],
  ['firmware', { zh: '固件', en: 'Firmware' }],
]);

const VALUES = new Map<string, Text>([
  ['zero', { zh: '零', en: 'zero' }],
  ['stable', { zh: '稳定', en: 'stable' }],
  ['moving', { zh: '未稳定', en: 'moving' }],
  ['underload', { zh: '低于零', en: 'below zero' }],
  ['overload', { zh: '超量程', en: 'overload' }],
  ['stale', { zh: '过时', en: 'stale' }],
  ['temperature', { zh: '温度', en: 'temperature' }],
  ['shelf-weight', { zh: '层板重量', en: 'shelf weight' }],
  ['printer-status', { zh: '打印机状态', en: 'printer status' }],
  ['frame', { zh: '画面', en: 'picture' }],
  ['code', { zh: '扫码', en: 'code' }],
  ['ok', { zh: '正常', en: 'fine' }],
  ['low', { zh: '快用完', en: 'low' }],
  ['out', { zh: '没有', en: 'out' }],
  ['open', { zh: '开着', en: 'open' }],
  ['closed', { zh: '合上', en: 'closed' }],
  ['locked', { zh: '锁上', en: 'locked' }],
  ['true', { zh: '是', en: 'yes' }],
  ['false', { zh: '否', en: 'no' }],
]);

const wordOf = (words: Map<string, Text>, name: string): string => {
  const known = words.get(name);
  return known ? pick(known) : name;
};

export const factName = (name: string): string => wordOf(NAMES, name);

export function factValue(name: string, value: unknown): string {
  if (name === 'deciCelsius' && typeof value === 'number') return `${(value / 10).toFixed(1)} ℃`;
  return typeof value === 'object' ? JSON.stringify(value) : wordOf(VALUES, String(value));
}
