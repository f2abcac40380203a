/**
 * Shelf tags and scale labels: what a printer is given for an article, at the price in use now, and
 * printing one. The queue is the page's: what did not come out is still in it.
 */
import type { Printer, PrintJob, PrintLine } from '../../drivers/contract.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { refuseCatalogue } from '../core/catalogue/catalogue-refusals.ts';
import { formatYuan } from '../core/money.ts';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import type { TagKind, TagView } from '../core/views/catalogue-view.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { CatalogueParts } from './keeper.ts';

export interface TagParts extends CatalogueParts {
  devices: DeviceTable;
  /** Printers to try, those of labels before those of receipts. */
  printers: readonly string[];
}

export interface Tags {
  view(sku: string, kind: TagKind): TagView | undefined;
  print(sku: string, kind: TagKind, by: Person): Promise<Outcome<undefined>>;
}

const BASIS = { each: '元/件', kg: '元/千克', '500g': '元/500克' } as const;

/** Read from where people stand: the price on a shelf, and what is typed at a scale. */
const PRICE_MM: Record<TagKind, number> = { shelf: 10, scale: 6 };
const NUMBER_MM = 4;

/** What is left out, bit by bit, where one label has no room for all of it. */
const FORMS = ['whole', 'number for bars', 'one language'] as const;
type Form = (typeof FORMS)[number];

/** Name, price and what identifies it; a scale label has the number that is typed at the scale. */
export function tagLines(
  item: CatalogueItem,
  kind: TagKind,
  day: string,
  form: Form = 'whole',
): PrintLine[] {
  const { name, unitPriceFen, priceBasis, memberPriceFen, gtin = '', plu } = item;
  const number: PrintLine[] =
    kind === 'scale' && plu
      ? [{ text: `货号 ${plu}`, align: 'centre', size: 2, bold: true, digitsMm: NUMBER_MM }]
      : [];
  const ean13 = gtin.padStart(13, '0');
  const hasCode = gtin !== '' && ean13.length === 13;
  const shelfNumber = hasCode && form !== 'whole' ? ean13 : plu && `PLU ${plu}`;
  const left = shelfNumber && kind === 'shelf' ? `${day} ${shelfNumber}` : day;
  return [
    { text: name.zh, align: 'centre', size: 2, bold: true },
    ...(form === 'one language' ? [] : [{ text: name.en, align: 'centre' } as const]),
    ...number,
    // Without a sign, which would take a quarter of its row: the words below it say yuan.
    { text: formatYuan(unitPriceFen), align: 'right', bold: true, digitsMm: PRICE_MM[kind] },
    {
      columns: [
        { text: left, width: 24 },
        { text: BASIS[priceBasis], width: 10, align: 'right' },
      ],
    },
    ...(memberPriceFen === undefined
      ? []
      : [{ text: `会员价 ￥${formatYuan(memberPriceFen)}`, align: 'right', bold: true } as const]),
    ...(hasCode && form === 'whole' ? [{ ean13 }] : []),
  ];
}

/** The fullest that stands on one label of this printer; the leanest where none does. */
function jobOf(printer: Printer, jobId: string, lines: (form: Form) => PrintLine[]): PrintJob {
  const jobs = FORMS.map((form) => ({ jobId, lines: [...lines(form), { cut: true } as const] }));
  return jobs.find((job) => printer.layout(job).length === 1) ?? jobs.at(-1)!;
}

export function tagsOf(parts: TagParts): Tags {
  const { ledger, clock, ids, devices, printers, localDay } = parts;
  /** Undefined where there is no such article. */
  const linesOf = (sku: string, kind: TagKind) => {
    const item = ledger.item(ledger.priceBookVersion(), sku);
    const day = localDay(clock.wallMs());
    return item && ((form: Form) => tagLines(item, kind, day, form));
  };
  const printerNow = (): Printer | undefined =>
    printers.flatMap((id) => devices.find(id)?.current<Printer>() ?? [])[0];
  return {
    view(sku, kind) {
      const lines = linesOf(sku, kind);
      const printer = printerNow();
      if (!lines) return undefined;
      return { sku, papers: printer ? printer.layout(jobOf(printer, sku, lines)) : [] };
    },
    async print(sku, kind, by) {
      const lines = linesOf(sku, kind);
      if (!lines) return refuseCatalogue('ARTICLE_UNKNOWN', { sku });
      const printer = printerNow();
      if (!printer) return refuseCatalogue('PRINTER_MISSING');
      const jobId = ids('tag');
      const outcome = await printer.print(jobOf(printer, jobId, lines));
      if (!outcome.ok) return refuseCatalogue('TAGS_NOT_PRINTED', { sku, reason: outcome.reason });
      const body = { jobId, skus: [sku], kind, by };
      ledger.append({ source: 'store', events: [{ type: 'TagsPrinted', body }] });
      return { ok: true, value: undefined };
    },
  };
}
