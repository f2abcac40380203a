/** `yike model run`: what this store would take a picture for, beside the running controller. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { lookOnce } from '../../learning/carried-gallery.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';

export async function modelRun(call: Call): Promise<Answer> {
  const [file] = call.words;
  if (!file) return usage('看哪张图片？', 'Which picture?', 'yike model run PICTURE --data DIR');
  let jpeg: Uint8Array;
  try {
    jpeg = readFileSync(resolve(file));
  } catch {
    return failed(EXIT.noExist, {
      ...{ code: 'E_FILE_MISSING', message: say('没有这个文件', 'There is no such file') },
      ...{ reason: file, hint: say('检查路径', 'Check the path') },
    });
  }
  const { state, candidates, confident, ms, reason, why } = await lookOnce(
    resolve(call.dataDir),
    jpeg,
  );
  const head = [state, `${ms.toFixed(1)} ms`, ...(why ? [why[call.language]] : [])].join('  ');
  const rows = candidates.map(({ sku, confidenceBp }) => [
    sku,
    `${(confidenceBp / 100).toFixed(1)} %`,
  ]);
  const facts = { state, confident, ms, candidates, ...(reason && { reason }) };
  return good(facts, [head, ...table(rows)]);
}
