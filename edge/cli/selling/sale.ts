/** `yike lane …` and `yike sale …`: what staff do, asked of the running controller. */
import { randomBytes } from 'node:crypto';
import { formatYuan } from '../../core/money.ts';
import { type AttendantCommand, LOCK_REASONS, MOVES_MONEY } from '../../core/sale/attendant.ts';
import type { AssistView, CommandAnswer, StaffSaleView } from '../../core/views/assist-views.ts';
import { askBox } from '../box.ts';
import {
  type Answer,
  type Call,
  EXIT,
  failed,
  good,
  refusedBy,
  say,
  table,
  usage,
} from '../command.ts';

/** Printing a copy, or a terminal that is asked, may take as long. */
const ACT_LIMIT_MS = 30_000;

async function act(call: Call, laneId: string, command: AttendantCommand): Promise<Answer> {
  const { by, reason = '-', 'approved-by': approvedBy } = call.flags;
  if (typeof by !== 'string')
    return usage('请写明是谁：--by 姓名', 'Say who: --by NAME', '--by 李');
  const where = MOVES_MONEY.includes(command.kind) ? 'money' : 'assist';
  const body = { command, by, reason, ...(typeof approvedBy === 'string' && { approvedBy }) };
  const path = `/api/lanes/${encodeURIComponent(laneId)}/${where}`;
  const key = randomBytes(12).toString('hex');
  const asked = await askBox<CommandAnswer>(call.dataDir, 'POST', path, body, ACT_LIMIT_MS, key);
  if (!asked.ok) return asked.answer.exit === EXIT.noExist ? noSuchLane(laneId) : asked.answer;
  if (!asked.value.ok) return refusedBy(asked.value.refusal, EXIT.refused);
  return good({ done: command.kind, by }, [call.language === 'zh' ? '已完成' : 'Done']);
}

const noSuchLane = (laneId: string): Answer =>
  failed(EXIT.noExist, {
    code: 'E_NOEXIST',
    message: say(`没有收银台「${laneId}」`, `There is no lane "${laneId}"`),
    hint: say('yike lane list', 'yike lane list'),
  });

const view = (call: Call) => askBox<AssistView>(call.dataDir, 'GET', '/api/assist');

export async function laneList(call: Call): Promise<Answer> {
  const asked = await view(call);
  if (!asked.ok) return asked.answer;
  const { lanes, parked, byHand } = asked.value;
  const rows = lanes.map(({ laneId, screen, sale, hold, outOfService }) => [
    ...[laneId, screen, sale ? formatYuan(sale.totalFen) : '-'],
    hold ? `AGE ${hold.minimumAge}` : (outOfService?.reason[call.language] ?? ''),
  ]);
  const waiting = byHand.map(({ what, laneId, orderNo, refundNo, amountFen }) => [
    ...[what, laneId, refundNo ?? orderNo, formatYuan(amountFen)],
  ]);
  const put = parked.map(({ code, laneId, totalFen }) => [
    'parked',
    laneId,
    code,
    formatYuan(totalFen),
  ]);
  return good(asked.value, table([['LANE', 'SCREEN', 'TOTAL', ''], ...rows, ...put, ...waiting]));
}

