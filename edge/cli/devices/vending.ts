/** `yike vending audit`: a machine's counters, read now or out of a file a handheld collected. */
import { readFileSync } from 'node:fs';
import { decodeHex } from '../../../drivers/index.ts';
import { auditLinesOf, parseAudit } from '../../../drivers/vending/eva-dts.ts';
import { formatMinor } from '../../core/money.ts';
import type { AuditCounterView, AuditTotalView, AuditView } from '../../core/views/diag-views.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { withDevice } from './talk.ts';

export async function vendingAudit(call: Call): Promise<Answer> {
  if (typeof call.flags.file === 'string') return auditFile(call, call.flags.file);
  return withDevice(call, 'vending', async (talk, { id }) => {
    call.say(say(`正在读 ${id}，可能要一分钟`, `Reading ${id}; it may take a minute`));
    const heard = await talk.act(id, { act: 'audit' });
    if (!heard.ok) return heard.answer;
    const audit = heard.value.audit as AuditView;
    return good({ id, audit }, auditWords(audit, call.language));
  });
}

/** Lines of an audit, or the bytes of the wire they came over. */
function auditFile(call: Call, file: string): Answer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const why = (error as Error).message;
    return usage(
      `读不了文件：${why}`,
      `The file cannot be read: ${why}`,
      'yike vending audit --file machine.dex',
    );
  }
  const blocks = decodeHex('dex', bytes).flatMap(({ kind, text }) =>
    kind === 'block' ? [String(text)] : [],
  );
  const lines = auditLinesOf(blocks.length > 0 ? blocks.join('') : bytes.toString('latin1'));
  const parsed = parseAudit(lines);
  if (parsed.ok)
    return good({ file, audit: parsed.audit }, auditWords(parsed.audit, call.language));
  const { problems } = parsed;
  const [first] = problems;
  const message = say(`审计文件不完整：${first?.zh}`, `The audit file is not whole: ${first?.en}`);
  const hint = say('到机器上再读一次', 'Read it at the machine once more');
  const error = { code: 'E_AUDIT_BROKEN', message, hint };
  return {
    ...failed(EXIT.verification, error, { file, problems }),
    lines: problems.map((each) => `${each.code}  ${each[call.language]}`),
  };
}

const HEAD = {
  zh: ['货道', '价格', '累计件数', '累计金额', '上次以来'],
  en: ['SELECTION', 'PRICE', 'SOLD', 'VALUE', 'SINCE LAST'],
};
const ALL = {
  zh: { sales: '合计', cash: '现金', cashless: '非现金' },
  en: { sales: 'all', cash: 'cash', cashless: 'cashless' },
};

export function auditWords(audit: AuditView, language: 'zh' | 'en'): string[] {
  const money = (valueMinor: number) => formatMinor(valueMinor, audit.decimals);
  const since = (total?: AuditTotalView) =>
    total ? `${total.count} × (${money(total.valueMinor)})` : '-';
  const row = (
    name: string,
    price: string,
    { sinceStart }: AuditCounterView,
    sold?: AuditTotalView,
  ) => [name, price, String(sinceStart.count), money(sinceStart.valueMinor), since(sold)];
  const { sales, cash, cashless, serialNumber = '-', model = '' } = audit;
  const words = ALL[language];
  return [
    `${serialNumber}  ${model}`.trimEnd(),
    ...table([
      HEAD[language],
      ...audit.selections.map((each) =>
        row(
          each.selection,
          each.priceMinor === undefined ? '-' : money(each.priceMinor),
          each,
          each.soldSince,
        ),
      ),
      ...(cash ? [row(words.cash, '', cash)] : []),
      ...(cashless ? [row(words.cashless, '', cashless)] : []),
      ...(sales ? [row(words.sales, '', sales, audit.soldSince)] : []),
    ]),
    ...audit.events.map(({ code, count }) => `${code}  ${count}`),
  ];
}
