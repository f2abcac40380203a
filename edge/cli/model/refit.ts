/** `yike model refit`: the repeatable making of a pack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calibration } from '../../../models/gallery.ts';
import { DEFAULT_PACK_DIR } from '../../../models/pack.ts';
import { refit } from '../../../models/refit.ts';
import { systemClock } from '../../runtime.ts';
import {
  type Answer,
  type Call,
  EXIT,
  failed,
  good,
  say,
  textFlag,
  usage,
  wholeFlag,
} from '../command.ts';

const EXAMPLE = 'yike model refit FOLDER --model x.onnx --learn index.csv --golden a.jpg';

/** As `yike model calibrate` writes it; the shipped pack's own where no file is named. */
function calibrationOf(file: string | undefined): Calibration {
  const pack = join(DEFAULT_PACK_DIR, 'pack.json');
  const found: { calibration?: Partial<Calibration> } = JSON.parse(
    readFileSync(file ?? pack, 'utf8'),
  );
  const { temperature = 0, unknown } = found.calibration ?? {};
  const odds = [unknown?.offset, unknown?.score, unknown?.margin];
  if (unknown && temperature > 0 && odds.every(Number.isFinite)) return { temperature, unknown };
  throw new Error(`${file}: no calibration`);
}

export async function modelRefit(call: Call): Promise<Answer> {
  const { flags, words } = call;
  const [out] = words;
  const [model, learn] = [textFlag(flags.model), textFlag(flags.learn)];
  const golden = Array.isArray(flags.golden) ? flags.golden : [];
  const counter = wholeFlag(flags.counter, 1);
  if (!out || !model || !learn || golden.length === 0 || counter === undefined)
    return usage(
      '需要 FOLDER、--model、--learn 和 --golden',
      'FOLDER, --model, --learn and --golden are needed',
      EXAMPLE,
    );
  const [fast, learnSplit] = [textFlag(flags.fast), textFlag(flags['learn-split'])];
  try {
    const manifest = await refit({
      ...{ model, learn, golden, out, counter },
      ...(fast && { fast }),
      ...(learnSplit && { learnSplit }),
      without: textFlag(flags.without)?.split(',') ?? [],
      id: textFlag(flags.id) ?? 'produce-mnv2-r',
      licence: 'Apache-2.0',
      calibration: calibrationOf(textFlag(flags.calibration)),
      clock: systemClock(),
      progress: (done, of) => call.say(say(`已看 ${done}/${of} 张`, `Seen ${done} of ${of}`)),
    });
    return good(manifest, [`${out}/pack.json`, ...manifest.files.map(({ file }) => file)]);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return failed(EXIT.failure, {
      code: 'E_REFIT',
      message: say('没有做成模型包', 'The pack was not made'),
      reason: error.message,
      hint: say('检查文件路径和模型', 'Check the paths and the model'),
    });
  }
}
