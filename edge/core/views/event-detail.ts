/** What an event says beside its name: who, how much, of what. For people, in both languages. */
import type { ItemChange } from '../catalogue/catalogue-events.ts';
import type { DomainEvent, SaleLine } from '../events.ts';
import { formatYuan } from '../money.ts';
import type { Person } from '../person.ts';
import type { Text } from '../ports.ts';
import { formatKilograms } from '../sale/quantity.ts';
import { PAID_BY } from '../sale/receipt.ts';

const yuan = (fen: number): string => `¥${formatYuan(fen)}`;
const both = (text: string): Text => ({ zh: text, en: text });

/** Facts set apart by dots; those that are not there are left out. */
function facts(...parts: (string | number | Text | undefined)[]): Text | undefined {
  const said = parts.flatMap((part): Text[] => {
    if (part === undefined || part === '') return [];
    return [typeof part === 'object' ? part : both(String(part))];
  });
  if (said.length === 0) return undefined;
  return {
    zh: said.map(({ zh }) => zh).join(' · '),
    en: said.map(({ en }) => en).join(' · '),
  };
}

/** A cabinet has none; a lane’s was unplugged. */
const NO_PRINTER: Text = { zh: '没有连上打印机，见电子小票', en: 'no printer; see the e-receipt' };

const nameOf = (who: string | Person | undefined): string | undefined =>
  typeof who === 'string' ? who : who?.name;

const changeText = ({ sku, field, was, is }: ItemChange): string =>
  field === 'unitPriceFen' ? `${sku} ${yuan(was)} → ${yuan(is)}` : `${sku} ${field} ${was} → ${is}`;

const CHANGES_SHOWN = 3;

/** The first few; the event itself has them all. */
function changesText(changes: readonly ItemChange[]): Text {
  const said = changes.slice(0, CHANGES_SHOWN).map(changeText);
  const n = changes.length;
  if (n <= CHANGES_SHOWN) return both(said.join(', '));
  return { zh: `${said.join('、')} 等 ${n} 处`, en: `${said.join(', ')} … ${n} changes` };
}

/** `红富士苹果 0.612 千克`, `矿泉水 ×2`. */
export function goodsText(line: Pick<SaleLine, 'name' | 'how' | 'quantity' | 'weighing'>): Text {
  const { name, how, quantity, weighing } = line;
  if (how === 'each' || !weighing)
    return { zh: `${name.zh} ×${quantity}`, en: `${name.en} ×${quantity}` };
  const weight = formatKilograms(weighing.netGrams);
  return { zh: `${name.zh} ${weight} 千克`, en: `${name.en} ${weight} kg` };
}

/** Undefined where the name of the event says it all. */
export function detailOf(event: DomainEvent): Text | undefined {
  return saleDetail(event) ?? laterDetail(event) ?? visitDetail(event) ?? actDetail(event);
}

function saleDetail({ type, body }: DomainEvent): Text | undefined {
  switch (type) {
    case 'SaleStarted':
      return facts(body.laneId);
    case 'LineAdded':
      return facts(goodsText(body.line), yuan(body.line.amountFen), body.line.location);
    case 'LineQuantityChanged':
      return facts(`×${body.quantity}`, yuan(body.amountFen));
    case 'LineVoided':
    case 'SaleCancelled':
      return facts(nameOf(body.person), nameOf(body.approvedBy), body.reason);
    case 'TenderRequested':
      return facts(PAID_BY[body.channel], yuan(body.amountFen), body.orderNo);
    case 'TenderCaptured':
      return facts(yuan(body.amountFen), body.providerRef, nameOf(body.by));
    case 'TenderDeclined':
    case 'TenderUnknown':
    case 'TenderReversalRequested':
      return facts(body.reason);
    case 'ReceiptFailed':
      return facts(body.reason === 'offline' ? NO_PRINTER : body.reason);
    case 'TenderReversed':
      return facts(nameOf(body.by), body.reason);
    case 'SaleCompleted':
      return facts(body.receiptNo, yuan(body.totalFen));
    case 'StockMoved':
      return facts(body.move.sku, body.move.location, body.move.pieces || undefined, body.reason);
    default:
      return undefined;
  }
}

