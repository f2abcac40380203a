/** What the register of members refuses, in words. */
import type { Refusal, Text } from './core/ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

export const MEMBER_REFUSALS = {
  MEMBER_NUMBER_INVALID: [
    say('会员号是 6 到 20 位数字', 'A member number is 6 to 20 digits'),
    say('请重新输入', 'Enter it again'),
  ],
  MEMBER_EXISTS: [
    say('这个号码已经是会员', 'This number is a member already'),
    say('直接使用即可', 'Just use it'),
  ],
  MEMBER_UNKNOWN: [
    say('没有这个会员', 'There is no such member'),
    say('请核对号码，或请店员办理入会', 'Check the number, or ask staff to enrol you'),
  ],
} satisfies Record<string, [Text, Text]>;

export type MemberRefusalCode = keyof typeof MEMBER_REFUSALS;

export function memberRefusal(code: MemberRefusalCode): { ok: false; refusal: Refusal } {
  const [message, next] = MEMBER_REFUSALS[code];
  return { ok: false, refusal: { code, message, next } };
}
