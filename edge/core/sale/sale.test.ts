import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../events.ts';
import { MAX_LINES } from './basket.ts';
import { pending } from './pending.ts';
import {
  aboutTender,
  addApple,
  addLabel,
  addWater,
  apple,
  ask,
  captured,
  fold,
  item,
  juice,
  label,
  played,
  recalled,
  reversed,
  scanned,
  start,
  water,
  weighing,
  wine,
} from './sale.fixture.ts';
import { decideSale, evolveSale, type SaleCommand, type SaleState } from './sale.ts';

const shown = (state: SaleState | undefined, command: SaleCommand): string => {
  const decision = decideSale(state, command);
  if (!decision.ok) return decision.refusal.code;
  return decision.value.map((event) => event.type).join(' ');
};

const add = (lineId: string, of = water, quantity = 1): SaleCommand => ({
  kind: 'add-item',
  lineId,
  item: of,
  quantity,
  choice: scanned,
});
const setQuantity = (lineId: string, quantity: number): SaleCommand => ({
  kind: 'set-quantity',
  lineId,
  quantity,
});
const removeWater = {
  kind: 'void-line',
  lineId: 'line-water',
  reason: 'changed mind',
  by: 'shopper',
} satisfies SaleCommand;
const cancel: SaleCommand = { kind: 'cancel', reason: 'left' };
const printed = { kind: 'record-receipt-printed', jobId: 'job-1' } satisfies SaleCommand;
const notPrinted: SaleCommand = {
  kind: 'record-receipt-failed',
  jobId: 'job-1',
  reason: 'paper-out',
};

const basket = [start, addWater, addApple, addLabel];
const total = 350 + 789 + 789;
const open = played(...basket).state;
const asked = played(...basket, ask()).state;
const unknown = played(...basket, ask(), aboutTender('record-unknown')).state;
const reversing = played(...basket, ask(), aboutTender('request-reversal')).state;
const afterReversal = played(...basket, ask(), aboutTender('request-reversal'), reversed()).state;
const declined = played(...basket, ask(), aboutTender('record-declined')).state;
const paid = played(...basket, ask(), captured(total)).state;
const cancelled = played(...basket, cancel).state;

describe('a basket', () => {
  it('adds up pieces, weighed goods and labels', () => {
    expect(open.totalFen).toBe(total);
    expect(open.lines.map(({ how, amountFen }) => [how, amountFen])).toEqual([
      ['each', 350],
      ['weighed', 789],
      ['label', 789],
    ]);
  });

  it('counts the same article up on its own line', () => {
    const decision = decideSale(open, add('line-2', water, 3));
    expect(decision.ok && decision.value).toEqual([
      {
        type: 'LineQuantityChanged',
        body: { saleId: 'sale-1', lineId: 'line-water', quantity: 4, amountFen: 1400 },
      },
    ]);
  });

  it('forgets a removed line and its amount', () => {
    const { state } = played(...basket, removeWater);
    expect([state.totalFen, state.lines.length]).toEqual([1578, 2]);
  });

  it('holds 200 lines and no more', () => {
    const full = Array.from({ length: MAX_LINES }, (_, n) => add(`line-${n}`, item(`sku-${n}`)));
    const { state } = played(start, ...full);
    expect(shown(state, addApple)).toBe('BASKET_FULL');
    expect(shown(state, add('again', item('sku-7')))).toBe('LineQuantityChanged');
  });
});

