/**
 * Shelf tags and scale labels: what a printer is given for an article, at the price in use now, and
 * printing one. The queue is the page's: what did not come out is still in it.
 */
import type { Printer, PrintLine } from '../../drivers/contract.ts';
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

/** Name, price and what identifies it; a scale label has the number that is typed at the scale. */
export function tagLines(item: CatalogueItem, kind: TagKind, day: string): PrintLine[] {
  const { name, unitPriceFen, priceBasis, memberPriceFen, gtin = '', plu } = item;
  const number: PrintLine[] =
    kind === 'scale' && plu ? [{ text: `货号 ${plu}`, align: 'centre', size: 2, bold: true }] : [];
  const ean13 = gtin.padStart(13, '0');
  const code: PrintLine[] = gtin !== '' && ean13.length === 13 ? [{ ean13 }] : [];
  return [
    { text: name.zh, align: 'centre', size: 2, bold: true },
    { text: name.en, align: 'centre' },
    { rule: true },
    ...number,
    { text: `￥${formatYuan(unitPriceFen)}`, align: 'right', size: 2, bold: true },
    { text: BASIS[priceBasis], align: 'right' },
    ...(memberPriceFen === undefined
      ? []
      : [{ text: `会员价 ￥${formatYuan(memberPriceFen)}`, align: 'right', bold: true } as const]),
    ...code,
    { text: plu && kind === 'shelf' ? `${day}  PLU ${plu}` : day },
  ];
}

export function tagsOf(parts: TagParts): Tags {
  const { ledger, clock, ids, devices, printers, localDay } = parts;
  const linesOf = (sku: string, kind: TagKind): PrintLine[] | undefined => {
    const item = ledger.item(ledger.priceBookVersion(), sku);
    return item && tagLines(item, kind, localDay(clock.wallMs()));
  };
  const printerNow = (): Printer | undefined =>
    printers.flatMap((id) => devices.find(id)?.current<Printer>() ?? [])[0];
  return {
    view(sku, kind) {
      const lines = linesOf(sku, kind);
      const papers =
        lines && printerNow()?.layout({ jobId: sku, lines: [...lines, { cut: true }] });
      return lines && { sku, papers: papers ?? [] };
    },
    async print(sku, kind, by) {
      const lines = linesOf(sku, kind);
      if (!lines) return refuseCatalogue('ARTICLE_UNKNOWN', { sku });
      const printer = printerNow();
      if (!printer) return refuseCatalogue('PRINTER_MISSING');
      const jobId = ids('tag');
      const outcome = await printer.print({ jobId, lines: [...lines, { cut: true }] });
      if (!outcome.ok) return refuseCatalogue('TAGS_NOT_PRINTED', { sku, reason: outcome.reason });
      const body = { jobId, skus: [sku], kind, by };
      ledger.append({ source: 'store', events: [{ type: 'TagsPrinted', body }] });
      return { ok: true, value: undefined };
    },
  };
}
