import type { CatalogueItem } from './catalogue.ts';
import type { Choice, DomainEvent, LabelRecord, PayChannel, SaleLine } from './events.ts';
import type { Outcome } from './ports.ts';
import type { Tender } from './tender.ts';
import type { WeighRecord } from './weigh/record.ts';

/** One basket from its first item to its receipt. Rebuilt from events by `evolveSale` alone. */
export interface SaleState {
  saleId: string;
  laneId: string;
  priceBookVersion: number;
  /** `paying` while any tender is requested, unknown or reversing: the basket may not change. */
  phase: 'open' | 'paying' | 'completed' | 'cancelled';
  lines: SaleLine[];
  tenders: Tender[];
  totalFen: number;
  /** Set by SaleCompleted. */
  receipt?: { receiptNo: string; jobId: string; state: 'due' | 'printed' | 'failed'; reason?: string };
}

export type SaleCommand =
  | { kind: 'start'; saleId: string; laneId: string; priceBookVersion: number }
  | { kind: 'add-item'; lineId: string; item: CatalogueItem; quantity: number; choice: Choice }
  | {
      kind: 'add-weighed';
      lineId: string;
      item: CatalogueItem;
      weighing: WeighRecord;
      choice: Choice;
    }
  | { kind: 'add-label'; lineId: string; label: LabelRecord; labelState: 'live' | 'in-basket' | 'sold' | 'void' }
  | { kind: 'set-quantity'; lineId: string; quantity: number }
  | { kind: 'void-line'; lineId: string; reason: string; by: 'shopper' | 'staff' }
  | { kind: 'cancel'; reason: string }
  | {
      kind: 'request-tender';
      tenderId: string;
      terminalId: string;
      channel: PayChannel;
      orderNo: string;
      codeTail: string;
    }
  | { kind: 'record-captured'; tenderId: string; amountFen: number; providerRef: string; receiptNo: string; receiptJobId: string; location: string }
  | { kind: 'record-declined'; tenderId: string; reason: string }
  | { kind: 'record-unknown'; tenderId: string; reason: string }
  | { kind: 'request-reversal'; tenderId: string; reason: string }
  | { kind: 'record-reversed'; tenderId: string }
  | { kind: 'record-receipt-printed'; jobId: string }
  | { kind: 'record-receipt-failed'; jobId: string; reason: string };

export type SaleDecision = Outcome<DomainEvent[]>;