describe('what the shopkeeper would answer', () => {
  it.each<[string, SaleState | undefined, SaleCommand, string]>([
    ['a second start', open, start, 'SALE_EXISTS'],
    ['an item before any sale', undefined, addWater, 'SALE_UNKNOWN'],
    ['an item after the end', paid, addWater, 'SALE_CLOSED'],
    ['an item after giving up', cancelled, addWater, 'SALE_CLOSED'],
    ['an item while paying', asked, addWater, 'BASKET_LOCKED'],
    ['an item while the outcome is unknown', unknown, addWater, 'BASKET_LOCKED'],
    ['an item while money goes back', reversing, addWater, 'BASKET_LOCKED'],
    ['a removal while paying', asked, removeWater, 'BASKET_LOCKED'],
    ['an item after a declined payment', declined, add('l', juice), 'LineAdded'],
    ['an item once the money is back', afterReversal, add('l', juice), 'LineAdded'],
    ['no pieces', open, add('l', juice, 0), 'QUANTITY_LIMIT'],
    ['half a piece', open, add('l', juice, 0.5), 'QUANTITY_LIMIT'],
    ['a hundred pieces', open, add('l', juice, 100), 'QUANTITY_LIMIT'],
    ['the hundredth piece', open, add('l', water, 99), 'QUANTITY_LIMIT'],
    ['ninety-nine pieces', open, setQuantity('line-water', 99), 'LineQuantityChanged'],
    ['the quantity it already has', open, setQuantity('line-water', 1), ''],
    ['a quantity of nothing', open, setQuantity('line-water', 0), 'QUANTITY_LIMIT'],
    ['a quantity of apples', open, setQuantity('line-apple', 2), 'LINE_NOT_COUNTED'],
    ['a quantity of a missing line', open, setQuantity('nowhere', 2), 'LINE_UNKNOWN'],
    ['removing a missing line', open, { ...removeWater, lineId: 'nowhere' }, 'LINE_UNKNOWN'],
    [
      'paying for wine nobody released',
      played(start, add('l', wine)).state,
      ask(),
      'AGE_CHECK_NEEDED',
    ],
    ['a recalled item', open, add('l', recalled), 'ITEM_NOT_ON_SALE'],
    [
      'recalled apples',
      open,
      { ...addApple, item: { ...apple, onSale: false } },
      'ITEM_NOT_ON_SALE',
    ],
    ['apples by the piece', open, add('l', apple), 'NEEDS_WEIGHING'],
    ['water by weight', open, { ...addApple, item: water }, 'NOT_BY_WEIGHT'],
    [
      'apples weighed at an old price',
      open,
      { ...addApple, weighing: weighing({ unitPriceFen: 1 }) },
      'WEIGHING_MISMATCH',
    ],
    [
      'apples weighed per 市斤 but priced per kilogram',
      open,
      { ...addApple, weighing: weighing({ priceBasis: '500g' }) },
      'WEIGHING_MISMATCH',
    ],
    ['a sold label', open, { ...addLabel, labelState: 'sold' }, 'LABEL_SOLD'],
    ['a void label', open, { ...addLabel, labelState: 'void' }, 'LABEL_VOID'],
    [
      'a label of another basket',
      open,
      { ...addLabel, labelState: 'in-basket' },
      'LABEL_IN_BASKET',
    ],
    ['the label it already has', open, addLabel, 'LABEL_IN_BASKET'],
    ['another label', open, { ...addLabel, label: label('L2') }, 'LineAdded'],
    ['giving up', open, cancel, 'SaleCancelled'],
    ['giving up while asking the acquirer', asked, cancel, 'PAYMENT_UNRESOLVED'],
    ['giving up while the outcome is unknown', unknown, cancel, 'PAYMENT_UNRESOLVED'],
    ['giving up after paying', paid, cancel, 'SALE_CLOSED'],
  ])('to %s', (_, state, command, answer) => {
    expect(shown(state, command)).toBe(answer);
  });
});

