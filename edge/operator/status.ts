/** Everything an operator wants to know, gathered from the rooms that know it. */

import type { Recogniser } from '../../models/contract.ts';
import type { RecordedEvent } from '../core/events.ts';
import { unresolvedIn } from '../core/period-totals.ts';
import type { Clock, Text } from '../core/ports.ts';
import type { StatusView } from '../core/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Recognition } from '../recognition/recognition.ts';

export interface StatusParts {
  storeId: string;
  storeName: Text;
  timeZone: string;
  softwareVersion: string;
  weighCore: { version: string; sha256: string };
  ledger: Ledger;
  devices: DeviceTable;
  recognition: Recognition;
  recogniser: Recogniser;
  disk(): StatusView['disk'];
  /** Started without devices, after starts that crashed. */
  safe?: boolean;
  sync(): Omit<StatusView['sync'], 'priceBookVersion'>;
  screens(): StatusView['screens'];
  teaching(): StatusView['teaching'];
  clock: Clock;
  localDay(wallMs: number): string;
  startedWallMs: number;
}

export function statusView(parts: StatusParts): StatusView {
  const { ledger, devices, recognition, clock } = parts;
  const version = ledger.priceBookVersion();
  const day = parts.localDay(clock.wallMs());
  const health = ledger.health();
  const disk = parts.disk();
  const sync = { ...parts.sync(), priceBookVersion: version };
  const deviceViews = devices.all().map((device) => device.view());
  const name = (sku: string): Text => ledger.item(version, sku)?.name ?? { zh: sku, en: sku };
  const teaching = parts.teaching();
  const unresolvedPayments = unresolved(ledger);
  return {
    storeId: parts.storeId,
    storeName: parts.storeName,
    timeZone: parts.timeZone,
    softwareVersion: parts.softwareVersion,
    weighCore: parts.weighCore,
    verdict: verdict(deviceViews, sync, unresolvedPayments, clock.wallMs(), disk, parts.safe),
    devices: deviceViews,
    sync,
    ledger: {
      events: health.events,
      headSeq: health.headSeq,
      headHash: health.headHash,
      synchronous: health.synchronous,
    },
    ...(disk && { disk }),
    recognition: recognitionView(recognition, parts.recogniser),
    today: {
      ...ledger.dayTotals(day),
      items: ledger
        .daySales(day)
        .sort((a, b) => b.amountFen - a.amountFen)
        .slice(0, 20)
        .map(({ sku, pieces, grams, amountFen }) => ({
          sku,
          name: name(sku),
          pieces,
          grams,
          amountFen,
        })),
    },
    unresolvedPayments,
    screens: parts.screens(),
    ...(teaching && { teaching }),
    startedWallMs: parts.startedWallMs,
  };
}

function recognitionView(
  recognition: Recognition,
  recogniser: Recogniser,
): StatusView['recognition'] {
  const { state, reason } = recogniser.state();
  const { version, items, samples, p50Ms, p95Ms } = recognition.stats();
  return {
    state,
    ...(reason && { reason }),
    packId: recogniser.packId,
    packSha256: recogniser.packSha256,
    galleryVersion: version,
    items,
    samples,
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p95Ms !== undefined && { p95Ms }),
  };
}

/** Payments, reversals and refunds without an end, and money that a person has to give back. */
function unresolved(ledger: Ledger): StatusView['unresolvedPayments'] {
  return unresolvedIn(ledger.unfinishedSales()).map((owed) => {
    const { saleId, laneId, orderNo, amountFen, what, number } = owed;
    const asked = ledger.about(saleId).find((event) => asksFor(event, number));
    return { saleId, laneId, orderNo, amountFen, what, sinceWallMs: asked?.wallMs ?? 0 };
  });
}

/** Whether this event asked for the payment or the refund of that number. */
function asksFor(event: RecordedEvent, number: string): boolean {
  if (event.type === 'TenderRequested') return event.body.tenderId === number;
  if (event.type !== 'RefundRequested') return false;
  return event.body.parts.some(({ refundNo }) => refundNo === number);
}

type Sync = StatusView['sync'];

/** A payment settles or is reversed within minutes; one older than this wants a person. */
const OVERDUE_MS = 300_000;

const SAFE_MODE: Text = {
  zh: '安全模式：连续三次启动失败，设备没有打开。查出原因后重启',
  en: 'Safe mode: three starts failed in a row and no device was opened. Find the cause, restart',
};

/** One sentence. Never "all good" while anything is unsent, unwell or unpaid for long. */
function verdict(
  devices: StatusView['devices'],
  sync: Sync,
  payments: StatusView['unresolvedPayments'],
  wallMs: number,
  disk: StatusView['disk'],
  safe = false,
): StatusView['verdict'] {
  if (safe) return { level: 'bad', text: SAFE_MODE };
  const unwell = devices.filter((device) => !['ok', 'starting', 'disabled'].includes(device.state));
  const zh: string[] = [];
  const en: string[] = [];
  if (unwell.length > 0) {
    zh.push(`${unwell.length} 台设备需处理`);
    en.push(`${unwell.length} device(s) need attention`);
  }
  if (disk && disk.level !== 'ok') {
    const mebibytes = Math.round(disk.freeBytes / 1_048_576);
    const stopped = disk.level === 'last' || disk.level === 'full';
    zh.push(`磁盘只剩 ${mebibytes} MiB${stopped ? '，已停止新交易' : ''}，请清理`);
    en.push(`${mebibytes} MiB of disk left${stopped ? ', nothing new is sold' : ''}: free some`);
  }
  const overdue = payments.filter(({ sinceWallMs }) => wallMs - sinceWallMs > OVERDUE_MS);
  if (overdue.length > 0) {
    zh.push(`${overdue.length} 笔付款没有结果`);
    en.push(`${overdue.length} payment(s) unresolved`);
  }
  if (sync.link === 'down') {
    const minutes = Math.max(0, Math.round((wallMs - (sync.lastSuccessWallMs ?? wallMs)) / 60_000));
    zh.push(`总部断开 ${minutes} 分钟 · 待上传 ${sync.unsent} 笔（已存本机，照常营业）`);
    en.push(`HQ link down ${minutes} min · ${sync.unsent} unsent (safe on this box)`);
  } else if (sync.link === 'up' && sync.unsent > 0) {
    zh.push(`正在上传 ${sync.unsent} 笔`);
    en.push(`Uploading ${sync.unsent}`);
  }
  if (zh.length === 0) return { level: 'ok', text: { zh: '一切正常', en: 'All good' } };
  const bad = unwell.some((device) => device.state === 'fault' || device.state === 'offline');
  const halted = disk?.level === 'last' || disk?.level === 'full';
  return {
    level: bad || halted ? 'bad' : 'warn',
    text: { zh: zh.join(' · '), en: en.join(' · ') },
  };
}
