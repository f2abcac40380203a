/** `yike model bench`: how long one look takes on this box, with this store's pack and goods. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LookTimes, timeLooks } from '../../learning/timing-looks.ts';
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
  wholeFlag,
} from '../command.ts';

const USUAL_LOOKS = 60;
const MOST_LOOKS = 10_000;

export async function modelBench(call: Call): Promise<Answer> {
  const looks = wholeFlag(call.flags.count, USUAL_LOOKS);
  if (looks === undefined || looks < 1 || looks > MOST_LOOKS)
    return usage(
      `--count 是 1 到 ${MOST_LOOKS} 的整数`,
      `--count is a whole number from 1 to ${MOST_LOOKS}`,
      'yike model bench --count 200',
    );
  const jpegs: Uint8Array[] = [];
  for (const file of call.words) {
    try {
      jpegs.push(readFileSync(resolve(file)));
    } catch {
      return failed(EXIT.noExist, {
        ...{ code: 'E_FILE_MISSING', message: say('没有这个文件', 'There is no such file') },
        ...{ reason: file, hint: say('检查路径', 'Check the path') },
      });
    }
  }
  call.say(say(`看 ${looks} 次…`, `Looking ${looks} times …`));
  const outcome = await timeLooks(resolve(call.dataDir), jpegs, looks);
  if (!outcome.ok) return refusedBy(outcome.refusal);
  const slow = outcome.value.photo.p95Ms > outcome.value.limitMs;
  const lines = linesOf(outcome.value, call.language);
  return good(outcome.value, lines, slow ? EXIT.warnings : EXIT.ok);
}

function linesOf(times: LookTimes, language: Call['language']): string[] {
  const { pack, looks, pictures, items, samples, photo, residentMb, limitMs } = times;
  const word = (zh: string, en: string): string => say(zh, en)[language];
  const row = (name: string, { p50Ms, p95Ms }: typeof photo): string[] => [
    ...[name, `p50 ${p50Ms.toFixed(1)} ms`, `p95 ${p95Ms.toFixed(1)} ms`],
  ];
  return [
    `${pack.id} ${pack.counter}  ${pack.sha256.slice(0, 12)}`,
    word(
      `看了 ${looks} 次，${pictures} 张图片；学会 ${items} 种、${samples} 张`,
      `${looks} looks at ${pictures} pictures; ${items} goods learnt, ${samples} samples`,
    ),
    ...table([
      [...row(word('一次', 'one look'), photo), word(`上限 ${limitMs}`, `limit ${limitMs}`)],
      row(word('  解码缩放', '  decode, resize'), times.prepare),
      row(word('  模型', '  model'), times.run),
      row(word('  其余', '  the rest'), times.rest),
      [word('载入', 'loading'), `${times.loadMs.toFixed(0)} ms`],
      ...(residentMb ? [[word('内存', 'memory'), `${residentMb.toFixed(0)} MB`]] : []),
    ]),
  ];
}
