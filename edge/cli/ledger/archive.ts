/** `yike ledger archive --before DATE | SEQ`. */
import { resolve } from 'node:path';
import { type ArchiveBefore, archiveLedger } from '../../ledger/archive-offline.ts';
import { type Answer, type Call, good, usage } from '../command.ts';
import { orLedgerError } from './backup.ts';

/** Moves old events into compressed files; the store is stopped meanwhile. */
export async function ledgerArchive(call: Call): Promise<Answer> {
  const before = beforeOf(String(call.flags.before ?? ''));
  if (!before)
    return usage(
      '--before 是日期（2026-09-01）或记录号',
      '--before is a date (2026-09-01) or the number of an event',
      'yike ledger archive --before 2026-09-01',
    );
  return orLedgerError(call, async () => {
    const result = archiveLedger(resolve(call.dataDir), before);
    const { events, segments, bytes, nextSeq, keepFromSeq } = result;
    const kilobytes = Math.ceil(bytes / 1000);
    const lines =
      call.language === 'zh'
        ? [
            `✓ 归档 ${events} 条，${segments} 个文件，${kilobytes} kB；账本从第 ${nextSeq} 条起`,
            `  总部已确认并已签名的到第 ${keepFromSeq} 条，之后的都留着`,
          ]
        : [
            `✓ ${events} events archived in ${segments} files, ${kilobytes} kB; the table begins at ${nextSeq}`,
            `  Acknowledged and signed up to ${keepFromSeq}; later ones stay`,
          ];
    return good(result, lines);
  });
}

/** A date begins at midnight of this machine's time zone. */
function beforeOf(text: string): ArchiveBefore | undefined {
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return { seq: Number(text) };
  const wallMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00`) : Number.NaN;
  return Number.isNaN(wallMs) ? undefined : { wallMs };
}
