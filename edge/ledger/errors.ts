import type { Text } from '../core/ports.ts';

export type LedgerErrorCode =
  | 'DISK_FULL'
  | 'DISK_LOW'
  | 'KEY_REUSED'
  | 'NEWER_SCHEMA'
  | 'CORRUPT'
  | 'NOT_WRITABLE'
  | 'LOCKED'
  | 'WRONG_STORE'
  | 'ACK_AHEAD'
  | 'OLD_PRICE_BOOK'
  | 'OLD_NODE'
  | 'TAIL_CUT'
  | 'KEY_CHANGED'
  | 'NOT_EMPTY'
  | 'BACKUP_BAD'
  | 'NO_LEDGER'
  | 'NOT_SELLABLE'
  | 'NOT_EDITABLE';

interface ErrorEntry {
  message: Text;
  next: Text;
  /** Whether the same call may succeed later without a person's help. */
  retry: boolean;
}

/** Every error of this room, once: what happened, what to do next, whether trying again helps. */
export const LEDGER_ERRORS: Record<LedgerErrorCode, ErrorEntry> = {
  DISK_FULL: {
    message: {
      zh: '磁盘已满，这一笔没有记入账本',
      en: 'The disk is full; nothing of this decision was recorded',
    },
    next: { zh: '清理磁盘空间后重试', en: 'Free disk space, then try again' },
    retry: true,
  },
  DISK_LOW: {
    message: {
      zh: '磁盘快满了，暂时不开始新的交易',
      en: 'The disk is nearly full; nothing new is begun for now',
    },
    next: {
      zh: '已开始的可以照常付完；请店员清理磁盘',
      en: 'What was begun can be finished; staff should free disk space',
    },
    retry: true,
  },
  KEY_REUSED: {
    message: {
      zh: '同一个命令编号被用于不同的内容',
      en: 'The same command key came with different content',
    },
    next: { zh: '请用新的命令编号重新发送', en: 'Send the command under a new key' },
    retry: false,
  },
  NEWER_SCHEMA: {
    message: {
      zh: '账本由更新版本的软件写成',
      en: 'The ledger was written by a newer version of the software',
    },
    next: {
      zh: '请升级软件，不要改动账本文件',
      en: 'Upgrade the software; leave the file as it is',
    },
    retry: false,
  },
  CORRUPT: {
    message: { zh: '账本文件已损坏', en: 'The ledger file is damaged' },
    next: {
      zh: '停止销售，运行 yike ledger verify，并从备份恢复',
      en: 'Stop selling, run yike ledger verify, and restore the backup',
    },
    retry: false,
  },
  NOT_WRITABLE: {
    message: { zh: '账本所在的目录无法写入', en: "The ledger's directory cannot be written" },
    next: {
      zh: '检查目录是否存在、权限是否正确、磁盘是否只读或有故障',
      en: 'Check that it exists, its permissions, and that the disk is sound and writable',
    },
    retry: false,
  },
  NOT_SELLABLE: {
    message: {
      zh: '商品已召回、过期或停售，没有记入账本',
      en: 'The goods are recalled, past their date or held; the sale was not recorded',
    },
    next: { zh: '把商品交给店员', en: 'Hand the goods to staff' },
    retry: false,
  },
  NOT_EDITABLE: {
    message: {
      zh: '这个改动现在不能记入账本',
      en: 'This change cannot be recorded now',
    },
    next: { zh: '刷新页面，按现在的价格再改', en: 'Reload, and change it from what it is now' },
    retry: false,
  },
  LOCKED: {
    message: {
      zh: '另一个程序正在使用这个账本',
      en: 'Another process is using this ledger',
    },
    next: {
      zh: '先停止另一个 yike 进程，再启动',
      en: 'Stop the other yike process, then start again',
    },
    retry: true,
  },
  WRONG_STORE: {
    message: { zh: '这不是本店的数据', en: 'This belongs to another store' },
    next: {
      zh: '检查配置里的门店编号和数据目录',
      en: 'Check the store id and the data directory in the configuration',
    },
    retry: false,
  },
  ACK_AHEAD: {
    message: {
      zh: '总部收到的记录比本地账本还多，本地账本可能被截短',
      en: 'Head office holds more than this ledger does; the ledger may have been cut short',
    },
    next: { zh: '停止销售，联系总部核对', en: 'Stop selling and reconcile with head office' },
    retry: false,
  },
  OLD_PRICE_BOOK: {
    message: {
      zh: '价格表版本不比现在用的新',
      en: 'The price book is not newer than the one in use',
    },
    next: { zh: '请总部发布新的版本号', en: 'Have head office publish a new version number' },
    retry: false,
  },
  OLD_NODE: {
    message: {
      zh: '这个版本的 better-sqlite3 需要 Node 22.14 或更新',
      en: 'This version of better-sqlite3 needs Node 22.14 or newer',
    },
    next: {
      zh: '升级 Node，或用 npm ci 装回 better-sqlite3 12.11.1',
      en: 'Upgrade Node, or put better-sqlite3 12.11.1 back with npm ci',
    },
    retry: false,
  },
  TAIL_CUT: {
    message: {
      zh: '账本末尾被截掉，或与签过名的记录不符',
      en: 'The end of the ledger was cut off, or it differs from what was signed',
    },
    next: {
      zh: '停止销售，从备份恢复；确认无法找回后运行 yike ledger restore --accept-cut',
      en: 'Restore a backup; if nothing can be found, run yike ledger restore --accept-cut',
    },
    retry: false,
  },
  KEY_CHANGED: {
    message: {
      zh: '设备密钥不是给这个账本签名的那一把',
      en: 'The device key is not the one that signs this ledger',
    },
    next: {
      zh: '放回原来的 device.key；找不到则移开它，再运行 yike ledger restore --accept-cut',
      en: 'Put device.key back; if lost, move it away and run yike ledger restore --accept-cut',
    },
    retry: false,
  },
  NOT_EMPTY: {
    message: { zh: '目标目录里已经有账本', en: 'There is a ledger in that directory already' },
    next: { zh: '换一个空目录', en: 'Name an empty directory' },
    retry: false,
  },
  BACKUP_BAD: {
    message: { zh: '备份不完整或被改动', en: 'The backup is incomplete or was changed' },
    next: { zh: '换一份更早的备份', en: 'Use an earlier backup' },
    retry: false,
  },
  NO_LEDGER: {
    message: { zh: '目录里没有账本', en: 'There is no ledger in the directory' },
    next: { zh: '检查数据目录', en: 'Check the data directory' },
    retry: false,
  },
};

