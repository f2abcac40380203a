/** Head office's one page: every store, what it sold today, and what happened last. No script. */

import { formatYuan } from '../../edge/core/money.ts';
import { wordsOf } from '../../edge/core/views/event-words.ts';
import type { NewestEvent, StoreState } from './state.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const html = (text: string): string => text.replaceAll(/[&<>"]/g, (c) => ESCAPES[c] ?? c);

const STYLE = `
  body { font: 16px/1.5 'Inter Variable', 'Noto Sans SC Variable', system-ui, sans-serif;
    margin: 2rem auto; max-width: 72rem;
    padding: 0 1rem; color: #1c2430; background: #f7f7f4 }
  small { font-weight: 400; color: #5a6472; margin-left: .4em }
  th small { display: block; margin: 0 }
  .table { overflow-x: auto; background: #fff; border: 1px solid #d9dcd6; border-radius: 12px }
  table { border-collapse: collapse; width: 100% }
  th, td { padding: .6rem 1rem; text-align: left; border-bottom: 1px solid #eceee9;
    white-space: nowrap; font-variant-numeric: tabular-nums }
  tr:last-child td { border-bottom: 0 }
  .number { text-align: right } .warn { color: #a33a00; font-weight: 600 }
  p { color: #5a6472 }`;

interface Page {
  states: StoreState[];
  newest: NewestEvent[];
  /** Wall time in words, local to head office. */
  localTime(wallMs: number): string;
  nowWallMs: number;
}

export function page({ states, newest, localTime, nowWallMs }: Page): string {
  const stores = states.map((state) => storeRow(state, localTime)).join('');
  const events = newest.map((event) => eventRow(event, localTime)).join('');
  const none = '<p>还没有门店连上来 No store has called yet</p>';
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10"><title>一刻总部 Yike head office</title>
<link rel="stylesheet" href="/fonts/fonts.css"><style>${STYLE}</style></head><body>
<h1>一刻总部<small>Yike head office</small></h1>
<h2>门店<small>Stores</small></h2>
${states.length === 0 ? none : table(STORE_HEADINGS, stores)}
<h2>最新记录<small>Newest events</small></h2>
${newest.length === 0 ? '<p>暂无 None</p>' : table(EVENT_HEADINGS, events)}
<p>${html(localTime(nowWallMs))}，每 10 秒刷新 Refreshed every 10 seconds</p></body></html>`;
}

type Heading = [zh: string, en: string, number?: 'number'];
const STORE_HEADINGS: Heading[] = [
  ['门店', 'Store'],
  ['今日交易', 'Sales today', 'number'],
  ['今日销售额', 'Takings today', 'number'],
  ['已收到', 'Held up to', 'number'],
  ['最近联系', 'Last heard'],
  ['价格表', 'Price book', 'number'],
  ['待核对', 'To look at', 'number'],
];
const EVENT_HEADINGS: Heading[] = [
  ['时间', 'Time'],
  ['门店', 'Store'],
  ['序号', 'Seq', 'number'],
  ['记录', 'Event'],
  ['来源', 'Source'],
];

function table(headings: Heading[], rows: string): string {
  const cells = headings.map(
    ([zh, en, kind = '']) => `<th class="${kind}" scope="col">${zh}<small>${en}</small></th>`,
  );
  return `<div class="table"><table><thead><tr>${cells.join('')}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function storeRow(state: StoreState, localTime: (wallMs: number) => string): string {
  const { storeId, todaySales, todayFen, epoch, headSeq, heardWallMs } = state;
  const odd = state.quarantined.length;
  return `<tr><td>${html(storeId)}</td><td class="number">${todaySales}</td>
<td class="number">¥${formatYuan(todayFen)}</td>
<td class="number">${headSeq}${epoch > 1 ? ` (${epoch})` : ''}</td>
<td>${heardWallMs === null ? '—' : html(localTime(heardWallMs))}</td>
<td class="number">${state.priceBookVersion || '—'}</td>
<td class="number${odd > 0 ? ' warn' : ''}">${odd}</td></tr>`;
}

function eventRow(event: NewestEvent, localTime: (wallMs: number) => string): string {
  return `<tr><td>${html(localTime(event.wallMs))}</td><td>${html(event.store)}</td>
<td class="number">${event.seq}</td>
<td>${wordsOf(event.type)?.zh ?? ''}<small>${html(event.type)}</small></td>
<td>${html(event.source)}</td></tr>`;
}
