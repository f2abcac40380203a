/** What the lane's page shows, from durable state first and memory second. */

import type { Text } from '../core/ports.ts';
import { saleView } from '../core/sale-view.ts';
import type { LaneScreen, LaneView } from '../core/views.ts';
import { screenDevice } from '../devices/devices.ts';
import { type LaneInside, UNKNOWN_AFTER_MS } from './inside.ts';
import { completionOf } from './receipts.ts';

export function laneScreen(lane: LaneInside): LaneScreen {
  const { basket, memory, parts } = lane;
  const sale = basket.current();
  if (sale?.phase === 'paying') return isLongUnknown(lane) ? 'unknown' : 'paying';
  if (memory.shown) return 'done';
  if (parts.ledger.priceBookVersion() === 0) return 'out-of-service';
  if (memory.overlay === 'pay' && sale?.lines.length) return 'pay';
  if (memory.overlay === 'find') return 'find';
  return sale ? 'basket' : 'attract';
}

function isLongUnknown({ basket, payments, parts }: LaneInside): boolean {
  const tender = basket.current()?.tenders.at(-1);
  if (!tender || tender.state === 'requested') return false;
  const asked = payments?.askedMs(tender.tenderId);
  return asked === undefined || parts.clock.monoMs() - asked >= UNKNOWN_AFTER_MS;
}

export function laneView(lane: LaneInside, mmPerPx: number): LaneView {
  const { parts, basket, memory } = lane;
  const sale = basket.current();
  const screen = laneScreen(lane);
  const { newestLineId } = memory;
  return {
    laneId: parts.config.id,
    storeName: parts.storeName,
    screen,
    ...(sale && {
      sale: { ...saleView(sale), ...(newestLineId && { newestLineId }) },
    }),
    ...(screen === 'find' && parts.station && { weigh: parts.station.view() }),
    ...(sale && isPayment(screen) && { pay: payView(lane) }),
    ...(screen === 'done' && memory.shown && { done: doneView(lane, memory.shown.saleId) }),
    ...(memory.help && { help: { ...memory.help, phone: parts.phone } }),
    ...(screen === 'out-of-service' && { outOfService: NO_PRICES }),
    ...(memory.notice && { notice: memory.notice }),
    devices: deviceViews(lane),
    mmPerPx,
  };
}

const NO_PRICES: { reason: Text; next: Text } = {
  reason: { zh: '本机还没有价格表', en: 'No price list has arrived yet' },
  next: { zh: '请使用其他机器，或呼叫店员', en: 'Please use another terminal, or call staff' },
};

const isPayment = (screen: LaneScreen) =>
  screen === 'pay' || screen === 'paying' || screen === 'unknown';

function payView({ basket, memory }: LaneInside): LaneView['pay'] {
  const sale = basket.current();
  const tender = sale?.phase === 'paying' ? sale.tenders.at(-1) : undefined;
  return {
    amountFen: tender?.amountFen ?? sale?.totalFen ?? 0,
    ...(tender && { orderNo: tender.orderNo }),
    ...(memory.payMessage && { message: memory.payMessage }),
    cancellable: tender?.state !== 'reversing',
  };
}

function doneView({ parts }: LaneInside, saleId: string): NonNullable<LaneView['done']> {
  const sale = parts.ledger.sale(saleId);
  const state = sale?.receipt?.state ?? 'due';
  return {
    receiptNo: sale?.receipt?.receiptNo ?? '',
    totalFen: sale?.totalFen ?? 0,
    receipt: state === 'due' ? 'printing' : state,
    receiptPath: `${parts.publicUrl ?? ''}/receipt/?id=${saleId}`,
    shortHash: completionOf(parts.ledger, saleId)?.shortHash ?? '',
  };
}

function deviceViews({ parts }: LaneInside): LaneView['devices'] {
  const { config, devices } = parts;
  return [config.scanner, config.scale, config.camera, config.printer, config.payment]
    .flatMap((id) => devices.find(id) ?? [])
    .map(screenDevice);
}
