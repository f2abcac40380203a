/** `yike ledger verify | tail | export`, `yike verify DIR`: they read the files, the controller may run. */
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '../../core/events.ts';
import { LEDGER_FILE } from '../../ledger/database.ts';
import { asLedgerError, LedgerError } from '../../ledger/errors.ts';
import { checkInvariants } from '../../ledger/invariants.ts';
import { eachStored, readTail } from '../../ledger/read-only.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { notWritten } from '../out-file.ts';

export async function ledgerVerify(call: Call): Promise<Answer> {
  const report = verifyLedger(call.dataDir);
  if (!existsSync(join(call.dataDir, LEDGER_FILE))) return noLedger(call.dataDir, report);
  if (!report.ok)
    return failed(
      EXIT.verification,
      {
        code: 'E_LEDGER',
        message: say(
          `账本检查不通过${report.firstBadSeq ? `，从第 ${report.firstBadSeq} 条起` : ''}`,
          `The ledger does not verify${report.firstBadSeq ? ` from event ${report.firstBadSeq}` : ''}`,
        ),
        ...(report.reason && { reason: report.reason }),
        hint: say(
          '不要改动文件，联系维护人员并从备份恢复',
          'Leave the files as they are; restore from a backup',
        ),
      },
      report,
    );
  const { events, headSeq, headHash, epoch, anchoredSeq, deviceKey, warnings = [] } = report;
  const head = `${headSeq} ${headHash.slice(0, 16)}`;
  const line = say(
    `✓ ${events} 条记录，第 ${epoch} 世代，末条 ${head}`,
    `✓ ${events} events, epoch ${epoch}, head ${head}`,
  );
  const proof = say(
    `  锚点到第 ${anchoredSeq ?? 0} 条，设备公钥 ${deviceKey ?? '-'}`,
    `  anchored to ${anchoredSeq ?? 0}, device key ${deviceKey ?? '-'}`,
  );
  const lines = [line, proof].map((text) => text[call.language]);
  const exit = warnings.length > 0 ? EXIT.warnings : EXIT.ok;
  return good(
    report,
    [...lines, ...warnings.map((warning) => `! ${warning[call.language]}`)],
    exit,
  );
}

export async function ledgerTail(call: Call): Promise<Answer> {
  const limit = Number(call.flags.limit ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    return usage(
      '-n 是 1 到 10000 的整数',
      '-n is a whole number from 1 to 10000',
      'yike ledger tail -n 20',
    );
  try {
    const events = readTail(call.dataDir, limit);
    return events ? good({ events }, table(events.map(row))) : noLedger(call.dataDir);
  } catch (thrown) {
    const error = asLedgerError(thrown, call.dataDir);
    if (error instanceof LedgerError) return ledgerFailed(error);
    throw error;
  }
}

/** Every event as it was hashed, one a line: `{"hash":…,"record":…}`, as head office gets them. */
export async function ledgerExport(call: Call): Promise<Answer> {
  const { out } = call.flags;
  if (typeof out !== 'string')
    return usage('给出 -o 文件', '-o FILE is needed', 'yike ledger export -o ledger.ndjson');
  if (!existsSync(join(call.dataDir, LEDGER_FILE))) return noLedger(call.dataDir);
  const lines: string[] = [];
  const begun = notWritten(out, '');
  if (begun) return begun;
  const flush = () => appendFileSync(out, lines.splice(0).join(''));
  try {
    const count = eachStored(call.dataDir, ({ hash, record }) => {
      if (lines.push(`{"hash":"${hash}","record":${record}}\n`) >= 5000) flush();
    });
    flush();
    const words = call.language === 'zh' ? `${count} 条记录` : `${count} events`;
    return good({ file: out, events: count }, [`${out}  ${words}`]);
  } catch (thrown) {
    const error = asLedgerError(thrown, call.dataDir);
    if (error instanceof LedgerError) return ledgerFailed(error);
    throw error;
  }
}

const noLedger = (dir: string, data: object = {}): Answer =>
  failed(
    EXIT.noExist,
    {
      code: 'E_NOEXIST',
      message: say(`${dir} 里没有账本`, `There is no ledger in ${dir}`),
      hint: say('用 --data 指明目录', 'Name the directory with --data'),
    },
    data,
  );

const ledgerFailed = ({ code, text, next, detail }: LedgerError): Answer =>
  failed(code === 'CORRUPT' ? EXIT.verification : EXIT.failure, {
    code: `E_${code}`,
    message: text,
    reason: detail,
    hint: next,
  });

const row = ({ seq, wallMs, source, type, body }: RecordedEvent): string[] => [
  String(seq),
  new Date(wallMs).toISOString().slice(0, 19),
  source,
  type,
  JSON.stringify(body).slice(0, 100),
];

export async function verifyStore(call: Call): Promise<Answer> {
  const dir = call.words[0] ?? call.dataDir;
  const { checked, violations } = checkInvariants(dir);
  const title = say(`查了 ${checked.length} 条不变量`, `${checked.length} invariants checked`);
  const lines = [
    `${title[call.language]}: ${checked.join(' ')}`,
    ...violations.map(({ invariant, detail }) => `✗ ${invariant}  ${detail}`),
  ];
  if (violations.length === 0) return good({ checked, violations }, lines);
  return failed(
    EXIT.verification,
    {
      code: 'E_INVARIANT',
      message: say(`${violations.length} 处不符`, `${violations.length} violations`),
      reason: lines.slice(1, 4).join('; '),
      hint: say(
        '不要改动文件，联系维护人员',
        'Leave the files as they are and call the maintainers',
      ),
    },
    { checked, violations },
  );
}
