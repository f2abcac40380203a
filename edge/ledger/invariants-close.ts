/** INV-S3: closings partition the ledger by place, and their totals are those of its events. */
import type { RecordedEvent } from '../core/events.ts';

interface Period {
  sales: number;
  soldFen: number;
  refundedFen: number;
  captured: Map<string, number>;
}

const fresh = (): Period => ({ sales: 0, soldFen: 0, refundedFen: 0, captured: new Map() });

function count(period: Period, event: RecordedEvent, channels: Map<string, string>): void {
  if (event.type === 'SaleCompleted') {
    period.sales += 1;
    period.soldFen += event.body.totalFen;
  }
  if (event.type === 'RefundRequested' || event.type === 'UnreceiptedRefundPaid')
    period.refundedFen += event.body.amountFen;
  if (event.type === 'TenderRequested') channels.set(event.body.tenderId, event.body.channel);
  if (event.type === 'TenderCaptured') {
    const channel = channels.get(event.body.tenderId) ?? '?';
    period.captured.set(channel, (period.captured.get(channel) ?? 0) + event.body.amountFen);
  }
}

export function beginCloses(): (event: RecordedEvent) => string[] {
  const channels = new Map<string, string>();
  let period = fresh();
  let stepped = { tx: '', seq: 0 };
  let before = { toSeq: 0, closeNo: 0, grandSoldFen: 0, grandRefundedFen: 0 };
  return (event) => {
    if (event.type === 'ClockStepped') stepped = event;
    if (event.type !== 'DayClosed') {
      count(period, event, channels);
      return [];
    }
    const { fromSeq, toSeq, closeNo, totals, grandSoldFen, grandRefundedFen } = event.body;
    const due = {
      fromSeq: before.toSeq + 1,
      // A step of the clock told with the close came after what the close had counted.
      toSeq: (stepped.tx === event.tx ? stepped.seq : event.seq) - 1,
      closeNo: before.closeNo + 1,
      sales: period.sales,
      soldFen: period.soldFen,
      refundedFen: period.refundedFen,
      grandSoldFen: before.grandSoldFen + period.soldFen,
      grandRefundedFen: before.grandRefundedFen + period.refundedFen,
      categories: period.soldFen,
      rates: period.soldFen,
    };
    const sum = (list: readonly { soldFen: number }[]) =>
      list.reduce((all, { soldFen }) => all + soldFen, 0);
    const said: typeof due = {
      ...{ fromSeq, toSeq, closeNo, grandSoldFen, grandRefundedFen },
      ...{ sales: totals.sales, soldFen: totals.soldFen, refundedFen: totals.refundedFen },
      ...{ categories: sum(totals.categories), rates: sum(totals.rates) },
    };
    const wrong = Object.entries(due).flatMap(([name, value]) => {
      const given = said[name as keyof typeof due];
      return given === value ? [] : [`close ${closeNo} says ${name} ${given}, it is ${value}`];
    });
    const told = new Map<string, number>(
      totals.tenders.map((each) => [each.channel, each.capturedFen]),
    );
    const tenders = [...new Set([...told.keys(), ...period.captured.keys()])]
      .filter((channel) => (period.captured.get(channel) ?? 0) !== (told.get(channel) ?? 0))
      .map((channel) => `close ${closeNo} is wrong about ${channel}`);
    before = { toSeq, closeNo, grandSoldFen, grandRefundedFen };
    period = fresh();
    return [...wrong, ...tenders];
  };
}
