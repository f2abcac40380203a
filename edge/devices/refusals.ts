/** Why something could not be done to a device, in words, and what to do next. */
import type { Outcome, Text } from '../core/ports.ts';

interface Sentence {
  message: Text;
  next: Text;
}

const TABLE = {
  DEVICE_OFFLINE: {
    message: { zh: '{id} 没有连上（{why}）', en: '{id} is not connected ({why})' },
    next: { zh: 'yike device show {id} 看原因', en: '`yike device show {id}` says why' },
  },
  NOT_ABLE: {
    message: { zh: '{id} 不支持「{act}」', en: '{id} cannot {act}' },
    next: {
      zh: '型号选对了吗：yike device set {id} --option dialect=…；yike driver list 看各驱动会什么',
      en: 'Is its model chosen? `yike device set {id} --option dialect=…`; `yike driver list` tells what each driver can',
    },
  },
  ACT_FAILED: {
    message: { zh: '{id} 没有做到「{act}」：{why}', en: '{id} did not {act}: {why}' },
    next: { zh: '运行 yike device check {id}', en: 'Run `yike device check {id}`' },
  },
  CHECK_CANCELLED: {
    message: { zh: '{id} 的体检已取消', en: 'The check of {id} was called off' },
    next: { zh: '再运行一次', en: 'Run it again' },
  },
  NO_SUCH_LABEL: {
    message: { zh: '{id}：没有这种测试页', en: '{id}: there is no such test page' },
    next: { zh: '可选：{why}', en: 'There are: {why}' },
  },
  POWER_NOT_USB: {
    message: {
      zh: '{id} 不在 USB 口上，不能从这里断电',
      en: '{id} is not on a USB port; its power is not switched from here',
    },
    next: {
      zh: '拔下它的电源等 5 秒再插上；或 yike device reset {id} 只重新打开',
      en: 'Pull its own plug for 5 s; or `yike device reset {id}` to open it again',
    },
  },
  POWER_NO_SWITCH: {
    message: {
      zh: '{id} 的 USB 口没有电源开关',
      en: 'The USB port of {id} has no switch',
    },
    next: {
      zh: '拔下 USB 线等 5 秒再插上；可断电的集线器才能远程断电',
      en: 'Pull its USB cable for 5 s; only a hub that switches power can do it from afar',
    },
  },
  POWER_DENIED: {
    message: {
      zh: '{id}：没有权限写 {why}',
      en: '{id}: no permission to write {why}',
    },
    next: {
      zh: '用 root 运行，或用 udev 规则把它交给服务账号',
      en: 'Run as root, or give it to the service account by a udev rule',
    },
  },
  NAME_AND_REASON: {
    message: {
      zh: '「{act}」要写明谁（--by）和为什么（--reason）',
      en: '{act} needs who (--by) and why (--reason)',
    },
    next: { zh: '加上 --by 姓名 --reason 原因', en: 'Add --by NAME --reason TEXT' },
  },
  SEND_UNSAFE: {
    message: {
      zh: '{id}：这些字节不在预设里，可能会改变设备',
      en: '{id}: these bytes are no preset; they may change the device',
    },
    next: { zh: '用预设（{why}），或加 --unsafe', en: 'Use a preset ({why}), or add --unsafe' },
  },
  SEND_UNREADABLE: {
    message: { zh: '{id}：看不懂「{why}」', en: '{id}: "{why}" is neither hex nor a pattern' },
    next: {
      zh: '字节写成十六进制，如 05 或 53 49 0D 0A；--expect 是正则表达式',
      en: 'Bytes as hex, like 05 or 53 49 0D 0A; --expect is a regular expression',
    },
  },
  SAME_SETTINGS: {
    message: { zh: '{id} 的设置没有变化', en: '{id} has these settings already' },
    next: { zh: '改了再提交', en: 'Change something first' },
  },
  TRIAL_RUNS: {
    message: { zh: '{id} 正在试用新设置', en: '{id} is trying new settings' },
    next: {
      zh: '等它回应，或等一分钟自动退回',
      en: 'Wait until it answers, or a minute for the old ones',
    },
  },
  KIND_DIFFERS: {
    message: { zh: '{id} 和 {why} 不是同一种设备', en: '{id} and {why} are not of one kind' },
    next: { zh: '换成同一种设备', en: 'Swap it for one of its own kind' },
  },
  PLATE_DIFFERS: {
    message: {
      zh: '{id} 和 {why} 的铭牌（Min、Max、d）不同，正在营业的秤不能这样换',
      en: '{id} and {why} have different type plates (Min, Max, d); a selling scale is not swapped so',
    },
    next: {
      zh: '在配置里改 plate，再重新启动',
      en: 'Change its plate in the configuration and start again',
    },
  },
  NEVER_SWAPPED: {
    message: { zh: '{id} 没有换过，没有什么可撤销', en: '{id} was never swapped; nothing to undo' },
    next: { zh: '不用做什么', en: 'Nothing to do' },
  },
  NOTHING_CHANGED: {
    message: {
      zh: '{id} 没有换过，不用确认',
      en: '{id} was not swapped; there is nothing to confirm',
    },
    next: { zh: '不用做什么', en: 'Nothing to do' },
  },
  DEVICE_USED: {
    message: { zh: '{id} 正被 {why} 使用', en: '{id} is used by {why}' },
    next: { zh: '先在配置里把它从那里去掉', en: 'Take it out there in the configuration first' },
  },
  NO_CONFIG_FILE: {
    message: {
      zh: '这家店不是从配置文件启动的，改了留不住',
      en: 'This store was not started from a file; a change would not last',
    },
    next: {
      zh: '用 yike start --config 文件 启动',
      en: 'Start it with `yike start --config FILE`',
    },
  },
  PORT_FAILED: {
    message: { zh: '打不开 {id}：{why}', en: 'Cannot open {id}: {why}' },
    next: { zh: 'yike port list 看有哪些串口', en: '`yike port list` lists the ports' },
  },
  PORT_HELD: {
    message: { zh: '{id} 正由 {why} 使用', en: '{id} is held by {why}' },
    next: { zh: '先 yike device release {why}', en: 'First `yike device release {why}`' },
  },
  TRACE_BAD: {
    message: { zh: '这个文件不能回放：{why}', en: 'This file cannot be replayed: {why}' },
    next: { zh: '用 yike trace record 录一份', en: 'Record one with `yike trace record`' },
  },
} satisfies Record<string, Sentence>;

export type DeviceRefusalCode = keyof typeof TABLE;

export function deviceRefusal(
  code: DeviceRefusalCode,
  detail: Record<string, string | Text> = {},
): Extract<Outcome<never>, { ok: false }> {
  const { message, next }: Sentence = TABLE[code];
  const fill = (text: string, words: (slot: string) => string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, slot: string) => words(slot));
  const wordsOf = (slot: string, language: 'zh' | 'en'): string => {
    const words = detail[slot] ?? '';
    return typeof words === 'string' ? words : words[language];
  };
  const both = ({ zh, en }: Text): Text => ({
    zh: fill(zh, (slot) => wordsOf(slot, 'zh')),
    en: fill(en, (slot) => wordsOf(slot, 'en')),
  });
  return { ok: false, refusal: { code, message: both(message), next: both(next) } };
}
