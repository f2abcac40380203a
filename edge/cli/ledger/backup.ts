/** `yike backup FOLDER`, `yike restore FOLDER`; of the ledger alone: `yike ledger backup`, `yike ledger restore`. */
import { resolve } from 'node:path';
import { backupStore, restoreStore } from '../../box/store-backup.ts';
import { acceptCut, backupLedger, restoreLedger } from '../../ledger/backup.ts';
import type { Beginning } from '../../ledger/epoch.ts';
import { asLedgerError, LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';
import { systemClock } from '../../runtime.ts';
import { type Answer, type Call, EXIT, failed, good, usage } from '../command.ts';

/** Whatever is not here is a failure (111). */
const EXIT_OF: Partial<Record<LedgerErrorCode, number>> = {
  NO_LEDGER: EXIT.noExist,
  CORRUPT: EXIT.verification,
  BACKUP_BAD: EXIT.verification,
  KEY_CHANGED: EXIT.verification,
  NOT_EMPTY: EXIT.illegal,
  NEWER_SCHEMA: EXIT.illegal,
  LOCKED: EXIT.busy,
};

/** Copies the ledger while the store may be selling, and verifies the copy. */
export async function ledgerBackup(call: Call): Promise<Answer> {
  const [folder] = call.words;
  if (!folder)
    return usage(
      '要有目标目录',
      'Name a folder for the backup',
      'yike ledger backup /mnt/usb/2026-11-23',
    );
  return orLedgerError(call, async () => {
    const manifest = await backupLedger(call.dataDir, resolve(folder), systemClock().wallMs());
    const { seq, epoch, sha256 } = manifest;
    return good({ folder: resolve(folder), ...manifest }, [
      call.language === 'zh'
        ? `✓ 已备份到第 ${seq} 条（第 ${epoch} 世代），已检查 · SHA-256 ${sha256.slice(0, 16)}`
        : `✓ Backed up to event ${seq}, epoch ${epoch}, verified · SHA-256 ${sha256.slice(0, 16)}`,
    ]);
  });
}

/** Puts a backup into an empty directory, or takes a cut ledger as it is: a new epoch either way. */
export async function ledgerRestore(call: Call): Promise<Answer> {
  const [folder] = call.words;
  const accept = call.flags['accept-cut'] === true;
  const epoch = Number(call.flags.epoch ?? 0);
  if (!Number.isInteger(epoch) || epoch < 0)
    return usage(
      '--epoch 是整数',
      '--epoch is a whole number',
      'yike ledger restore DIR --epoch 3',
    );
  if (accept === (folder !== undefined))
    return usage(
      '要么指明备份目录，要么 --accept-cut',
      'Name the backup, or --accept-cut without one',
      'yike ledger restore /mnt/usb/2026-11-23 --data DIR',
    );
  return orLedgerError(call, async () => {
    const beginning = folder
      ? restoreLedger(resolve(folder), resolve(call.dataDir), epoch)
      : acceptCut(resolve(call.dataDir), epoch);
    return good(beginning, [wordsFor(call, beginning)]);
  });
}

/** The ledger and every file that makes this store, while it may be selling. */
export async function storeBackup(call: Call): Promise<Answer> {
  const [folder] = call.words;
  const example = 'yike backup /mnt/usb/2026-11-23';
  if (!folder) return usage('要有目标目录', 'Name a folder for the backup', example);
  const to = resolve(folder);
  return orLedgerError(call, async () => {
    const { manifest, files } = await backupStore(call.dataDir, to, systemClock().wallMs());
    const { seq, epoch } = manifest;
    const lines =
      call.language === 'zh'
        ? [
            `✓ 已备份到 ${to}：账本到第 ${seq} 条（第 ${epoch} 世代），已检查；另有 ${files} 个文件`,
            '  里面有账号和会员的密钥，请像钥匙一样保管。配置文件和本机密钥不在里面',
          ]
        : [
            `✓ Backed up to ${to}: the ledger up to event ${seq}, epoch ${epoch}, verified; and ${files} files`,
            '  It holds the keys of accounts and members: keep it like a key. The configuration and the box’s own key are not in it',
          ];
    return good({ folder: to, files, ...manifest }, lines);
  });
}

/** Into an empty directory; the next start goes on as a new epoch. */
export async function storeRestore(call: Call): Promise<Answer> {
  const [folder] = call.words;
  const epoch = Number(call.flags.epoch ?? 0);
  const example = 'yike restore /mnt/usb/2026-11-23 --data DIR';
  if (!folder) return usage('要指明备份目录', 'Name the backup', example);
  if (!Number.isInteger(epoch) || epoch < 0)
    return usage('--epoch 是整数', '--epoch is a whole number', example);
  return orLedgerError(call, async () => {
    const restored = restoreStore(resolve(folder), resolve(call.dataDir), epoch);
    const { beginning, files } = restored;
    const besides =
      files === 0
        ? ['这份备份只有账本', 'This backup holds the ledger alone']
        : [`连同 ${files} 个文件`, `with ${files} files`];
    const said = `${wordsFor(call, beginning)}${call.language === 'zh' ? `；${besides[0]}` : `; ${besides[1]}`}`;
    return good({ ...beginning, files }, [said]);
  });
}

const wordsFor = ({ language }: Call, { epoch, cause }: Beginning): string => {
  if (language === 'zh')
    return `✓ ${cause === 'backup' ? '备份已恢复' : '已按现状接受'}，下次启动从第 ${epoch} 世代继续`;
  const done = cause === 'backup' ? 'Restored' : 'Accepted as it is';
  return `✓ ${done}; the next start goes on as epoch ${epoch}`;
};

export async function orLedgerError(call: Call, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (thrown) {
    const error = asLedgerError(thrown, call.dataDir);
    if (!(error instanceof LedgerError)) throw thrown;
    const { code, text, next, detail } = error;
    const exit = EXIT_OF[code] ?? EXIT.failure;
    return failed(exit, { code: `E_${code}`, message: text, reason: detail, hint: next });
  }
}
