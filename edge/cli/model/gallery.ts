/** `yike model export|import`: what one scale learnt, carried to another of the chain. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { packOf } from '../../../models/gallery-file.ts';
import { openCarried } from '../../learning/carried-gallery.ts';
import { type Answer, type Call, EXIT, failed, good, refusedBy, say, usage } from '../command.ts';

export async function modelExport(call: Call): Promise<Answer> {
  const [file] = call.words;
  if (!file) return usage('写到哪个文件？', 'To which file?', 'yike model export FILE --data DIR');
  const recognition = openCarried(resolve(call.dataDir));
  const bytes = recognition.exportGallery();
  const { items, samples, version } = recognition.stats();
  writeFileSync(resolve(file), bytes);
  const facts = { items, samples, version, packSha256: packOf(bytes), bytes: bytes.length };
  return good(facts, [`${file}  ${items} · ${samples} · ${bytes.length} B`]);
}

/** Adds and publishes through the same gate as teaching does; a running store takes it up. */
export async function modelImport(call: Call): Promise<Answer> {
  const [file] = call.words;
  if (!file) return usage('读哪个文件？', 'Which file?', 'yike model import FILE --data DIR');
  if (!existsSync(file))
    return failed(EXIT.noExist, {
      ...{ code: 'E_FILE_MISSING', message: say('没有这个文件', 'There is no such file') },
      ...{ reason: file, hint: say('检查路径', 'Check the path') },
    });
  const recognition = openCarried(resolve(call.dataDir));
  const imported = recognition.importGallery(readFileSync(file));
  if (!imported.ok) return refusedBy(imported.refusal, EXIT.verification);
  const { added, items } = imported.value;
  if (added === 0) return good({ added, items }, ['0']);
  const published = await recognition.publish();
  if (!published.ok) return refusedBy(published.refusal, EXIT.refused);
  return good({ added, ...published.value }, [`+${added}  v${published.value.version}`]);
}
