// Speaks every saying into one small file: `node edge/web/voice/make.mjs [KEY…]`, with espeak-ng and
// ffmpeg installed. What it makes is kept beside it, so a build needs neither. Mind heteronyms when a
// sentence changes: `espeak-ng -v cmn-latn-pinyin -qx …` shows how it is read.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const sayings = JSON.parse(readFileSync(join(here, 'sayings.json'), 'utf8'));
const wanted = process.argv.slice(2);
/** The plain `cmn` of Debian spells pinyin out as English letters. */
const VOICES = { zh: ['-v', 'cmn-latn-pinyin', '-s', '145'], en: ['-v', 'en-gb', '-s', '150'] };
/** No silence at either end, so that numbers run on; all clips equally loud. */
const QUIET = 'silenceremove=start_periods=1:start_threshold=-45dB';
const FILTER = `${QUIET},areverse,${QUIET},areverse,loudnorm=I=-18:TP=-2,apad=pad_dur=0.04`;

const folder = mkdtempSync(join(tmpdir(), 'yike-voice-'));
for (const [language, texts] of Object.entries(sayings)) {
  const keys = wanted.length > 0 ? wanted : Object.keys(texts);
  if (wanted.length === 0) rmSync(join(here, language), { recursive: true, force: true });
  mkdirSync(join(here, language), { recursive: true });
  for (const [key, text] of Object.entries(texts).filter(([key]) => keys.includes(key))) {
    const wav = join(folder, 'said.wav');
    execFileSync('espeak-ng', [...VOICES[language], '-w', wav, text]);
    const quiet = ['-loglevel', 'error', '-y', '-i', wav, '-af', FILTER];
    const coded = ['-ac', '1', '-ar', '24000', '-c:a', 'libmp3lame', '-b:a', '24k'];
    const bare = ['-map_metadata', '-1', '-fflags', '+bitexact', '-id3v2_version', '0'];
    execFileSync('ffmpeg', [...quiet, ...coded, ...bare, join(here, language, `${key}.mp3`)]);
  }
}
rmSync(folder, { recursive: true });
