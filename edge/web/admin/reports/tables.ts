/** A report as tables of words and fen: the same for the page and for the CSV file. */
import type { Cell } from '../../../core/csv.ts';
import type { Report } from '../../../core/sale/close-report.ts';
import { drawerFen } from '../../../core/sale/period-totals.ts';
import { PAID_BY } from '../../../core/sale/receipt.ts';
import { pick, t } from '../../shared/language.ts';
import { categoryName } from '../category.ts';

export interface Table {
  title: string;
  head: string[];
  /** The name, a count where there is one, and amounts in fen. */
  rows: { name: string; count?: number; fen: number[] }[];
}

export function figures({ totals }: Report): Table {
  const { sales, soldFen, refunds, refundedFen, discountFen } = totals;
  return {
    title: t('n.reports'),
    head: [t('rp.name'), t('rp.count'), t('rp.sold')],
    rows: [
      { name: t('rp.sales'), count: sales, fen: [soldFen] },
      { name: t('rp.refunds'), count: refunds, fen: [refundedFen] },
      { name: t('rp.net'), fen: [soldFen - refundedFen] },
      { name: t('rp.discounts'), fen: [discountFen] },
      { name: t('rp.drawer'), fen: [drawerFen(totals)] },
    ],
  };
}

export function tables({ totals }: Report): Table[] {
  const counted = [t('rp.name'), t('rp.count'), t('rp.sold')];
  const back = t('rp.back');
  return [
    {
      title: t('rp.tenders'),
      head: [...counted, back],
      rows: totals.tenders.map((each) => ({
        name: pick(PAID_BY[each.channel]),
        count: each.payments,
        fen: [each.capturedFen, each.reversedFen + each.refundedFen + each.byHandFen],
      })),
    },
    {
      title: t('rp.categories'),
      head: [t('rp.name'), t('rp.sold'), back],
      rows: totals.categories.map(({ category, soldFen, refundedFen }) => ({
        name: categoryName(category),
        fen: [soldFen, refundedFen],
      })),
    },
    {
      title: t('rp.rates'),
      head: [t('rp.name'), t('rp.sold'), back, t('rp.vat')],
      rows: totals.rates.map((rate) => ({
        name: `${Number((rate.vatBasisPoints / 100).toFixed(2))}%`,
        fen: [rate.soldFen, rate.refundedFen, rate.soldVatFen - rate.refundedVatFen],
      })),
    },
    {
      title: t('rp.lanes'),
      head: counted,
      rows: totals.lanes.map(({ laneId, sales, soldFen }) => ({
        name: laneId,
        count: sales,
        fen: [soldFen],
      })),
    },
  ];
}

/** All of them one below another, for a file: amounts in yuan. */
export function reportCells(report: Report): Cell[][] {
  const { closeNo, atLocal, by } = report;
  const tabled = [figures(report), ...tables(report)].flatMap(({ title, head, rows }): Cell[][] => [
    [title],
    head,
    ...rows.map(({ name, count, fen }) => [
      name,
      ...(count === undefined ? [] : [count]),
      ...fen.map((each) => each / 100),
    ]),
    [],
  ]);
  return [[t('rp.number', { n: closeNo }), atLocal, by], ...tabled];
}