describe('paying', () => {
  const free = played(start, add('l', item('free', { unitPriceFen: 0 }))).state;
  const captureAndSendBack = 'TenderCaptured TenderReversalRequested';
  const complete = 'TenderCaptured SaleCompleted StockMoved StockMoved StockMoved';

  it.each<[string, SaleState, SaleCommand, string]>([
    ['an empty basket', played(start).state, ask(), 'BASKET_EMPTY'],
    ['a basket that costs nothing', free, ask(), 'NOTHING_TO_PAY'],
    ['a finished sale', paid, ask(2), 'SALE_CLOSED'],
    ['while one payment is open', asked, ask(2), 'PAYMENT_UNRESOLVED'],
    ['while money goes back', reversing, ask(2), 'PAYMENT_UNRESOLVED'],
    ['with a number used before', declined, ask(), 'TENDER_EXISTS'],
    ['again after a decline', declined, ask(2), 'TenderRequested'],
    ['a payment nobody asked for', asked, captured(total, 9), 'TENDER_UNKNOWN'],
    ['captured', asked, captured(total), complete],
    ['captured after silence', unknown, captured(total), complete],
    ['captured twice', paid, captured(total), ''],
    ['captured while reversing', reversing, captured(total), captureAndSendBack],
    ['captured after the reversal', afterReversal, captured(total), captureAndSendBack],
    ['captured after a decline', declined, captured(total), captureAndSendBack],
    ['captured for another amount', asked, captured(total - 1), captureAndSendBack],
    ['declined', asked, aboutTender('record-declined'), 'TenderDeclined'],
    ['declined twice', declined, aboutTender('record-declined'), ''],
    ['declined while reversing', reversing, aboutTender('record-declined'), ''],
    ['declined after capture', paid, aboutTender('record-declined'), 'TENDER_SETTLED'],
    ['no answer', asked, aboutTender('record-unknown'), 'TenderUnknown'],
    ['no answer twice', unknown, aboutTender('record-unknown'), ''],
    ['no answer after capture', paid, aboutTender('record-unknown'), ''],
    ['reversing', unknown, aboutTender('request-reversal'), 'TenderReversalRequested'],
    ['reversing twice', reversing, aboutTender('request-reversal'), ''],
    ['reversing what was declined', declined, aboutTender('request-reversal'), 'TENDER_SETTLED'],
    ['reversing a paid sale', paid, aboutTender('request-reversal'), 'TENDER_SETTLED'],
    ['reversed', reversing, reversed(), 'TenderReversed'],
    ['reversed twice', afterReversal, reversed(), ''],
    ['closed by the acquirer', unknown, reversed(), 'TenderReversalRequested TenderReversed'],
    ['a paid sale said to be reversed', paid, reversed(), 'TENDER_SETTLED'],
    ['a receipt printed', paid, printed, 'ReceiptPrinted'],
    ['a receipt that would not print', paid, notPrinted, 'ReceiptFailed'],
    ['a receipt before paying', open, printed, 'RECEIPT_UNKNOWN'],
    ['the receipt of another job', paid, { ...printed, jobId: 'x' }, 'RECEIPT_UNKNOWN'],
  ])('%s', (_, state, command, answer) => {
    expect(shown(state, command)).toBe(answer);
  });

  it('asks for the total', () => {
    expect(asked.tenders[0]).toMatchObject({ amountFen: total, state: 'requested' });
    expect(asked.phase).toBe('paying');
  });

  it('asks for the rest where part is paid, and gives it back when the basket is left', () => {
    const part = { saleId: 'sale-1', tenderId: 'tender-0', amountFen: 500 };
    const { state } = played(...basket);
    const partPaid = fold(
      [
        {
          type: 'TenderRequested',
          body: { ...part, terminalId: 't', channel: 'code', orderNo: 'o', codeTail: '' },
        },
        { type: 'TenderCaptured', body: { ...part, providerRef: 'r' } },
      ],
      state,
    );
    const decision = decideSale(partPaid, ask());
    expect(decision.ok && decision.value[0]?.body).toMatchObject({ amountFen: total - 500 });
    expect(shown(partPaid, cancel)).toBe('SaleCancelled TenderReversalRequested');
    const rest = decision.ok ? fold(decision.value, partPaid) : undefined;
    expect(shown(rest, captured(total - 500))).toContain('SaleCompleted');
  });

  it('moves the stock of each line once, in pieces or in grams', () => {
    const { events } = played(...basket, ask(), captured(total));
    const moves = events.flatMap((event) =>
      event.type === 'StockMoved' ? [[event.body.lineId, event.body.move]] : [],
    );
    expect(moves).toEqual([
      ['line-water', { sku: 'water', location: 'floor', pieces: -1, grams: 0 }],
      ['line-apple', { sku: 'apple', location: 'floor', pieces: 0, grams: -612 }],
      ['line-label', { sku: 'apple', location: 'floor', pieces: 0, grams: -612 }],
    ]);
  });

  it('keeps a paid sale paid while a late second approval goes back', () => {
    const { state } = played(
      ...basket,
      ask(),
      aboutTender('request-reversal'),
      reversed(),
      ask(2),
      captured(total, 2),
      captured(total),
    );
    expect(state.phase).toBe('completed');
    expect(state.tenders.map((tender) => tender.state)).toEqual(['reversing', 'captured']);
    expect(pending(state).map(({ kind }) => kind)).toEqual(['reverse-tender', 'print-receipt']);
  });

  it('sends money back that arrives after the basket was given up', () => {
    const { state } = played(...basket, ask(), aboutTender('record-declined'), cancel);
    expect(shown(state, captured(total))).toBe(captureAndSendBack);
  });
});

describe('the history of a sale', () => {
  it('reads the same through the events of the whole store', () => {
    const { state, events } = played(...basket, ask(), captured(total));
    const others = played({ ...start, saleId: 'sale-2' }, addWater).events;
    const mixed = [...events.slice(0, 1), ...others, ...events.slice(1)];
    expect(fold(mixed)).toEqual(state);
    expect(EVENT_TYPES.length).toBe(new Set(EVENT_TYPES).size);
  });

  it('has no sale before its first event, and none of a receipt it does not know', () => {
    const strange = { type: 'ReceiptPrinted', body: { saleId: 'sale-1', jobId: 'x' } } as const;
    expect(evolveSale(undefined, strange)).toBeUndefined();
    expect(evolveSale(paid, strange)).toBe(paid);
  });
});
