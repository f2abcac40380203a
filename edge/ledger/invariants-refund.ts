/** What goes back never exceeds what came in, and every refund has its intent and its people. */
import type { SaleHistory } from './verify-projections.ts';

type Event = SaleHistory['events'][number];

/** Money back over each payment, as asked for; a refused part is paid by hand, not twice. */
function askedBack(events: readonly Event[]): Map<string, number> {
  const back = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'RefundRequested') continue;
    for (const { tenderId, amountFen } of event.body.parts)
      back.set(tenderId, (back.get(tenderId) ?? 0) + amountFen);
  }
  return back;
}

/** INV-P4: Σ refunds ≤ what the payment brought in; the same for every line. */
export function checkRefunds({ events, final }: SaleHistory): string[] {
  const tooMuch = [...askedBack(events)].flatMap(([tenderId, backFen]) => {
    const tender = final.tenders.find((each) => each.tenderId === tenderId);
    const keptFen = tender?.state === 'captured' ? (tender.capturedFen ?? 0) : 0;
    return backFen > keptFen ? [`${tenderId} brought ${keptFen} fen and gave ${backFen} back`] : [];
  });
  return [...tooMuch, ...events.flatMap((event) => oneRefund(event, events, final))];
}

function oneRefund(event: Event, events: readonly Event[], final: SaleHistory['final']): string[] {
  if (event.type === 'RefundRequested') {
    const { lines, parts, amountFen, refundId, by, reason } = event.body;
    const sums = [lines, parts].map((each) => each.reduce((sum, one) => sum + one.amountFen, 0));
    const unsigned =
      by.name === '' || reason === '' ? [`${refundId} names nobody or no reason`] : [];
    const uneven = sums.some((sum) => sum !== amountFen)
      ? [`${refundId} of ${amountFen} fen is made of ${sums.join(' and ')}`]
      : [];
    const over = lines.filter(({ lineId }) => isOver(lineId, events, final));
    return [...unsigned, ...uneven, ...over.map(({ lineId }) => `${lineId} went back twice`)];
  }
  if (event.type !== 'RefundPaid') return [];
  const { refundNo } = event.body;
  const asked = events.some(
    (each) =>
      each.type === 'RefundRequested' &&
      each.seq < event.seq &&
      each.body.parts.some((part) => part.refundNo === refundNo),
  );
  const paid = events.filter(
    (each) => each.type === 'RefundPaid' && each.body.refundNo === refundNo,
  );
  return [
    ...(asked ? [] : [`${refundNo} was paid back without being asked for`]),
    ...(paid.length > 1 ? [`${refundNo} was paid back twice`] : []),
  ];
}

function isOver(
  lineId: string,
  events: readonly Event[],
  { lines }: SaleHistory['final'],
): boolean {
  const line = lines.find((each) => each.lineId === lineId);
  const back = events
    .flatMap((event) => (event.type === 'RefundRequested' ? event.body.lines : []))
    .filter((each) => each.lineId === lineId);
  const sum = (of: 'quantity' | 'amountFen') => back.reduce((all, each) => all + each[of], 0);
  return !line || sum('quantity') > line.quantity || sum('amountFen') > line.amountFen;
}
