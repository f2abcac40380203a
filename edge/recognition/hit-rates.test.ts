import { expect, test } from 'vitest';
import type { Choice, DomainEvent, RecordedEvent, SaleLine } from '../core/events.ts';
import { createHitCounter, HIT_EVENTS } from './hit-rates.ts';

const APPLE = 'apple';
const LINE: Omit<SaleLine, 'lineId' | 'sku' | 'choice' | 'how'> = {
  name: { zh: '商品', en: 'Goods' },
  ...{ quantity: 1, unitPriceFen: 100, priceBasis: 'kg', amountFen: 100 },
  ...{ vatBasisPoints: 900, picture: '' },
};

const recorded = (event: DomainEvent): RecordedEvent => ({
  ...{ seq: 1, epoch: 1, store: 's', boot: 'b', monoMs: 0, wallMs: 0, clock: 'trusted' },
  ...{ tx: 't', source: 'lane-1', prev: '', v: 1 },
  ...event,
});

const added = (lineId: string, sku: string, choice: Choice, how: 'weighed' | 'label' = 'weighed') =>
  recorded({
    type: 'LineAdded',
    body: { saleId: 'sale-1', line: { ...LINE, lineId, sku, choice, how } },
  });

test('what was chosen and kept is counted once, and told apart by where it stood', () => {
  const counter = createHitCounter();
  counter.add(added('1', APPLE, { by: 'tile', rank: 1 }));
  counter.add(added('2', APPLE, { by: 'tile', rank: 3, firstSku: 'pear' }));
  counter.add(added('3', APPLE, { by: 'list', firstSku: 'pear' }));
  counter.add(added('4', 'plum', { by: 'tile', rank: 5, firstSku: APPLE }));
  // No camera had a say in these.
  counter.add(added('5', 'milk', { by: 'scan' }));
  counter.add(added('6', APPLE, { by: 'plu' }));
  // Chosen by mistake, and a label that is counted where it was made.
  counter.add(added('7', 'fig', { by: 'tile', rank: 1 }));
  counter.add(
    recorded({
      type: 'LineVoided',
      body: { saleId: 'sale-1', lineId: '7', reason: 'undo', by: 'shopper' },
    }),
  );
  counter.add(added('8', APPLE, { by: 'tile', rank: 1 }, 'label'));
  expect(counter.rates()).toEqual({
    ...{ seen: 4, first: 1, firstFour: 2, shown: 3, unknown: 0, byHand: 1 },
    pairs: [
      { shown: APPLE, taken: 'pear', times: 2 },
      { shown: 'plum', taken: APPLE, times: 1 },
    ],
    items: [
      { sku: APPLE, seen: 3, first: 1 },
      { sku: 'plum', seen: 1, first: 0 },
    ],
  });
});

test('days are told apart, doubts say whether the choice stood, and old days are let go', () => {
  const counter = createHitCounter((wallMs) => `2026-11-${wallMs}`);
  const on = (day: number, event: RecordedEvent) => counter.add({ ...event, wallMs: day });
  const seen = { rank: 1, sightingId: 's-1' };
  on(20, added('1', APPLE, { by: 'tile', ...seen }));
  on(21, added('2', 'plum', { by: 'plu', firstSku: APPLE, seenAs: 'unknown', sightingId: 's-2' }));
  const doubt = (chosenSku: string, sightingId: string) =>
    recorded({
      type: 'ChoiceDoubted',
      body: { at: 'l', chosenSku, chosenBp: 1, seenSku: APPLE, seenBp: 9_900, sightingId },
    });
  on(21, doubt('plum', 's-2'));
  on(21, doubt('plum', 's-9'));
  on(
    21,
    recorded({
      type: 'SaleCompleted',
      body: {
        ...{ saleId: 's', laneId: 'l', receiptNo: 'r', totalFen: 1, lines: 1, receiptJobId: 'j' },
      },
    }),
  );
  expect(counter.days()).toEqual([
    {
      ...{ day: '2026-11-20', seen: 1, first: 1, firstFour: 1, shown: 1, unknown: 0, byHand: 0 },
      ...{ sales: 0, helped: 0 },
    },
    {
      ...{ day: '2026-11-21', seen: 1, first: 0, firstFour: 0, shown: 0, unknown: 1, byHand: 1 },
      ...{ sales: 1, helped: 0 },
    },
  ]);
  expect(counter.doubts()).toEqual([{ chosen: 'plum', seen: APPLE, asked: 2, kept: 1 }]);
  expect(counter.rates('2026-11-21').seen).toBe(1);
  counter.forget('2026-11-21');
  expect(counter.days().map(({ day }) => day)).toEqual(['2026-11-21']);
  expect(HIT_EVENTS).toContain('ChoiceDoubted');
});
