/** Every movement of one channel's money as the books have it, for an acquirer's statement. */
import type { RecordedEvent } from '../core/events.ts';
import type { BookRow } from '../core/sale/statement.ts';
import type { Ledger } from '../ledger/contract.ts';

const PAGE_EVENTS = 2_000;
/** Two clocks may put one payment on two days this close to midnight. */
const NEAR_MIDNIGHT_MS = 600_000;

export function bookRows(
  ledger: Ledger,
  channel: 'wechat' | 'alipay',
  localDay: (wallMs: number) => string,
): BookRow[] {
  const rows: BookRow[] = [];
  const tenders = new Map<string, { orderNo: string; capturedFen: number }>();
  const refunds = new Map<string, number>();
  const add = (what: BookRow['what'], number: string, amountFen: number, wallMs: number) => {
    const day = localDay(wallMs);
    const nearMidnight =
      localDay(wallMs - NEAR_MIDNIGHT_MS) !== day || localDay(wallMs + NEAR_MIDNIGHT_MS) !== day;
    rows.push({ what, number, amountFen, day, nearMidnight });
  };
  const look = ({ wallMs, ...event }: RecordedEvent) => {
    if (event.type === 'TenderRequested' && event.body.channel === channel)
      tenders.set(event.body.tenderId, { orderNo: event.body.orderNo, capturedFen: 0 });
    if (event.type === 'RefundRequested')
      for (const part of event.body.parts)
        if (part.channel === channel) refunds.set(part.refundNo, part.amountFen);
    if (event.type === 'TenderCaptured') {
      const tender = tenders.get(event.body.tenderId);
      if (!tender) return;
      tender.capturedFen = event.body.amountFen;
      add('paid', tender.orderNo, event.body.amountFen, wallMs);
    }
    if (event.type === 'TenderReversed' && !event.body.by) {
      const tender = tenders.get(event.body.tenderId);
      if (tender && tender.capturedFen > 0)
        add('reversed', tender.orderNo, tender.capturedFen, wallMs);
    }
    if (event.type === 'RefundPaid' && !event.body.by) {
      const { refundNo } = event.body;
      const amountFen = refunds.get(refundNo);
      if (amountFen !== undefined) add('refunded', refundNo, amountFen, wallMs);
    }
  };
  for (let after = 0; ; ) {
    const page = ledger.readAfter(after, PAGE_EVENTS);
    for (const { record } of page) look(JSON.parse(record));
    const last = page.at(-1);
    if (!last) return rows;
    after = last.seq;
  }
}