/** Thrown by every function of this room whose failure is not a bug. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;
  readonly text: Text;
  readonly next: Text;
  readonly retry: boolean;
  /** The file, key or version it is about. */
  readonly detail: string;

  constructor(code: LedgerErrorCode, detail: string, options?: ErrorOptions) {
    const { message, next, retry } = LEDGER_ERRORS[code];
    super(`${code}: ${message.zh} / ${message.en} (${detail})`, options);
    this.name = 'LedgerError';
    this.code = code;
    this.text = message;
    this.next = next;
    this.retry = retry;
    this.detail = detail;
  }
}

export function isLedgerError(error: unknown, code?: LedgerErrorCode): error is LedgerError {
  return error instanceof LedgerError && (code === undefined || error.code === code);
}

/** SQLite result codes and errno names, by prefix; https://sqlite.org/rescode.html. */
const CAUSES: readonly (readonly [string, LedgerErrorCode])[] = [
  ['SQLITE_FULL', 'DISK_FULL'],
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['SQLITE_CORRUPT', 'CORRUPT'],
  ['SQLITE_NOTADB', 'CORRUPT'],
  ['SQLITE_BUSY', 'LOCKED'],
  ['SQLITE_LOCKED', 'LOCKED'],
  ['SQLITE_READONLY', 'NOT_WRITABLE'],
  ['SQLITE_CANTOPEN', 'NOT_WRITABLE'],
  ['SQLITE_PERM', 'NOT_WRITABLE'],
  ['SQLITE_IOERR', 'NOT_WRITABLE'],
  ['EACCES', 'NOT_WRITABLE'],
  ['EPERM', 'NOT_WRITABLE'],
  ['EROFS', 'NOT_WRITABLE'],
  ['ENOTDIR', 'NOT_WRITABLE'],
  ['ENOENT', 'NOT_WRITABLE'],
  ['EEXIST', 'NOT_WRITABLE'],
  ['EISDIR', 'NOT_WRITABLE'],
  ['EIO', 'NOT_WRITABLE'],
];

/** The ledger's word for what SQLite or the file system reported; bugs come back as they were. */
export function asLedgerError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof LedgerError) return error;
  const reported = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = CAUSES.find(([prefix]) => reported.startsWith(prefix));
  return cause ? new LedgerError(cause[1], `${file}: ${error.message}`, { cause: error }) : error;
}
