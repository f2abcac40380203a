/** What a printer is given to prove itself; every page says that it is a test. */
import type { PrintLine } from '../../drivers/contract.ts';

const TEST = { text: '测试 TEST', align: 'centre', size: 2, bold: true } as const;
const CUT = { cut: true } as const;
/** In-store number 02 with a right check digit, for goods that are none. */
const NO_GOODS = '0200000000004';

/** By the name that `yike printer test --label` takes. */
export const TEST_PAGES: Record<string, (id: string) => PrintLine[]> = {
  page: (id) => [
    { text: '测试页 TEST PAGE', align: 'centre', size: 2 },
    { rule: true },
    { text: `${id}  0123456789  ￥ AaBbCc 一刻` },
    { qr: `yike:device/${id}` },
    { feed: 3 },
    CUT,
  ],
  receipt: (id) => [
    TEST,
    { rule: true },
    {
      columns: [
        { text: '红富士苹果 Apple', width: 20 },
        { text: '10.35', width: 10, align: 'right' },
      ],
    },
    { text: '0.865 kg × ￥11.96', align: 'right' },
    { rule: true },
    { text: '合计 Total ￥10.35', align: 'right', size: 2, bold: true },
    { qr: `yike:device/${id}` },
    { feed: 3 },
    CUT,
  ],
  shelf: (id) => [
    TEST,
    { text: '货架标签 Shelf tag', align: 'centre' },
    { rule: true },
    { text: '0.00', align: 'right', bold: true, digitsMm: 10 },
    { ean13: NO_GOODS },
    { text: id },
    CUT,
  ],
  weight: (id) => [
    TEST,
    { text: '称重标签 Weight label', align: 'centre' },
    { rule: true },
    { text: '0.000 kg  ￥0.00', align: 'right', bold: true },
    { ean13: NO_GOODS },
    { text: id },
    CUT,
  ],
};
