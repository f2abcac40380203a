import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DemandHour } from '../stock/demand.ts';
import { NOON_MS, sold, stocked } from '../stock/stock.fixture.ts';
import { USUAL_UPLIFTS } from './forecast.ts';
import type { PromotedDays } from './history.ts';
import { propose, type ReplenishFacts, USUAL_TERMS } from './propose.ts';

const seed = Number(process.env.SEED ?? Math.trunc(Date.now()));
const NONE: PromotedDays = new Map();

describe('proposals', () => {
  const hour = Math.floor(NOON_MS / 3_600_000);
  const demand = (perDay: number): DemandHour[] =>
    Array.from({ length: 40 }, (_, day) => ({
      location: 'cabinet-1/1/2',
      sku: 'cola',
      hour: hour - 24 * (40 - day),
      sold: perDay,
      emptyMs: 0,
    }));
  const facts = (room: ReturnType<typeof stocked>, perDay = 6): ReplenishFacts => ({
    state: room.state(),
    demand: demand(perDay),
    wallMs: NOON_MS,
    offsetHours: 8,
    terms: () => USUAL_TERMS,
    promoted: () => NONE,
  });

  it('say why, in both languages, and are one for an article and a cabinet', () => {
    const room = stocked();
    const [cola, milk] = propose(facts(room));
    expect(cola).toMatchObject({ sku: 'cola', packs: 3, capacity: 18, onHand: 0 });
    expect(cola?.reason.zh).toContain('订 3 箱 × 6 件');
    expect(cola?.reason.en).toContain('order 3 × 6');
    expect(milk).toMatchObject({ sku: 'milk', packs: 0 });
  });

  it('rise for an announced promotion, by what promotions did before', () => {
    const room = stocked();
    const tomorrow = Math.floor((NOON_MS / 3_600_000 + 8) / 24) + 1;
    const days: PromotedDays = new Map([
      [tomorrow, 'percent-off'],
      [tomorrow + 1, 'percent-off'],
    ]);
    const plain = propose(facts(room)).find(({ sku }) => sku === 'cola');
    const promoted = propose({ ...facts(room), promoted: () => days }).find(
      ({ sku }) => sku === 'cola',
    );
    expect(promoted!.expectedPieces / plain!.expectedPieces).toBeCloseTo(
      USUAL_UPLIFTS['percent-off'],
      1,
    );
  });

  it('are the same for the same facts, and none once an order is open', () => {
    const room = stocked();
    expect(propose(facts(room))).toEqual(propose(facts(room)));
    const [{ packs, pieces, reason } = { packs: 0, pieces: 0, reason: { zh: '', en: '' } }] =
      propose(facts(room));
    room.do({
      kind: 'order',
      orderId: 'o',
      cabinetId: 'cabinet-1',
      sku: 'cola',
      packs,
      pieces,
      reason,
    });
    expect(propose(facts(room)).find(({ sku }) => sku === 'cola')).toMatchObject({
      packs: 0,
      openOrderId: 'o',
    });
  });

  it('give at most one open order an article and cabinet, whatever happens between them', () => {
    const act = fc.oneof(fc.constant('order'), fc.constant('receive'), fc.constant('sell'));
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 20 }),
        fc.integer({ min: 0, max: 12 }),
        (acts, perDay) => {
          const room = stocked({ cola: 3 });
          acts.forEach((what, at) => {
            const { state } = room;
            if (what === 'sell') room.record(sold('cola', 'cabinet-1/1/2', 1));
            if (what === 'receive')
              for (const order of [...state().orders.values()])
                room.do({
                  kind: 'receive',
                  lot: { lotId: `l${at}${order.sku}`, sku: order.sku, receivedWallMs: NOON_MS },
                  pieces: order.pieces,
                  grams: 0,
                  dated: false,
                  orderId: order.orderId,
                });
            if (what === 'order')
              for (const { cabinetId, sku, packs, pieces, reason } of propose(facts(room, perDay)))
                if (packs > 0)
                  expect(
                    room.do({
                      kind: 'order',
                      orderId: `o${at}${sku}`,
                      cabinetId,
                      sku,
                      packs,
                      pieces,
                      reason,
                    }).ok,
                  ).toBe(true);
            const open = [...state().orders.values()].map(
              ({ cabinetId, sku }) => `${cabinetId} ${sku}`,
            );
            expect(new Set(open).size).toBe(open.length);
          });
        },
      ),
      { seed, numRuns: 60 },
    );
  });
});
