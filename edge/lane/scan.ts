/** What a scanned code means at a lane: an article, a counter's label, or a payment code. */

import { type CodeReading, readCode } from '../core/codes/label.ts';
import type { SaleLine } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import { refuse as refuseSale } from '../core/refusals.ts';
import type { SaleCommand } from '../core/sale/sale.ts';
import { FLOOR } from '../core/stock/stock.ts';
import type { Ledger } from '../ledger/contract.ts';
import { laneRefusal } from './refusals.ts';

export interface Scanned {
  text: string;
  aimId?: string;
}

/** What a code at item scanning asks of the sale. Label EANs take the oldest live label. */
export function itemCommand(
  scanned: Scanned,
  ledger: Ledger,
  version: number,
  lineId: string,
  thisYear: number,
): Outcome<SaleCommand> {
  const { aimId } = scanned;
  const code = readCode(scanned.text, { ...(aimId && { aimId }), role: 'item', thisYear });
  const about = { code: scanned.text.slice(0, 40) };
  if (code.candidates?.includes('payment-code')) return refuse('CODE_NOT_HERE');
  // A maker's own serial is not ours: only our labels carry an in-store number with a PLU.
  if (code.serial && code.plu) return labelCommand(ledger, version, code.serial, lineId);
  if (code.kind === 'store-label') {
    const [oldest] = ledger.liveLabels(scanned.text);
    return oldest
      ? labelCommand(ledger, version, oldest.labelNumber, lineId)
      : refuse('LABEL_NOT_LIVE', about);
  }
  // A maker's link or any other text was read well; only digits and GS1 data can be damaged.
  const damaged = !code.checkOk && (code.problem !== undefined || /^\d+$/.test(scanned.text));
  if (damaged) return refuse('BARCODE_DAMAGED', about);
  const item = code.gtin ? ledger.itemByGtin(version, code.gtin) : undefined;
  if (!item) return refuse('ITEM_UNKNOWN', about);
  const lot = batchOf(code);
  const { sku } = item;
  const unsellable = ledger.whyUnsellable({ sku, location: FLOOR, ...lot });
  if (unsellable) return { ok: false, refusal: unsellable };
  const choice = { by: 'scan' as const };
  return {
    ok: true,
    value: { kind: 'add-item', lineId, item, quantity: 1, choice, ...(lot && { lot }) },
  };
}

/** Batch (AI 10) and last day (AI 17) of a code that carries them. */
function batchOf({ lot, expiry }: CodeReading): SaleLine['lot'] {
  if (lot === undefined && expiry === undefined) return undefined;
  return {
    ...(lot !== undefined && { supplierLot: lot }),
    ...(expiry !== undefined && { expiresOn: expiry }),
  };
}

function labelCommand(
  ledger: Ledger,
  version: number,
  labelNumber: string,
  lineId: string,
): Outcome<SaleCommand> {
  const found = ledger.label(labelNumber);
  if (!found) return refuse('LABEL_NOT_LIVE', { label: labelNumber.slice(0, 20) });
  // Taken off sale since it was weighed: the label does not bring it back.
  const item = ledger.item(version, found.label.sku);
  if (!item?.onSale) return refuseSale('ITEM_NOT_ON_SALE');
  return {
    ok: true,
    value: {
      ...{ kind: 'add-label', lineId, label: found.label, labelState: found.state },
      category: item.category,
    },
  };
}

function refuse(
  code: Parameters<typeof laneRefusal>[0],
  detail?: Record<string, string>,
): Outcome<never> {
  return { ok: false, refusal: laneRefusal(code, detail) };
}

export interface PayerCode {
  channel: 'wechat' | 'alipay';
  code: string;
  tail: string;
}

/**
 * A payer's code, told apart by screen state: only asked where a payment is awaited. WeChat: 18
 * digits from 10–15; Alipay: 16–24 digits from 25–30.
 */
export function payerCode(scanned: Scanned, thisYear: number): Outcome<PayerCode> {
  const code = readCode(scanned.text, { role: 'pay', thisYear });
  if (code.kind !== 'payment-code') return refuse('NOT_A_PAYMENT_CODE');
  const channel = /^1[0-5]\d{16}$/.test(scanned.text) ? 'wechat' : 'alipay';
  return { ok: true, value: { channel, code: scanned.text, tail: scanned.text.slice(-4) } };
}
