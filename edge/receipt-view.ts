/** The e-receipt of a sale: what its unguessable address shows. No payer, no code. */

import { type VatPart, vatParts } from './core/sale/receipt.ts';
import { saleView } from './core/views/sale-view.ts';
import type { LineView } from './core/views/views.ts';
import { completionOf } from './lane/receipts.ts';
import type { Controller } from './main.ts';

export interface ReceiptView {
  storeName: { zh: string; en: string };
  receiptNo: string;
  atWallMs: number;
  lines: LineView[];
  totalFen: number;
  vat: VatPart[];
  shortHash: string;
}

export function receiptView(controller: Controller, saleId: string): ReceiptView | undefined {
  const sale = controller.ledger.sale(saleId);
  const completion = sale && completionOf(controller.ledger, saleId);
  if (!sale?.receipt || !completion) return undefined;
  const view = saleView(sale);
  return {
    storeName: controller.config.store.name,
    receiptNo: sale.receipt.receiptNo,
    atWallMs: completion.atWallMs,
    lines: view.lines,
    totalFen: view.totalFen,
    vat: vatParts(sale.lines),
    shortHash: completion.shortHash,
  };
}
