/** `yike device locate | send | set | swap`: finding one, speaking to it by hand, moving it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { duration } from '../duration.ts';
import { actOn, optionsOf } from './device-acts.ts';
import { askDiag, whoOf, withDevice } from './talk.ts';

const at = (id: string): string => `/api/diag/devices/${encodeURIComponent(id)}`;

export async function deviceLocate(call: Call): Promise<Answer> {
  if (call.words[0] === undefined)
    return usage('找哪台？', 'Which one?', 'yike device locate printer-1');
  return actOn(call, undefined, { act: 'locate' }, [
    '正在响、亮或走纸，请看和听',
    'beeps, lights up or moves: look and listen',
  ]);
}

interface Reply {
  sent: string;
  reply: string;
  text: string;
  firstMs?: number;
  ms: number;
  matched: boolean;
}

/** `\r`, `\n`, `\t`, `\\` and `\x05` as people type them; undefined where it is no such text. */
function escaped(text: string): string | undefined {
  const letters: Record<string, string> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };
  const plain = text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|([rnt\\]))/g, (_, hex, letter) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (letters[letter] ?? ''),
  );
  return /^[\x00-\xff]*$/.test(plain) ? plain : undefined;
}

/** The bytes asked for as hex: `--hex`, `--text`, or a preset by its name. */
function hexOf({ flags }: Call, { presets }: DiagDevice): string | undefined {
  const { hex, text, preset } = flags;
  if (typeof hex === 'string') return hex;
  if (typeof preset === 'string') return presets.find(({ name }) => name === preset)?.hex;
  const plain = typeof text === 'string' ? escaped(text) : undefined;
  return plain === undefined ? undefined : Buffer.from(plain, 'latin1').toString('hex');
}

function presetsSaid({ id, presets }: DiagDevice, { language }: Call): Answer {
  const rows = presets.map(({ name, hex, about }) => [name, hex || '-', about[language]]);
  return good({ id, presets }, table([['PRESET', 'HEX', ''], ...rows]));
}

export async function deviceSend(call: Call): Promise<Answer> {
  const { hex, text, preset, expect, timeout = '1s', unsafe, reason } = call.flags;
  const timeoutMs = duration(String(timeout));
  const given = [hex, text, preset].filter((each) => each !== undefined);
  const example = String.raw`yike device send scale-1 --text "SI\r\n" --expect "S S"`;
  if (call.words[0] === undefined || given.length > 1 || timeoutMs === undefined)
    return usage(
      '哪台？--hex、--text、--preset 三选一；--timeout 写成 1s',
      'Which one? One of --hex, --text, --preset; --timeout is like 1s',
      example,
    );
  return withDevice(call, undefined, async (talk, device) => {
    if (given.length === 0) return presetsSaid(device, call);
    const bytes = hexOf(call, device);
    if (bytes === undefined) return presetsOrUsage(device, String(preset ?? text), example);
    const heard = await talk.act(device.id, {
      ...{ act: 'send', hex: bytes, timeoutMs },
      ...(typeof expect === 'string' && { expect }),
      ...(typeof reason === 'string' && { why: reason }),
      ...(unsafe === true && { unsafe }),
    });
    return heard.ok ? replied(device.id, heard.value as object as Reply) : heard.answer;
  });
}

const presetsOrUsage = ({ presets }: DiagDevice, given: string, example: string): Answer =>
  usage(
    `没有预设「${given}」：${presets.map(({ name }) => name).join('、')}`,
    `There is no preset "${given}": ${presets.map(({ name }) => name).join(', ')}`,
    example,
  );

function replied(id: string, reply: Reply): Answer {
  const { sent, reply: came, text, ms, firstMs } = reply;
  const lines = [
    `→ ${sent || '-'}`,
    `← ${came || '-'}${came && `  |${text}|`}  ${firstMs ?? ms} ms`,
  ];
  const data = { id, ...reply };
  if (reply.matched) return good(data, lines);
  const message = came
    ? say('回应不是所期待的', 'The reply is not what was expected')
    : say('没有回应', 'No reply came');
  const hint = say(`yike device check ${id}`, `yike device check ${id}`);
  const error = { code: came ? 'E_UNEXPECTED' : 'E_TIMEOUT', device: id, message, hint };
  return { ...failed(came ? EXIT.failure : EXIT.timeout, error, data), lines };
}

