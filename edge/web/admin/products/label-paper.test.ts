/**
 * A tag's preview is the label that comes out: what the page draws and what the simulated printer
 * makes of the bytes sent to it are the same dots.
 */
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LabelPaper } from '../../../../drivers/printer/tspl-codes.ts';
import { layoutLabels, renderLabels } from '../../../../drivers/printer/tspl-render.ts';
import { createLabelImage } from '../../../../simulator/twins/label.ts';
import { createLines, readLine } from '../../../../simulator/twins/tspl-commands.ts';
import { tagLines } from '../../../catalogue/tags.ts';
import type { CatalogueItem } from '../../../core/catalogue/catalogue.ts';
import type { ProductView, TagKind } from '../../../core/views/catalogue-view.ts';
import { found, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

const item = (more: Partial<CatalogueItem>): CatalogueItem =>
  ({
    ...{ sku: 's0', name: { zh: '红富士苹果 一级', en: 'Fuji apple, first grade' } },
    ...{ unitPriceFen: 12_800, priceBasis: '500g', memberPriceFen: 11_900 },
    ...{ gtin: '6901234567892', plu: '41', onSale: true, ...more },
  }) as CatalogueItem;
const paper = (widthMm: number, heightMm: number, dotsPerMm: 8 | 12 = 8): LabelPaper => ({
  ...{ widthMm, heightMm, gapMm: 2, dotsPerMm, cutter: false },
});
const PRODUCT: ProductView = {
  ...{ sku: 's0', name: { zh: '茶0号', en: 'Tea 0' }, picture: '', category: '茶' },
  ...{ unitPriceFen: 1000, priceBasis: 'each', pinyin: ['c0h'], tareGrams: 0 },
  ...{ onSale: true, local: [] },
};
const PRODUCTS = {
  ...{ wallMs: AFTERNOON_WALL_MS, version: 8, publishedVersion: 7, total: 1, products: [PRODUCT] },
  counts: { all: 1, 'on-sale': 1, 'off-sale': 0, local: 0, locked: 0 },
  undoable: [],
};
/** White that the page leaves around a label. */
const EDGE_DOTS = 16;
/** A dot is burnt or it is not. */
const DARK = 128;

/** The pictures of the labels that the bytes make, as the simulated printer draws them. */
function printed(bytes: Uint8Array, dotsPerMm: number): string[] {
  const image = createLabelImage(dotsPerMm);
  const labels: string[] = [];
  const take = createLines((said) => {
    const operation = readLine(said);
    image.take(operation);
    if (operation.op === 'print') labels.push(image.print().svg);
  });
  for (const byte of bytes) take(byte);
  return labels;
}

/** In the ink of the page; a style in an attribute is none here. */
const onWhite = (svg: string) =>
  svg
    .replaceAll('#1c1c1c', '#111')
    .replaceAll('#fdfdf8', '#fff')
    .replace(/ style="[^"]*"/, '');

/** 1 for every dark dot of a picture, row after row. */
async function dotsOf(png: Buffer): Promise<Uint8Array> {
  const { data } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data.map((grey) => (grey < DARK ? 1 : 0));
}

let stage: Stage;

describe.skipIf(!found)('the preview of a tag', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  it.each<[string, TagKind, CatalogueItem, LabelPaper]>([
    ['with bars', 'shelf', item({}), paper(60, 60)],
    ['with bars, at 300 dpi', 'shelf', item({}), paper(60, 60, 12)],
    ['for a scale', 'scale', item({ priceBasis: 'kg', gtin: '' }), paper(60, 40)],
    [
      'of a name that wraps and would break out',
      'shelf',
      item({ name: { zh: '正宗"阿克苏"冰糖心苹果~!T 礼盒装 超大果', en: '<b>Apple</b> & \\[R]' } }),
      paper(40, 60),
    ],
  ])('%s is the label that comes out, dot for dot', async (_, kind, article, label) => {
    const job = { jobId: 'tag', lines: tagLines(article, kind, '2026-11-29') };
    const papers = layoutLabels(job, label);
    const svgs = printed(renderLabels(job, label), label.dotsPerMm);
    expect(papers).toHaveLength(svgs.length);
    const { seen } = stage.server;
    stage.server.show(STATUS_VIEWS.good ?? {});
    seen.set('/api/products?q=&filter=all&limit=100', PRODUCTS);
    seen.set('/api/products/tags?kind=shelf&skus=s0', { tags: [{ sku: 's0', papers }] });
    const page = await stage.open('/admin/#/products', { viewport: { width: 900, height: 900 } });
    await page.getByRole('checkbox', { name: '选中「茶0号」' }).check();
    await page.getByRole('button', { name: '打印价签' }).click();
    const shown = page.locator('.label-paper');
    await expect.poll(() => shown.count()).toBe(papers.length);
    for (const [at, svg] of svgs.entries()) {
      const [width, height] = [label.widthMm, label.heightMm].map((mm) => mm * label.dotsPerMm);
      const preview = await shown.nth(at).evaluate((drawn) => drawn.outerHTML);
      // Both alone on the page, a dot a pixel, in the letters of the page.
      const dots = async (picture: string, edge: number) => {
        await page.evaluate(
          async ([markup, left]) => {
            const parsed = new DOMParser().parseFromString(markup, 'text/html');
            const drawn = document.adoptNode(parsed.querySelector('svg') as SVGElement);
            const box = drawn.getAttribute('viewBox')?.split(' ') ?? [];
            document.querySelector('.raster')?.remove();
            const place = document.createElement('div');
            place.className = 'raster';
            Object.assign(place.style, { position: 'fixed', inset: '0', background: '#fff' });
            Object.assign(place.style, { zIndex: '99', overflow: 'hidden' });
            Object.assign(drawn.style, { width: `${box[2]}px`, height: `${box[3]}px` });
            Object.assign(drawn.style, { position: 'absolute', border: '0', maxWidth: 'none' });
            Object.assign(drawn.style, { left: `-${left}px`, top: `-${left}px` });
            place.append(drawn);
            document.querySelector('main')?.append(place);
            await document.fonts.ready;
          },
          [onWhite(picture), edge] as const,
        );
        const clip = { x: 0, y: 0, width: width ?? 0, height: height ?? 0 };
        return dotsOf(await page.screenshot({ clip }));
      };
      const [ours, theirs] = [await dots(preview, EDGE_DOTS), await dots(svg, 0)];
      expect(theirs.filter((dot) => dot === 1).length).toBeGreaterThan(1_000);
      expect(ours.filter((dot, i) => dot !== theirs[i]).length).toBe(0);
    }
  });
});
