/** `yike model calibrate`: what a pack may claim, fitted to goods its backbone never saw. */
import { resolve } from 'node:path';
import { type Calibrated, calibrate } from '../../../models/calibrate.ts';
import { EVALUATION_FAILURES, EvaluationError } from '../../../models/evaluation-table.ts';
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
import { notWritten } from '../out-file.ts';

const EXAMPLE = 'yike model calibrate --help';

export async function modelCalibrate(call: Call): Promise<Answer> {
  const { flags } = call;
  const [packFile, learn, test] = [flags.pack, flags.learn, flags.test].map(textFlag);
  const [unseen, seed] = [textFlag(flags.unseen), wholeFlag(flags.seed, 1)];
  if (!packFile || !learn || !test || !unseen || seed === undefined)
    return usage(
      '需要 --pack、--learn、--test 和 --unseen',
      '--pack, --learn, --test and --unseen are needed',
      EXAMPLE,
    );
  const [learnSplit, testSplit] = [flags['learn-split'], flags['test-split']].map(textFlag);
  try {
    const fitted = await calibrate({
      ...{ packFile, learn, test, seed, unseen: unseen.split(','), clock: systemClock() },
      ...(learnSplit && { learnSplit }),
      ...(testSplit && { testSplit }),
      progress: (seen) => call.say(say(`已看 ${seen} 张`, `${seen} pictures seen`)),
    });
    const out = textFlag(flags.out);
    const kept = { calibration: fitted.calibration };
    const failure = out && notWritten(resolve(out), `${JSON.stringify(kept, null, 2)}\n`);
    return failure || good(fitted, printed(fitted));
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return failed(EXIT.failure, {
      ...{ code: `E_${error.code}`, message: EVALUATION_FAILURES[error.code] },
      reason: error.message,
      hint: say('检查文件路径、列名和商品名', 'Check the paths, the columns and the item names'),
    });
  }
}

function printed({ calibration, losses, auroc, known, unknown }: Calibrated): string[] {
  const { offset, score, margin } = calibration.unknown;
  return [
    ...losses.map(({ temperature, loss }) => {
      const mark = temperature === calibration.temperature ? '●' : '○';
      return `${mark} temperature ${temperature.toFixed(3)}  loss ${loss.toFixed(4)}`;
    }),
    `unknown  offset ${offset.toFixed(3)}  score ${score.toFixed(3)}  margin ${margin.toFixed(3)}`,
    `AUROC ${auroc.toFixed(3)}  known ${known}  unknown ${unknown}`,
  ];
}
