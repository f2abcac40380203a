/** One screen of `yike tui` as text: pure, so that its size and words can be tested. */
import type { DiagDevice } from '../../core/views/diag-views.ts';

export type Pane = 'health' | 'live' | 'monitor' | 'config' | 'bundle';

export interface View {
  devices: DiagDevice[];
  chosen: number;
  pane: Pane;
  /** What the pane shows, where that is asked for apart. */
  lines: string[];
  language: 'zh' | 'en';
}

export interface Size {
  columns: number;
  rows: number;
}

const LIST_COLUMNS = 30;
const LEAST: Size = { columns: 40, rows: 8 };
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const REVERSE = (text: string) => `\u001b[7m${text}\u001b[0m`;
const MARK: Partial<Record<DiagDevice['state'], string>> = {
  ok: '●',
  warn: '▲',
  offline: '◆',
  fault: '◆',
  disabled: '○',
};
const KEYS = {
  zh: '↑↓ 选择  h 体检  l 实时  m 监视  c 配置  b 支持包  q 退出',
  en: '↑↓ choose  h health  l live  m monitor  c config  b bundle  q quit',
};

/** A terminal that does not tell its size is taken for an old one; no screen is smaller than this. */
export const fitted = (columns = 80, rows = 24): Size => ({
  columns: Math.max(LEAST.columns, columns),
  rows: Math.max(LEAST.rows, rows),
});

const wide = (char: string): boolean => /[\u1100-\u115f\u2e80-\uffe6]/.test(char);

/** Cut or padded to so many columns; control characters of a device are shown as dots. */
export function cell(text: string, columns: number): string {
  let used = 0;
  let shown = '';
  for (const char of text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·')) {
    const next = used + (wide(char) ? 2 : 1);
    if (next > columns) break;
    shown += char;
    used = next;
  }
  return shown + ' '.repeat(columns - used);
}

/** The whole screen as one write. */
export function frameOf(view: View, { columns, rows }: Size): string {
  const list = Math.min(LIST_COLUMNS, Math.floor(columns / 2));
  const room = columns - list - 1;
  const height = rows - 1;
  const device = view.devices[view.chosen];
  const right = device ? rightOf(view, device) : ['-'];
  // Of a list longer than the screen the part around the chosen one; of a monitor the newest.
  const from = Math.max(0, Math.min(view.chosen - height + 1, view.devices.length - height));
  const shown = view.pane === 'monitor' ? tail(right, height) : right;
  const lines = Array.from({ length: height }, (_, at) => {
    const each = view.devices[from + at];
    const name = each ? `${MARK[each.state] ?? '?'} ${each.id}  ${each.reason ?? each.state}` : '';
    const left = cell(name, list);
    return `${from + at === view.chosen && each ? REVERSE(left) : left}│${cell(shown[at] ?? '', room)}`;
  });
  const keys = cell(KEYS[view.language], columns);
  return `${HOME}${[...lines, REVERSE(keys)].map((line) => line + CLEAR_LINE).join('\r\n')}${CLEAR_BELOW}`;
}

/** Its head stays, the newest lines follow. */
const tail = (lines: string[], height: number): string[] => [
  ...lines.slice(0, 3),
  ...lines.slice(3).slice(-(height - 3)),
];

function rightOf(view: View, device: DiagDevice): string[] {
  const { id, driver, address, state, reason, why, next, live } = device;
  const unwell = reason ? `${reason}  ${why?.[view.language] ?? ''}` : '';
  const head = [`${id}  ${driver}  ${address}`, `${state}  ${unwell}`, next?.[view.language] ?? ''];
  if (view.pane === 'live') {
    const event = Object.entries(live?.event ?? {});
    const age = live ? `${live.ageMs} ms` : '-';
    return [...head, age, '', ...[...event, ...Object.entries(device.statistics)].map(pair)];
  }
  if (view.pane === 'config') return [...head, ...Object.entries(device.options).map(pair)];
  return [...head, ...view.lines];
}

const pair = ([name, value]: [string, unknown]): string =>
  `${name.padEnd(24)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