// ---- other settings, another device --------------------------------------------------------------

const SET_EXAMPLE = 'yike device set scale-1 --address "serial:/dev/ttyUSB1?baud=19200"';
const LOOK_MS = 500;

/** New settings on trial: kept once it answers, back to the old ones after a minute of silence. */
export async function deviceSet(call: Call): Promise<Answer> {
  const { address, driver, option, 'dry-run': dryRun } = call.flags;
  const [id] = call.words;
  const options = optionsOf(Array.isArray(option) ? option.map(String) : []);
  const nothing = address === undefined && driver === undefined && option === undefined;
  if (id === undefined || nothing || options === undefined)
    return usage(
      '哪台？--address、--driver 或 --option 名=值',
      'Which one? --address, --driver or --option KEY=VALUE',
      SET_EXAMPLE,
    );
  return withDevice(call, undefined, async (_, device) => {
    const body = {
      ...(typeof address === 'string' && { address }),
      ...(typeof driver === 'string' && { driver }),
      ...(option !== undefined && { options }),
      ...(dryRun === true && { dryRun }),
      by: whoOf(call),
    };
    const begun = await askDiag<{ changes: string[] }>(
      call,
      'POST',
      `${at(device.id)}/settings`,
      body,
    );
    if (!begun.ok) return begun.answer;
    const { changes } = begun.value;
    if (dryRun) return good({ id: device.id, changes }, changes);
    for (const change of changes) call.say(say(change, change));
    call.say(say('试用中，最多一分钟 …', 'On trial, a minute at most …'));
    return trialOf(call, device.id, changes);
  });
}

async function trialOf(call: Call, id: string, changes: string[]): Promise<Answer> {
  while (true) {
    const heard = await askDiag<DiagDevice>(call, 'GET', at(id));
    if (!heard.ok) return heard.answer;
    const { trial } = heard.value;
    if (trial?.state === 'kept')
      return good({ id, changes, trial }, [
        `${id}  ${call.language === 'zh' ? '已回应，新设置已保存' : 'answered; the new settings are kept'}`,
      ]);
    if (trial?.state !== 'waiting')
      return failed(
        EXIT.timeout,
        {
          ...{ code: 'E_UNDONE', device: id, ...(trial?.why && { reason: trial.why }) },
          message: say('没有回应，已退回原来的设置', 'It stayed silent; the old settings are back'),
          hint: say('yike port probe 看那里是什么', '`yike port probe` tells what sits there'),
        },
        { id, changes, trial },
      );
    await sleep(LOOK_MS);
  }
}

/** `swap OLD NEW` gives OLD the port and driver of NEW; `swap OLD --undo` takes it back. */
export async function deviceSwap(call: Call): Promise<Answer> {
  const [id, other] = call.words;
  const { undo, yes } = call.flags;
  if (id === undefined || (other === undefined) === (undo === undefined))
    return usage(
      '哪台换成哪台？撤销用 --undo',
      'Which one for which? --undo takes it back',
      'yike device swap scale-1 scale-9 --yes',
    );
  if (!undo && !yes)
    return failed(EXIT.refused, {
      ...{ code: 'E_CONFIRM', device: id },
      message: say(
        `${id} 将使用 ${other} 的接口，${other} 从列表里去掉；校准要重做`,
        `${id} takes the port of ${other}, whose entry goes; it must be calibrated anew`,
      ),
      hint: say(`yike device swap ${id} ${other} --yes`, `yike device swap ${id} ${other} --yes`),
    });
  const body = { by: whoOf(call), ...(other !== undefined && { with: other }) };
  const heard = await askDiag<DiagDevice>(call, 'POST', `${at(id)}/swap`, body);
  if (!heard.ok) return heard.answer;
  const { address } = heard.value;
  const next = undo ? `yike device check ${id}` : `yike device swap ${id} --undo`;
  const label =
    call.language === 'zh' ? (undo ? '下一步：' : '撤销：') : undo ? 'Next: ' : 'Undo: ';
  return good({ device: heard.value }, [`${id}  ${address}`, `${label}${next}`]);
}
