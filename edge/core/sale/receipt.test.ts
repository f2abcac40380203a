import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SaleLine } from '../events.ts';
import { saleView } from '../views/sale-view.ts';
import {
  type ReceiptLine,
  type ReceiptOptions,
  receiptLines,
  textCells,
  vatParts,
} from './receipt.ts';
import {
  addApple,
  addLabel,
  addWater,
  ask,
  captured,
  item,
  played,
  scanned,
  start,
} from './sale.fixture.ts';

const SEED = Number(process.env.SEED ?? 20261123);
const basket = [start, addWater, addApple, addLabel];
const sale = played(...basket, ask(), captured(350 + 789 + 789)).state;
const options: ReceiptOptions = {
  storeName: { zh: '一刻便利', en: 'Yike Store' },
  receiptNo: 'R-0001',
  shortHash: 'abcd1234',
  weighCore: { version: '1.0.0', sha256: '0123456789abcdef' },
  atLocal: '2026-11-23 17:42',
  columns: 32,
  language: 'zh',
};

/** One text row for each line, columns padded as a printer pads them. */
const rows = (lines: ReceiptLine[]): string[] =>
  lines.flatMap((line) => {
    if ('text' in line) return [line.text];
    if (!('columns' in line)) return [];
    return [
      line.columns.map(({ text, width }) => text + ' '.repeat(width - textCells(text))).join(''),
    ];
  });

describe('a receipt', () => {
  it('shows name, net, tare, unit price and amount of every weighed line', () => {
    const printed = rows(receiptLines(sale, options)).map((row) =>
      row.trimEnd().replace(/ +/g, ' '),
    );
    const apple = ['红富士苹果', ' 净重 0.612千克 皮重 0.004千克', ' 12.90 元/千克 ￥7.89'];
    expect(printed).toEqual([
      '一刻便利',
      '小票号 R-0001',
      '时间 2026-11-23 17:42',
      '矿泉水',
      ' 1 x 3.50 元/件 ￥3.50',
      ...apple,
      ...apple,
      '合计 (3 件) ￥19.28',
      '微信支付 ￥19.28',
      '付款单号 order-1',
      '税率 9% 税额 ￥1.30',
      '税率 13% 税额 ￥0.40',
      '账本 abcd1234',
      '计价程序 1.0.0 01234567',
      '谢谢惠顾',
    ]);
  });

  it('says that it is a copy, and speaks English where asked', () => {
    const copy = rows(receiptLines(sale, { ...options, copy: true, language: 'en' })).join('\n');
    expect(copy).toContain('*** COPY ***');
    expect(copy).toMatch(/Net 0\.612kg +Tare 0\.004kg/);
    expect(rows(receiptLines(sale, options)).join()).not.toContain('副本');
  });

  it('fits the paper, whatever the names, and ends with a cut', () => {
    const names = fc.string({
      unit: fc.constantFrom('苹', 'a', '￥', '🍎', ' ', 'W'),
      maxLength: 60,
    });
    const prices = fc.integer({ min: 0, max: 10_000_000 });
    const paper = fc.constantFrom<[32 | 48, 'zh' | 'en']>(
      [32, 'zh'],
      [48, 'zh'],
      [32, 'en'],
      [48, 'en'],
    );
    fc.assert(
      fc.property(names, prices, paper, (name, unitPriceFen, [columns, language]) => {
        const odd = item('odd', { name: { zh: name, en: name }, unitPriceFen });
        const adds = {
          kind: 'add-item',
          lineId: 'l',
          item: odd,
          quantity: 99,
          choice: scanned,
        } as const;
        const given = { ...options, columns, language, shortHash: 'f'.repeat(64) };
        const lines = receiptLines(played(...basket, adds).state, given);
        const all = rows(lines);
        expect(all.filter((row) => textCells(row) > columns)).toEqual([]);
        expect(all.join('')).toContain(name.slice(0, 5));
        expect(all.join('')).not.toContain('\u00a5');
        expect(lines.at(-1)).toEqual({ cut: true });
      }),
      { seed: SEED },
    );
  });

  it('splits the tax by rate, and the parts add up to the total', () => {
    const lineOf = ([amountFen, vatBasisPoints]: [number, number]): SaleLine => {
      const [line] = sale.lines;
      if (!line) throw new Error('no line to copy');
      return { ...line, amountFen, vatBasisPoints };
    };
    const amounts = fc.tuple(fc.nat(10_000_000), fc.constantFrom(0, 300, 600, 900, 1300));
    fc.assert(
      fc.property(fc.array(amounts), (given) => {
        const parts = vatParts(given.map(lineOf));
        const total = given.reduce((sum, [amount]) => sum + amount, 0);
        expect(parts.reduce((sum, { netFen, vatFen }) => sum + netFen + vatFen, 0)).toBe(total);
        for (const { vatBasisPoints: rate, grossFen, vatFen } of parts) {
          const exact = (grossFen * rate) / (10_000 + rate);
          expect(Math.abs(vatFen - exact)).toBeLessThanOrEqual(0.5);
        }
        expect(new Set(parts.map(({ vatBasisPoints }) => vatBasisPoints)).size).toBe(parts.length);
      }),
      { seed: SEED },
    );
  });
});

describe('the basket on the screen', () => {
  it('shows each line as it was added, and counts pieces and weighed goods', () => {
    const add = { ...addWater, quantity: 2 };
    expect(saleView(played(...basket, add).state)).toMatchObject({
      saleId: 'sale-1',
      count: 5,
      totalFen: 3 * 350 + 789 + 789,
      newestLineId: 'line-label',
      lines: [
        { lineId: 'line-water', quantity: 3, amountFen: 1050 },
        { lineId: 'line-apple', netGrams: 612, tareGrams: 4, unitPriceFen: 1290 },
        { lineId: 'line-label', how: 'label', amountFen: 789 },
      ],
    });
  });

  it('has no newest line while it is empty, and no weight for pieces', () => {
    expect(saleView(played(start).state)).toEqual({
      saleId: 'sale-1',
      lines: [],
      count: 0,
      totalFen: 0,
    });
    expect(saleView(played(start, addWater).state).lines[0]).not.toHaveProperty('netGrams');
  });
});
