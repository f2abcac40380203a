/**
 * Everything the simulated world can refuse, in one table: words for the person whose hands are
 * acting (the hands page gets them with 400). `retry` says whether the same act can succeed
 * later.
 */
export interface Words {
  zh: string;
  en: string;
}

interface Entry {
  retry: boolean;
  message: Words;
  next: Words;
}

const words = (zh: string, en: string): Words => ({ zh, en });

export const SIMULATOR_ERRORS = {
  BAD_REQUEST: {
    retry: false,
    message: words('请求看不懂', 'The request cannot be understood'),
    next: words('请按接口说明填写各字段', 'Fill in the fields as the interface describes'),
  },
  PLATE_UNKNOWN: {
    retry: false,
    message: words('没有这个秤盘', 'There is no such plate'),
    next: words('请从列出的秤盘中选一个', 'Choose one of the plates listed'),
  },
  GOOD_UNKNOWN: {
    retry: false,
    message: words('货架上没有这个商品', 'There is no such good on the shelf'),
    next: words('请从货架上选一个商品', 'Choose a good from the shelf'),
  },
  PIECE_UNKNOWN: {
    retry: false,
    message: words('秤盘上没有这一件', 'That piece does not lie on the plate'),
    next: words('请从秤盘上现有的商品中选', 'Choose one of the pieces on the plate'),
  },
  DEVICE_UNKNOWN: {
    retry: false,
    message: words('没有这个设备', 'There is no such device'),
    next: words('请从列出的设备中选一个', 'Choose one of the devices listed'),
  },
  FAULT_UNKNOWN: {
    retry: false,
    message: words('这种设备不会出这种故障', 'This kind of device has no such fault'),
    next: words('请从该设备的故障清单中选', 'Choose from the faults of this device'),
  },
  PLATE_FULL: {
    retry: true,
    message: words('秤盘放不下了', 'The plate is full'),
    next: words('请先取走一些商品', 'Take something off first'),
  },
  NUMBER_OUT_OF_RANGE: {
    retry: false,
    message: words('数量或重量超出范围', 'The number is out of range'),
    next: words('件数 1–20，重量 1–30000 克', '1 to 20 pieces, 1 to 30000 grams'),
  },
  CODE_EMPTY: {
    retry: false,
    message: words('没有可扫描的内容', 'There is nothing to scan'),
    next: words('请输入 1–512 个字符的码', 'Give a code of 1 to 512 characters'),
  },
  NO_RECEIPT: {
    retry: true,
    message: words('打印机上没有纸条', 'No paper hangs from the printer'),
    next: words('等打印完成后再撕', 'Wait until something was printed'),
  },
  PAGE_UNKNOWN: {
    retry: false,
    message: words('没有这个页面或图片', 'There is no such page or picture'),
    next: words('请从首页打开', 'Start from the first page'),
  },
  WALLET_UNKNOWN: {
    retry: false,
    message: words('没有这个钱包', 'There is no such wallet'),
    next: words('请从列出的钱包中选一个', 'Choose one of the wallets listed'),
  },
  CABINET_UNKNOWN: {
    retry: false,
    message: words('没有这个智能柜', 'There is no such cabinet'),
    next: words('请从列出的智能柜中选一个', 'Choose one of the cabinets listed'),
  },
  PHOTO_INDEX_MISSING: {
    retry: false,
    message: words('照片文件夹里没有 index.csv', 'The folder of photographs has no index.csv'),
    next: words('请指定含有 index.csv 的文件夹', 'Name the folder that holds index.csv'),
  },
  PHOTO_COLUMN_MISSING: {
    retry: false,
    message: words('index.csv 缺少一列', 'A column is missing from index.csv'),
    next: words(
      '表头需含 path,split,fine,coarse',
      'Its first line must name path, split, fine and coarse',
    ),
  },
  PHOTO_FILE_MISSING: {
    retry: false,
    message: words('index.csv 里的照片不存在', 'A photograph named in index.csv is missing'),
    next: words('请补上文件或删去那一行', 'Put the file back or take its line out'),
  },
  PHOTO_ITEM_UNTAUGHT: {
    retry: false,
    message: words('有商品没有教学照片', 'An item has no photograph to learn from'),
    next: words('请给它至少一行 split=train', 'Give it at least one line with split=train'),
  },
} as const satisfies Record<string, Entry>;

export type SimulatorErrorCode = keyof typeof SIMULATOR_ERRORS;

export interface SimulatorRefusal {
  code: SimulatorErrorCode;
  message: Words;
  next: Words;
  /** The measured fact: the id or number that was refused. */
  detail: string;
}

/** An act that came out as expected, or a refusal in words. */
export type Acted<T = undefined> =
  | { ok: true; value: T }
  | { ok: false; refusal: SimulatorRefusal };

/** The act was done. */
export function done<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** The act was refused; `detail` names what was refused. */
export function refused(code: SimulatorErrorCode, detail: string | number) {
  const { message, next } = SIMULATOR_ERRORS[code];
  const refusal: SimulatorRefusal = { code, message, next, detail: String(detail) };
  return { ok: false as const, refusal };
}