/** What comes once goods were weighed or paid for. */
function laterDetail({ type, body }: DomainEvent): Text | undefined {
  switch (type) {
    case 'RefundRequested':
    case 'UnreceiptedRefundPaid':
      return facts(yuan(body.amountFen), nameOf(body.by), nameOf(body.approvedBy), body.reason);
    case 'RefundPaid':
      return facts(body.refundNo, nameOf(body.by));
    case 'RefundUnknown':
    case 'RefundRefused':
      return facts(body.refundNo, body.reason);
    case 'WeightUnsteady':
      return facts(`${body.grossGrams} g → ${body.laterGrams} g`, `${body.afterMs} ms`);
    case 'ReceiptCopied':
    case 'HelpAnswered':
    case 'LaneLocked':
    case 'LaneUnlocked':
      return facts(nameOf(body.by), body.reason);
    case 'DayClosed':
      return facts(`Z ${body.closeNo}`, yuan(body.totals.soldFen), nameOf(body.by));
    case 'StatementReconciled':
      return facts(PAID_BY[body.channel], body.day, nameOf(body.by));
    default:
      return undefined;
  }
}

function visitDetail({ type, body }: DomainEvent): Text | undefined {
  switch (type) {
    case 'VisitStarted':
      return facts(body.cabinetId, nameOf(body.service?.by), body.service?.reason);
    case 'LevelChanged':
      return facts(body.cell, `${Math.round(body.deciGrams / 10)} g`);
    case 'HandSeen': {
      const [best] = body.goods.toSorted((a, b) => b.bp - a.bp);
      return facts(body.cell, best && `${best.sku} ${Math.round(best.bp / 100)} %`);
    }
    case 'VisitSettled':
      return facts(yuan(body.bill.totalFen));
    case 'VisitDisputed':
      return facts(body.reason);
    case 'ReviewDecided':
      return facts(body.by, body.note, body.bill && yuan(body.bill.totalFen));
    case 'DisputeDecided':
      return facts(body.by, body.note, yuan(body.refundFen));
    case 'VisitRefused':
    case 'VisitDoubted':
    case 'VisitFaulted':
      return facts(body.reason);
    case 'DoorForced':
      return facts(body.cabinetId);
    case 'ShelvesTidied':
      return facts(body.cabinetId, body.by);
    default:
      return undefined;
  }
}

function actDetail({ type, body }: DomainEvent): Text | undefined {
  switch (type) {
    case 'Booted':
      return facts(body.softwareVersion);
    case 'ClockStepped':
      return facts(`${body.stepMs} ms`);
    case 'PriceBookActivated':
      return facts(`v${body.version}`, body.items);
    case 'CatalogueEdited':
      return facts(changesText(body.changes), body.by.name);
    case 'PromotionSet':
      return facts(body.promotion.id, body.by.name);
    case 'PromotionEnded':
      return facts(body.promotionId, body.by.name);
    case 'TagsPrinted':
      return facts(body.kind, body.skus.join(', '), body.by.name);
    case 'PersonSignedIn':
    case 'PersonLockedOut':
      return facts(body.personId, body.surface);
    case 'PersonAdded':
      return facts(body.personId, body.role);
    case 'PersonChanged':
      return facts(body.personId, body.what);
    case 'PersonSignedOut':
    case 'PersonRemoved':
      return facts(body.personId);
    case 'DeviceHandled':
      return facts(body.deviceId, body.act, body.by, body.why, body.detail);
    case 'LotRecalled':
      return facts(body.sku, body.supplierLot, body.by, body.reason);
    case 'LotMarkedDown':
      return facts(body.lotId, `−${body.percentOff}%`);
    case 'SlotsCleared':
      return facts(body.by, body.verdict, body.note);
    case 'MemberEnrolled':
      return facts(nameOf(body.by));
    case 'MemberErased':
      return facts(nameOf(body.by), body.reason);
    default:
      return undefined;
  }
}
