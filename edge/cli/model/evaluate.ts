/** `yike model eval`. */
import { evaluate } from '../../../models/evaluate.ts';
import { EVALUATION_FAILURES } from '../../../models/evaluation-table.ts';
import { systemClock } from '../../runtime.ts';
import { type Answer, type Call, EXIT, failed, good, say, textFlag, usage } from '../command.ts';

const number = (value: Call['flags'][string]): number | undefined =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;

export async function modelEval(call: Call): Promise<Answer> {
  const { flags } = call;
  const learn = textFlag(flags.learn);
  const test = textFlag(flags.test);
  if (!learn || !test)
    return usage(
      '需要 --learn 和 --test',
      '--learn and --test are needed',
      'yike model eval --help',
    );
  const learnSplit = textFlag(flags['learn-split']);
  const testSplit = textFlag(flags['test-split']);
  const pack = textFlag(flags.pack);
  const [shots, open, seed] = [flags.shots, flags.open, flags.seed].map(number);
  const odd = ['shots', 'open', 'seed'].find(
    (name) => flags[name] !== undefined && number(flags[name]) === undefined,
  );
  if (odd) return usage(`--${odd} 是整数`, `--${odd} is a whole number`, 'yike model eval --help');
  const [novel, unknown] = [flags.novel, flags.unknown].map((value) => textFlag(value)?.split(','));
  call.say(say('正在学习和识别…', 'Learning and judging …'));
  const outcome = await evaluate({
    learn,
    test,
    ...(learnSplit && { learnSplit }),
    ...(testSplit && { testSplit }),
    ...(pack && { packFile: pack }),
    ...(shots !== undefined && { shots }),
    ...(open !== undefined && { open }),
    ...(novel && { novel }),
    ...(unknown && { unknown }),
    progress: (seen) => call.say(say(`已看 ${seen} 张`, `${seen} pictures seen`)),
    perturb: flags.perturb === true,
    seed: seed ?? 1,
    clock: systemClock(),
  });
  if (!outcome.ok)
    return failed(EXIT.failure, {
      code: `E_${outcome.code}`,
      message: EVALUATION_FAILURES[outcome.code],
      reason: outcome.detail,
      hint: say(
        '检查文件路径和列名 path,fine,coarse',
        'Check the path and the columns path,fine,coarse',
      ),
    });
  const lines = Object.entries(outcome.value).map(
    ([key, value]) => `${key.padEnd(10)} ${JSON.stringify(value)}`,
  );
  return good(outcome.value, lines);
}