/** `50`, `50.5`, `50.00` yuan as fen. */
function fenOf(yuan: unknown): number | undefined {
  const [, whole, part = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(String(yuan)) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

export async function laneCash(call: Call): Promise<Answer> {
  const [laneId] = call.words;
  const receivedFen = fenOf(call.flags.received);
  if (!laneId || receivedFen === undefined)
    return usage(
      '哪个收银台，收了多少？',
      'Which lane, and how much?',
      'yike lane cash lane-1 --received 50.00 --by 李',
    );
  return act(call, laneId, { kind: 'take-cash', receivedFen });
}

export async function laneAge(call: Call): Promise<Answer> {
  const [laneId, verdict] = call.words;
  if (!laneId || (verdict !== 'approve' && verdict !== 'refuse'))
    return usage('同意还是不同意？', 'Approve or refuse?', 'yike lane age lane-1 approve --by 李');
  return act(call, laneId, { kind: verdict === 'approve' ? 'approve-age' : 'refuse-age' });
}

export async function laneVoid(call: Call): Promise<Answer> {
  const [laneId, lineId] = call.words;
  if (!laneId)
    return usage('哪个收银台？', 'Which lane?', 'yike lane void lane-1 --by 李 --reason …');
  return act(call, laneId, lineId ? { kind: 'void-line', lineId } : { kind: 'void-sale' });
}

export async function laneRecall(call: Call): Promise<Answer> {
  const [laneId, code] = call.words;
  if (!laneId || !code || !/^\d{4}$/.test(code))
    return usage(
      '哪个收银台，取单号是？',
      'Which lane, which code?',
      'yike lane recall lane-1 4071 --by 李',
    );
  return act(call, laneId, { kind: 'recall', code });
}

/** A reason the screen knows is said there; words of one's own stand in the ledger alone. */
export async function laneLock(call: Call): Promise<Answer> {
  const [laneId] = call.words;
  const { reason } = call.flags;
  if (!laneId || typeof reason !== 'string' || reason.trim() === '')
    return usage(
      `哪个收银台，为什么？${LOCK_REASONS.join('、')}，或自己的话`,
      `Which lane, and why? ${LOCK_REASONS.join(', ')}, or your own words`,
      'yike lane lock lane-1 --reason paper --by 李',
    );
  const why = LOCK_REASONS.find((known) => known === reason) ?? 'other';
  return act(call, laneId, { kind: 'lock', why });
}

export async function laneUnlock(call: Call): Promise<Answer> {
  const [laneId] = call.words;
  if (!laneId) return usage('哪个收银台？', 'Which lane?', 'yike lane unlock lane-1 --by 李');
  return act(call, laneId, { kind: 'unlock' });
}

const saleOf = (call: Call, name: string) =>
  askBox<StaffSaleView>(call.dataDir, 'GET', `/api/sales/${encodeURIComponent(name)}`);

const whichReceipt = (verb: string) =>
  usage('哪张小票？', 'Which receipt?', `yike sale ${verb} R000123 --by 李`);

export async function saleShow(call: Call): Promise<Answer> {
  const [name] = call.words;
  if (!name) return whichReceipt('show');
  const asked = await saleOf(call, name);
  if (!asked.ok) return asked.answer;
  const { lines, tenders, refunds, totalFen, phase, receiptNo = '-' } = asked.value;
  const rows = [
    ...lines.map((line) => [
      line.lineId,
      line.name[call.language],
      `${line.quantity}`,
      formatYuan(line.amountFen),
    ]),
    ...tenders.map(({ orderNo, channel, state, capturedFen = 0 }) => [
      orderNo,
      channel,
      state,
      formatYuan(capturedFen),
    ]),
    ...refunds.flatMap(({ parts }) =>
      parts.map(({ refundNo, channel, state, amountFen }) => [
        refundNo,
        channel,
        state,
        `-${formatYuan(amountFen)}`,
      ]),
    ),
  ];
  return good(asked.value, [`${receiptNo}  ${phase}  ${formatYuan(totalFen)}`, ...table(rows)]);
}

export async function saleRefund(call: Call): Promise<Answer> {
  const [receiptNo] = call.words;
  if (!receiptNo) return whichReceipt('refund');
  const given = Array.isArray(call.flags.line) ? call.flags.line : [];
  const spoilt = call.flags.spoilt === true;
  const lines = given.map((text) => {
    const [, lineId = '', quantity = '1'] = /^([\w-]+)(?::(\d{1,2}))?$/.exec(text) ?? [];
    return { lineId, quantity: Number(quantity), ...(spoilt && { spoilt }) };
  });
  if (lines.some(({ lineId }) => lineId === ''))
    return usage('--line 是 行号:件数', '--line is LINE:PIECES', 'yike sale show R000123');
  const asked = await saleOf(call, receiptNo);
  if (!asked.ok) return asked.answer;
  return act(call, asked.value.laneId, { kind: 'refund', receiptNo, lines });
}

export async function saleCopy(call: Call): Promise<Answer> {
  const [receiptNo] = call.words;
  if (!receiptNo) return whichReceipt('copy');
  const asked = await saleOf(call, receiptNo);
  if (!asked.ok) return asked.answer;
  const { lane } = call.flags;
  const laneId = typeof lane === 'string' ? lane : asked.value.laneId;
  return act(call, laneId, { kind: 'copy-receipt', receiptNo });
}

export async function saleSettle(call: Call): Promise<Answer> {
  const [number] = call.words;
  if (!number) return usage('哪一笔？', 'Which one?', 'yike lane list');
  const asked = await view(call);
  if (!asked.ok) return asked.answer;
  const found = asked.value.byHand.find(
    ({ orderNo, refundNo }) => (refundNo ?? orderNo) === number,
  );
  if (!found)
    return failed(EXIT.noExist, {
      code: 'E_NOEXIST',
      message: say(`没有等人退的「${number}」`, `Nothing waits to be handed back under ${number}`),
      hint: say('yike lane list', 'yike lane list'),
    });
  const { what, saleId, laneId, refundNo = '', tenderId = '' } = found;
  if (what === 'refund-by-hand') return act(call, laneId, { kind: what, saleId, refundNo });
  if (what === 'take-cash')
    return usage(
      '这笔是要收的现金',
      'This one is cash to be taken',
      'yike lane cash LANE --received …',
    );
  if (what === 'settle-by-hand' || what === 'settle-refund-by-hand') {
    const { charged, 'not-charged': not } = call.flags;
    if (charged === not) return saidByNobody(number);
    const seen = charged === true;
    if (what === 'settle-by-hand')
      return act(call, laneId, { kind: what, saleId, tenderId, charged: seen });
    // A refund that was not charged back to the shop was not paid to the shopper.
    return act(call, laneId, { kind: what, saleId, refundNo, paid: seen });
  }
  return act(call, laneId, { kind: what, saleId, tenderId });
}

const saidByNobody = (number: string): Answer =>
  usage(
    '看过终端流水或收单方后台后，写明 --charged 或 --not-charged（退款：已退写 --charged）',
    'Look at the terminal’s journal or the acquirer’s site, then say --charged or --not-charged (a refund that went through is --charged)',
    `yike sale settle ${number} --not-charged --by 李 --reason …`,
  );
