/** What the lane's page shows, from durable state first and memory second. */

import { heldLines } from '../core/sale/basket.ts';
import type { PayMethodView } from '../core/sale/pay-method.ts';
import type { SaleState } from '../core/sale/sale.ts';
import { keptFen, tenderIsOpen } from '../core/sale/tender.ts';
import { comfortsOf, fading } from '../core/views/comfort.ts';
import { saleView } from '../core/views/sale-view.ts';
import type { LaneScreen, LaneView } from '../core/views/views.ts';
import { screenDevice } from '../devices/devices.ts';
import { isClosed, outOfService } from './closing.ts';
import { helpView } from './helping.ts';
import { type LaneInside, policyOf } from './inside.ts';
import { completionOf } from './receipts.ts';
import { methodOf, terminalFor } from './terminals.ts';

export function laneScreen(lane: LaneInside): LaneScreen {
  const { basket, memory } = lane;
  const sale = basket.current();
  if (sale?.phase === 'paying') return isLongUnknown(lane) ? 'unknown' : 'paying';
  if (memory.shown) return 'done';
  if (memory.parked) return 'parked';
  if (isClosed(lane)) return 'out-of-service';
  if (sale && keptFen(sale.tenders) > 0) return 'pay';
  if (memory.overlay === 'pay' && sale?.lines.length) return 'pay';
  if (memory.overlay === 'find') return 'find';
  return sale ? 'basket' : 'attract';
}

/** Asked about before this boot, or for so long that the timer of `paying.ts` rang. */
function isLongUnknown({ basket, memory, payments }: LaneInside): boolean {
  const tender = openTender(basket.current());
  if (!tender || tender.channel === 'cash' || tender.state === 'requested') return false;
  const { tenderId } = tender;
  return memory.longUnanswered === tenderId || payments?.askedMs(tenderId) === undefined;
}

export function laneView(lane: LaneInside, mmPerPx: number): LaneView {
  const { parts, basket, memory } = lane;
  const sale = basket.current();
  const screen = laneScreen(lane);
  const { newestLineId } = memory;
  const help = helpView(lane);
  const labelDoubt = screen === 'basket' ? lane.labels?.view() : undefined;
  return {
    laneId: parts.config.id,
    storeName: parts.storeName,
    prices: parts.ledger.priceBookVersion(),
    screen,
    ...(screen === 'attract' && { accepts: payMethods(parts), ...cameraNotice(parts) }),
    ...(sale && {
      sale: { ...saleView(sale), ...(newestLineId && { newestLineId }) },
    }),
    ...(screen === 'find' && parts.station && { weigh: parts.station.view() }),
    ...(sale && isPayment(screen) && { pay: payView(lane) }),
    ...(screen === 'done' && memory.shown && { done: doneView(lane, memory.shown.saleId) }),
    ...(screen === 'parked' && memory.parked && { parked: memory.parked }),
    ...((screen === 'done' || screen === 'parked') &&
      memory.returns && { returns: memory.returns }),
    ...(sale && heldLines(sale).length > 0 && { hold: holdView(sale) }),
    ...(help && { help }),
    ...(lane.bagging && { bag: lane.bagging.view() }),
    ...(labelDoubt && { labelDoubt }),
    ...(parts.memberOf && { members: true as const }),
    ...(memory.seniorAsked === 'asking' && { suggestLarge: true as const }),
    ...(screen === 'out-of-service' && { outOfService: outOfService(lane) }),
    ...(memory.locked && { locked: true as const }),
    ...(memory.idle && { idle: memory.idle }),
    ...comfortsOf(memory),
    ...(memory.notice && { notice: fading(memory.notice, memory, policyOf(lane).undoMs) }),
    devices: deviceViews(lane),
    mmPerPx,
  };
}

const cameraNotice = ({ config, photoHours = 0 }: LaneInside['parts']) =>
  config.camera === undefined ? {} : { camera: { photoHours } };

/** X1: the basket waits for staff, or for the shopper to remove what they may not have. */
const holdView = (sale: SaleState): NonNullable<LaneView['hold']> => ({
  minimumAge: Math.max(...heldLines(sale).map(({ minimumAge = 0 }) => minimumAge)),
  lineIds: heldLines(sale).map(({ lineId }) => lineId),
});

const isPayment = (screen: LaneScreen) =>
  screen === 'pay' || screen === 'paying' || screen === 'unknown';

const openTender = (sale: SaleState | undefined) =>
  sale?.tenders.find((tender) => tenderIsOpen(tender));

function payView({ basket, memory, parts }: LaneInside): LaneView['pay'] {
  const sale = basket.current();
  const tender = openTender(sale);
  const paidFen = keptFen(sale?.tenders ?? []);
  const method = tender && methodOf(tender.channel);
  return {
    amountFen: tender?.amountFen ?? (sale?.totalFen ?? 0) - paidFen,
    ...(paidFen > 0 && { paidFen }),
    ...(method && { method }),
    methods: payMethods(parts),
    ...(tender && { orderNo: tender.orderNo }),
    ...(memory.payMessage && { message: memory.payMessage }),
    cancellable: tender?.state !== 'reversing',
  };
}

/** What this lane takes; staff take cash wherever they are called. */
function payMethods(parts: LaneInside['parts']): PayMethodView[] {
  const ways = (['code', 'card'] as const).flatMap((method) => {
    const terminal = terminalFor(parts, method);
    if (!terminal) return [];
    const { why } = screenDevice(terminal);
    const available = terminal.current() !== undefined;
    return [{ method, available, ...(!available && why && { why }) }];
  });
  return [...ways, { method: 'cash', available: true }];
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
  const { scanner, scale, bagging, camera, printer, payment, card } = config;
  return [scanner, scale, bagging, camera, printer, payment, card]
    .flatMap((id) => devices.find(id) ?? [])
    .map(screenDevice);
}
