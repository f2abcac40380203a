/** What the settings refuse, in words; a wrong value is refused by the schema itself. */
import type { Outcome, Text } from '../core/ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

const TABLE = {
  NO_SETTINGS_FILE: [
    say('这家店不是从配置文件启动的', 'This store was not started from a configuration file'),
    say('用 yike start --config 文件 启动后才能改', 'Start it by yike start --config FILE'),
  ],
  SETTINGS_CHANGED: [
    say('配置文件刚刚被改过', 'The configuration file was changed meanwhile'),
    say('刷新后在新的内容上再改一次', 'Refresh, and change the new one'),
  ],
  SECRET_LOST: [
    say('有一项密钥没有填', 'A secret is missing'),
    say(
      '隐藏的密钥只能留在原处，请重新填写',
      'A hidden one stays only where it was; write it anew',
    ),
  ],
  NOTHING_CHANGED_HERE: [
    say('没有改动', 'Nothing was changed'),
    say('改一项再保存', 'Change something first'),
  ],
  VERSION_UNKNOWN: [
    say('没有这个版本', 'There is no such version'),
    say('刷新后从历史里选', 'Refresh and choose from the history'),
  ],
  CANNOT_RESTART: [
    say('本机不会自动重启控制器', 'This box does not start the controller again by itself'),
    say('在本机停止并重新运行 yike start', 'Stop it on the box and run yike start again'),
  ],
} satisfies Record<string, [Text, Text]>;

export type SettingsRefusalCode = keyof typeof TABLE;
export const SETTINGS_REFUSALS = Object.keys(TABLE) as SettingsRefusalCode[];

export function settingsRefusal(
  code: SettingsRefusalCode,
  detail?: Record<string, string | number>,
): Outcome<never> & { ok: false } {
  const [message, next] = TABLE[code];
  return { ok: false, refusal: { code, message, next, ...(detail && { detail }) } };
}
