/** Commands of the ledger: whole, unchanged, kept. */
import { type Command, say } from '../command.ts';

export const LEDGER_COMMANDS: Command[] = [
  {
    path: ['ledger', 'verify'],
    summary: say('检查账本有没有被改过', 'Check that the ledger is whole and unchanged'),
    run: async (call) => (await import('../ledger/ledger.ts')).ledgerVerify(call),
  },
  {
    path: ['ledger', 'tail'],
    summary: say('账本最新的记录', 'The newest events'),
    options: { limit: { type: 'string', short: 'n' } },
    run: async (call) => (await import('../ledger/ledger.ts')).ledgerTail(call),
  },
  {
    path: ['ledger', 'export'],
    summary: say('全部记录，一行一条', 'Every event, one a line, as it was hashed'),
    options: { out: { type: 'string', short: 'o' } },
    examples: ['yike ledger export -o ledger.ndjson'],
    run: async (call) => (await import('../ledger/ledger.ts')).ledgerExport(call),
  },
  {
    path: ['ledger', 'archive'],
    summary: say(
      '把总部已确认的旧记录压缩归档（先停店）',
      'Compress old events that head office holds (with the store stopped)',
    ),
    options: { before: { type: 'string' } },
    examples: ['yike ledger archive --before 2026-09-01'],
    run: async (call) => (await import('../ledger/archive.ts')).ledgerArchive(call),
  },
  {
    path: ['ledger', 'backup'],
    takes: 'FOLDER',
    summary: say('备份账本，营业中也可以', 'Back the ledger up, also while the store sells'),
    examples: ['yike ledger backup /mnt/usb/2026-11-23'],
    run: async (call) => (await import('../ledger/backup.ts')).ledgerBackup(call),
  },
  {
    path: ['ledger', 'restore'],
    takes: '[FOLDER]',
    summary: say(
      '把备份恢复到空目录，或接受被截短的账本',
      'Restore a backup into an empty directory, or accept a ledger that was cut',
    ),
    options: { 'accept-cut': { type: 'boolean' }, epoch: { type: 'string' } },
    examples: ['yike ledger restore /mnt/usb/2026-11-23 --data DIR'],
    run: async (call) => (await import('../ledger/backup.ts')).ledgerRestore(call),
  },
  {
    path: ['backup'],
    takes: 'FOLDER',
    summary: say(
      '备份整个店：账本、账号、会员、设置、照片、学会的商品；营业中也可以',
      'Back the whole store up: ledger, accounts, members, settings, photos, what was learnt; also while it sells',
    ),
    examples: ['yike backup /mnt/usb/2026-11-23'],
    run: async (call) => (await import('../ledger/backup.ts')).storeBackup(call),
  },
  {
    path: ['restore'],
    takes: 'FOLDER',
    summary: say('把整个店恢复到空目录', 'Restore a whole store into an empty directory'),
    options: { epoch: { type: 'string' } },
    examples: ['yike restore /mnt/usb/2026-11-23 --data DIR'],
    run: async (call) => (await import('../ledger/backup.ts')).storeRestore(call),
  },
  {
    path: ['verify'],
    takes: '[DIR]',
    summary: say('检查一个目录里的所有不变量', 'Check every invariant of a store’s directory'),
    run: async (call) => (await import('../ledger/ledger.ts')).verifyStore(call),
  },
];
