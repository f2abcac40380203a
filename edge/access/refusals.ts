/** What the door of the operator's pages refuses, in words. */
import type { Refusal, Text } from '../core/ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

const TABLE = {
  SIGN_IN_WRONG: [
    say('账号、密码或 PIN 不对', 'The account, password or PIN is wrong'),
    say('请再试一次；忘记了请让店主重设', 'Try again; if forgotten, ask the store’s operator'),
  ],
  LOCKED_OUT: [
    say('输错太多次，已暂时锁定', 'Too many wrong attempts: locked for a while'),
    say('请稍后再试', 'Please wait and try again'),
  ],
  SETUP_CODE_WRONG: [
    say('一次性代码不对', 'The one-time code is wrong'),
    say('在本机运行 yike access show 查看', 'Run "yike access show" on the box to see it'),
  ],
  SETUP_DONE: [
    say('这家店已经设置过了', 'This store has been set up already'),
    say('请直接登录', 'Please sign in'),
  ],
  PASSWORD_WEAK: [
    say('密码太弱', 'The password is too weak'),
    say(
      '至少 10 个字符，不要用账号名或常见密码',
      'Use 10 characters or more, not the account name, not a common password',
    ),
  ],
  PIN_WEAK: [
    say('PIN 太弱', 'The PIN is too weak'),
    say(
      '用 6 到 12 位数字，不要连号或全相同',
      'Use 6 to 12 digits, neither all the same nor in a row',
    ),
  ],
  PERSON_EXISTS: [
    say('已经有这个账号', 'There is an account of that name already'),
    say('换一个账号名', 'Choose another name'),
  ],
  PERSON_UNKNOWN: [
    say('没有这个账号', 'There is no such account'),
    say('请刷新页面', 'Refresh the page'),
  ],
  LAST_OPERATOR: [
    say('这是最后一个店主账号', 'This is the last operator account'),
    say('先添加另一个店主', 'Add another operator first'),
  ],
  SESSION_ENDED: [
    say('登录已结束', 'The session has ended'),
    say('请重新登录', 'Please sign in again'),
  ],
  SESSION_IDLE: [
    say('太久没有操作，已上锁', 'Locked after a long time without use'),
    say('请输入 PIN 或密码继续', 'Enter your PIN or password to go on'),
  ],
  ROLE_REFUSED: [
    say('你的角色不能做这件事', 'Your role may not do this'),
    say('请让店主来做，或改角色', 'Ask the operator, or have your role changed'),
  ],
  ASK_AGAIN: [
    say('动钱或改权限前要再确认一次身份', 'Money and keys ask once more who you are'),
    say('请输入 PIN 或密码', 'Enter your PIN or password'),
  ],
  FORGED: [
    say('这个请求不是从本页面发出的', 'This request did not come from the operator’s page'),
    say('请刷新页面再试', 'Refresh the page and try again'),
  ],
  SAME_PERSON: [
    say('需要另一个人确认', 'A second person must confirm'),
    say('请另一位店员输入 PIN', 'Another member of staff enters their PIN'),
  ],
} satisfies Record<string, [Text, Text]>;

export type AccessRefusalCode = keyof typeof TABLE;
export const ACCESS_REFUSALS = Object.keys(TABLE) as AccessRefusalCode[];

export function accessRefusal(
  code: AccessRefusalCode,
  detail?: Record<string, string | number>,
): { ok: false; refusal: Refusal } {
  const [message, next] = TABLE[code];
  return { ok: false, refusal: { code, message, next, ...(detail && { detail }) } };
}
