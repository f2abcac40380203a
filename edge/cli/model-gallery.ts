/** `yike model export|import`: what one scale learnt, carried to another of the chain. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packOf } from '../../models/gallery-file.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack } from '../../models/pack.ts';
import { openPackStore } from '../../models/pack-store.ts';
import { startRecogniser } from '../../models/recogniser.ts';
import { galleryFolder } from '../recognition/gallery-folder.ts';
import { createRecognition } from '../recognition/recognition.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { type Answer, type Call, EXIT, failed, good, refusedBy, say, usage } from './command.ts';

/** The gallery of a store's directory, with the pack in force there. */
function openGallery(call: Call) {
  const clock = systemClock();
  const data = resolve(call.dataDir);
  const packDir = openPackStore(data, clock).current() ?? DEFAULT_PACK_DIR;
  const opened = openPack(packDir);
  if (!opened.ok) throw new Error(opened.detail);
  const recogniser = startRecogniser({ packDir, clock });
  const recognition = createRecognition({
    ...{ recogniser, clock, ids: systemIds, onSale: () => new Set<string>() },
    ...{ pack: galleryPack(opened.pack), store: galleryFolder(join(data, 'gallery')) },
  });
  return { recogniser, recognition };
}

export async function modelExport(call: Call): Promise<Answer> {
  const [file] = call.words;
  if (!file) return usage('写到哪个文件？', 'To which file?', 'yike model export FILE --data DIR');
  const { recogniser, recognition } = openGallery(call);
  const bytes = recognition.exportGallery();
  await recogniser.close();
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
  const { recogniser, recognition } = openGallery(call);
  try {
    const imported = recognition.importGallery(readFileSync(file));
    if (!imported.ok) return refusedBy(imported.refusal, EXIT.verification);
    const { added, items } = imported.value;
    if (added === 0) return good({ added, items }, ['0']);
    const published = await recognition.publish();
    if (!published.ok) return refusedBy(published.refusal, EXIT.refused);
    return good({ added, ...published.value }, [`+${added}  v${published.value.version}`]);
  } finally {
    await recogniser.close();
  }
}
