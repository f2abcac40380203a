/** Every refusal of the conversation between a store and head office: one table, both sides. */
import type { Outcome, Refusal, Text } from '../edge/core/ports.ts';

interface SyncRefusal {
  message: Text;
  next: Text;
  /** HTTP status where head office answers with it; 0 where only the store finds it. */
  status: number;
  /** Whether the same request may succeed later without a person's help. */
  retry: boolean;
}

const say = (
  status: number,
  retry: boolean,
  message: [zh: string, en: string],
  next: [zh: string, en: string],
): SyncRefusal => ({
  status,
  retry,
  message: { zh: message[0], en: message[1] },
  next: { zh: next[0], en: next[1] },
});

const COMPARE: [string, string] = [
  '不要删除任何数据，请总部核对账本',
  'Delete nothing; have head office compare the ledgers',
];
const CHECK_TOKEN: [string, string] = [
  '检查配置里的门店编号和令牌',
  'Check the store id and the token in the configuration',
];
const NEW_VERSION: [string, string] = [
  '请总部用更高的版本号重新发布',
  'Have head office publish it again under a higher version',
];
const WAIT: [string, string] = ['照常营业，会自动重试', 'Go on selling; it is tried again'];

export const SYNC_REFUSALS = {
  NO_HEAD_OFFICE: say(
    0,
    false,
    ['本店没有设置总部', 'This store has no head office'],
    [
      '在配置里写上 headOffice 的地址和令牌',
      'Name headOffice, its url and token, in the configuration',
    ],
  ),
  HEAD_OFFICE_UNREACHABLE: say(0, true, ['连不上总部', 'Head office cannot be reached'], WAIT),
  ANSWER_UNREADABLE: say(
    0,
    true,
    ['总部的回答看不懂', "Head office's answer cannot be read"],
    ['检查总部地址是否正确', 'Check the address of head office'],
  ),
  NO_PROGRESS: say(
    0,
    true,
    ['总部没有收下这一批记录', 'Head office did not take these events'],
    WAIT,
  ),
  ACK_AHEAD: say(
    0,
    false,
    [
      '总部的记录比本店账本还多，本店账本可能被截短',
      'Head office holds more than this ledger; the ledger may have been cut short',
    ],
    COMPARE,
  ),
  LEDGER_FAULT: say(
    0,
    true,
    ['本店账本读写失败，同步暂停', "The store's ledger failed under sync"],
    ['检查磁盘，运行 yike ledger verify', 'Check the disk and run yike ledger verify'],
  ),
  BOOK_DAMAGED: say(
    0,
    true,
    ['价格表在路上损坏，没有启用', 'The price book was damaged on its way and was not used'],
    WAIT,
  ),
  BOOK_UNREADABLE: say(
    0,
    false,
    ['价格表不是有效的 JSON，没有启用', 'The price book is not JSON and was not used'],
    NEW_VERSION,
  ),
  BOOK_NOT_ACTIVATED: say(
    0,
    true,
    ['价格表没能存下来', 'The price book could not be stored'],
    ['检查本店的磁盘和账本', "Check the store's disk and ledger"],
  ),
  BOOK_OF_ANOTHER_STORE: say(
    422,
    false,
    ['这是别的门店的价格表', 'This price book is of another store'],
    ['请总部为本店发布', 'Have head office publish one for this store'],
  ),
  BOOK_NOT_NEWER: say(
    409,
    false,
    ['价格表的版本没有升高', 'The version of the price book does not rise'],
    NEW_VERSION,
  ),
  TOKEN_REFUSED: say(
    401,
    false,
    ['总部不认这个令牌', 'Head office refuses this token'],
    CHECK_TOKEN,
  ),
  FORK: say(
    409,
    false,
    [
      '同一序号有两条不同的记录，可能有两台主机用同一门店编号',
      'Two different events under one number; two boxes may claim one store',
    ],
    COMPARE,
  ),
  OLD_EPOCH: say(
    409,
    false,
    ['这本账已被更新的一代取代', 'This ledger has been replaced by one of a newer epoch'],
    COMPARE,
  ),
  BAD_HASH: say(409, false, ['记录与它的哈希不符', 'An event does not match its hash'], COMPARE),
  BROKEN_CHAIN: say(
    409,
    false,
    ['记录的哈希链断开', 'The hash chain of the events is broken'],
    COMPARE,
  ),
  BAD_LINE: say(
    422,
    false,
    ['这一行不是一条记录', 'A line is not an event'],
    ['升级本店的软件', "Upgrade the store's software"],
  ),
  WRONG_STORE: say(
    422,
    false,
    ['这条记录属于别的门店', 'An event belongs to another store'],
    CHECK_TOKEN,
  ),
  BODY_NOT_GZIP: say(
    415,
    false,
    ['内容不是 gzip', 'The body is not gzip'],
    ['升级本店的软件', "Upgrade the store's software"],
  ),
  BODY_TOO_LARGE: say(
    413,
    false,
    ['一次发送的内容太多', 'Too much in one request'],
    ['分成小批发送', 'Send smaller batches'],
  ),
  BAD_REQUEST: say(
    400,
    false,
    ['请求的格式不对', 'The request is malformed'],
    ['按接口说明改正', 'Correct it'],
  ),
  NOT_FOUND: say(404, false, ['没有这个地址', 'There is no such page'], ['检查地址', 'Check it']),
  DATABASE_DOWN: say(
    503,
    true,
    ['总部的数据库暂时不可用', "Head office's database is not available now"],
    WAIT,
  ),
} as const satisfies Record<string, SyncRefusal>;

export type SyncRefusalCode = keyof typeof SYNC_REFUSALS;

export function refusalOf(code: SyncRefusalCode, detail?: Refusal['detail']): Refusal {
  const { message, next } = SYNC_REFUSALS[code];
  return { code, message, next, ...(detail && { detail }) };
}

export function refuse(
  code: SyncRefusalCode,
  detail?: Refusal['detail'],
): Extract<Outcome<never>, { ok: false }> {
  return { ok: false, refusal: refusalOf(code, detail) };
}

/** Whether asking again is of no use: a person has to do something, here or there. */
export function isSaidNo(refusal: Refusal | undefined): refusal is Refusal {
  const known: Record<string, SyncRefusal> = SYNC_REFUSALS;
  return refusal !== undefined && known[refusal.code]?.retry !== true;
}

/** One line for a status page: code, both languages, and the facts. */
export function sentence({ code, message, detail }: Refusal): string {
  const facts = Object.entries(detail ?? {}).map(([key, value]) => `${key}=${value}`);
  return `${code}: ${message.zh} / ${message.en}${facts.length ? ` (${facts.join(', ')})` : ''}`;
}
